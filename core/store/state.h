#pragma once

#include "core/db/session.h"

namespace maillon::store {

/// Where each source stands: (instance, stream) → the connector's own text. Set in the unit that appends the
/// events which the cursor stands behind.
struct Cursors {
    static Result<std::optional<std::string>> get(db::Session& session, std::string_view instance,
                                                  std::string_view stream);
    static Result<void> set(db::Unit& unit, std::string_view instance, std::string_view stream,
                            std::string_view cursor, TimePoint now);
};

/// What plug-ins keep for themselves: (instance, key) → value.
struct PluginState {
    static Result<std::optional<std::string>> get(db::Session& session, std::string_view instance,
                                                  std::string_view key);
    static Result<void> set(db::Unit& unit, std::string_view instance, std::string_view key,
                            std::string_view value);
    /// Sets `value` only where `expected` stands now (nothing: where no value is). False when another one
    /// does.
    static Result<bool> compare_and_set(db::Unit& unit, std::string_view instance, std::string_view key,
                                        const std::optional<std::string>& expected, std::string_view value);
    static Result<bool> remove(db::Unit& unit, std::string_view instance, std::string_view key);
};

/// Configurations by hash, so that a run finishes under the one that it started with.
struct Configs {
    struct Row {
        std::string hash{}, text{};
        TimePoint first_used{};
    };
    /// Keeps the first text and moment of a hash.
    static Result<void> put(db::Unit& unit, std::string_view hash, std::string_view text, TimePoint now);
    static Result<std::optional<Row>> get(db::Session& session, std::string_view hash);
};

/// Positions in the journal by name.
struct Positions {
    /// Up to here every event has been put to the routes; Books::check counts what lies behind it as still to
    /// come.
    static constexpr std::string_view kRouted = "routed";
    /// Up to here events are counted in the sealed sums; the other is a run's number (see Seals).
    static constexpr std::string_view kSealed = "sealed", kSealedRuns = "sealed_runs";

    static Result<std::optional<EventSeq>> get(db::Session& session, std::string_view name);
    static Result<void> set(db::Unit& unit, std::string_view name, EventSeq seq);
};

}  // namespace maillon::store
