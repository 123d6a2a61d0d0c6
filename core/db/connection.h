#pragma once

#include "core/db/dialect.h"
#include "core/db/faults.h"
#include "core/db/session.h"

#include <memory>
#include <unordered_map>

namespace maillon::db {

/// One SOCI session with its prepared statements. Not thread-safe.
///
/// A statement is prepared, and its places bound, once per text: bound ad hoc each time it costs twice as
/// much. The places live in `Prepared`; running copies the values there.
class Connection {
public:
    explicit Connection(const Dialect& dialect);
    ~Connection();

    /// Opens for writing or reading; a session that was open, perhaps a lost one, is closed before.
    Result<void> open(bool writes);
    /// The same for a store that was open: what would be a mistake at the start (a password that was changed,
    /// a server that lets nobody in yet) is then something to wait for, so every fault is one of kind
    /// `retry`.
    Result<void> open_again(bool writes);
    void close();

    /// Runs a statement to its end; rows changed. After a failure the statement is ready for its next use.
    Result<std::int64_t> execute(Step step, std::string_view sql, std::span<const Param> params,
                                 std::span<const Kind> kinds,
                                 const std::function<bool(std::span<Cell>)>& take);
    Result<void> command(Step step, std::string_view sql);
    /// Several commands without values or rows, in one journey and not prepared.
    Result<void> script(Step step, const std::string& sql);
    /// Whether it came to its end: readers of older states keep it from that.
    Result<bool> checkpoint(std::string_view sql);
    /// Ends the transaction, if there is still one: some failures have ended it already.
    void rollback();
    /// Whether the server is still there.
    Result<void> ping();

    /// The worst since the last time asked.
    Trouble trouble() const { return trouble_; }
    Trouble take_trouble() { return std::exchange(trouble_, Trouble::none); }
    void inject(std::function<Injected(Step)> inject) { inject_ = std::move(inject); }
    const Dialect& dialect() const { return dialect_; }
    soci::session& session() { return session_; }

private:
    struct Prepared;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    Prepared& prepared(std::string_view sql, std::span<const Param> params, std::span<const Kind> kinds);
    /// Runs `what` between the failures that a test asked for.
    template <class F>
    auto with_injected(Step step, const F& what) -> decltype(what());
    Result<std::int64_t> run(std::string_view sql, std::span<const Param> params, std::span<const Kind> kinds,
                             const std::function<bool(std::span<Cell>)>& take);
    Result<void> run_script(const std::string& sql);
    Fault note(Trouble trouble, std::string_view what);

    const Dialect& dialect_;
    soci::session session_;
    std::unordered_map<std::string, std::unique_ptr<Prepared>, TextHash, std::equal_to<>> cache_;
    std::function<Injected(Step)> inject_;
    Trouble trouble_ = Trouble::none;
};

}  // namespace maillon::db
