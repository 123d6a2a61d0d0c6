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
    Connection();
    ~Connection();

    /// Opens the file for writing or reading.
    Result<void> open(std::string_view path, bool writes, std::int64_t largest_pages = 0);
    void close();

    /// Runs a statement to its end; rows changed. After a failure the statement is ready for its next use.
    Result<std::int64_t> execute(Step step, std::string_view sql, Params params, std::span<const Kind> kinds,
                                 const std::function<bool(std::span<Cell>)>& take);
    Result<void> command(Step step, std::string_view sql);
    Result<void> checkpoint(std::string_view sql);
    /// Ends the transaction, if there is still one: some failures have ended it already.
    void rollback();

    /// The worst since the last time asked.
    dialect::Trouble trouble() const { return trouble_; }
    dialect::Trouble take_trouble() { return std::exchange(trouble_, dialect::Trouble::none); }
    void inject(std::function<Injected(Step)> inject) { inject_ = std::move(inject); }
    int wal_pages() const { return wal_pages_; }
    soci::session& session() { return session_; }

private:
    struct Prepared;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    Prepared& prepared(std::string_view sql, Params params, std::span<const Kind> kinds);
    Result<std::int64_t> run(std::string_view sql, Params params, std::span<const Kind> kinds,
                             const std::function<bool(std::span<Cell>)>& take);
    Fault note(dialect::Trouble trouble, std::string_view what);

    soci::session session_;
    std::unordered_map<std::string, std::unique_ptr<Prepared>, TextHash, std::equal_to<>> cache_;
    std::function<Injected(Step)> inject_;
    dialect::Trouble trouble_ = dialect::Trouble::none;
    int wal_pages_ = 0;
};

}  // namespace maillon::db
