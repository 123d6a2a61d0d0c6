#include "core/db/connection.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>

namespace maillon::db {

struct Connection::Prepared {
    Prepared(soci::session& session, std::string_view sql, std::span<const Param> params,
             std::span<const Kind> kinds, bool tells_only_id);

    void put(const Dialect& dialect, std::span<const Param> values);
    /// Hands over each row; false when one was not understood. Always reads to the end, which resets the
    /// statement.
    bool run(const Dialect& dialect, const std::function<bool(std::span<Cell>)>& take);

    soci::statement statement;
    std::vector<Cell> places;
    std::vector<soci::indicator> place_marks;
    std::vector<Cell> cells;
    std::vector<soci::indicator> cell_marks;
    bool tells_id = false;  ///< has no row of its own: the id of the row inserted is its only cell
};

Connection::Prepared::Prepared(soci::session& session, std::string_view sql, std::span<const Param> params,
                               std::span<const Kind> kinds, bool tells_only_id)
    : statement(session),
      places(params.size()),
      place_marks(params.size(), soci::i_ok),
      cells(kinds.size()),
      cell_marks(kinds.size(), soci::i_ok),
      tells_id(tells_only_id) {
    std::transform(params.begin(), params.end(), places.begin(),
                   [](const Param& param) { return Cell{.kind = param.kind}; });
    std::transform(kinds.begin(), kinds.end(), cells.begin(), [](Kind kind) { return Cell{.kind = kind}; });
    for (std::size_t i = 0; i < places.size(); ++i) {
        auto& place = places[i];
        switch (place.kind) {
            case Kind::integer: statement.exchange(soci::use(place.integer, place_marks[i])); break;
            case Kind::real: statement.exchange(soci::use(place.real, place_marks[i])); break;
            case Kind::text: statement.exchange(soci::use(place.text, place_marks[i])); break;
        }
    }
    for (std::size_t i = 0; i < cells.size() && !tells_id; ++i) {
        auto& cell = cells[i];
        switch (cell.kind) {
            case Kind::integer: statement.exchange(soci::into(cell.integer, cell_marks[i])); break;
            case Kind::real: statement.exchange(soci::into(cell.real, cell_marks[i])); break;
            case Kind::text: statement.exchange(soci::into(cell.text, cell_marks[i])); break;
        }
    }
    statement.alloc();
    statement.prepare(std::string(sql));
    statement.define_and_bind();
}

void Connection::Prepared::put(const Dialect& dialect, std::span<const Param> values) {
    MAILLON_ASSERT(values.size() == places.size(),
                   "a statement was given another number of values than before");
    std::size_t i = 0;
    for (const auto& value : values) {
        auto& place = places[i];
        MAILLON_ASSERT(value.kind == place.kind, "a statement was given a value of another kind than before");
        place_marks[i++] = value.is_null ? soci::i_null : soci::i_ok;
        place.integer = value.integer;
        place.real = value.real;
        if (value.kind != Kind::text) continue;
        if (value.is_ready || !dialect.encode(value.text, place.text)) place.text.assign(value.text);
    }
}

bool Connection::Prepared::run(const Dialect& dialect, const std::function<bool(std::span<Cell>)>& take) {
    bool understood = true;
    for (bool more = statement.execute(true); more; more = statement.fetch()) {
        MAILLON_ASSERT(!cells.empty(), "a statement gave a row and no place for it");
        for (std::size_t i = 0; i < cells.size(); ++i) {
            cells[i].is_null = cell_marks[i] == soci::i_null;
            if (!cells[i].is_null) {
                if (cells[i].kind == Kind::text) dialect.decode(cells[i].text);
                continue;
            }
            cells[i].integer = 0;
            cells[i].real = 0;
            cells[i].text.clear();
        }
        understood = understood && take(cells);
    }
    return understood;
}

Connection::Connection(const Dialect& dialect) : dialect_(dialect) {}
Connection::~Connection() = default;

Result<void> Connection::open(bool writes) {
    close();
    return dialect_.open(session_, writes);
}

Result<void> Connection::open_again(bool writes) {
    auto opened = open(writes);
    if (opened) return opened;
    auto fault = opened.error();
    fault.kind = FaultKind::retry;
    return fault;
}

void Connection::close() {
    cache_.clear();
    session_.close();
}

Result<void> Connection::command(Step step, std::string_view sql) {
    auto done = execute(step, sql, {}, {}, {});
    if (!done) return done.error();
    return {};
}

Result<bool> Connection::checkpoint(std::string_view sql) {
    // Its row must be read to the end: a statement left open would bar the next savepoint.
    static constexpr std::array kRow{Kind::integer, Kind::integer, Kind::integer};
    bool is_whole = false;
    auto done = execute(Step::checkpoint, sql, {}, kRow, [&](std::span<Cell> cells) {
        is_whole = cells[0].integer == 0;
        return true;
    });
    if (!done) return done.error();
    return is_whole;
}

void Connection::rollback() {
    (void)run("ROLLBACK", {}, {}, {});
}

Result<void> Connection::ping() {
    return run_script("SELECT 1");
}

Result<void> Connection::script(Step step, const std::string& sql) {
    return with_injected(step, [&] { return run_script(sql); });
}

Result<std::int64_t> Connection::execute(Step step, std::string_view sql, std::span<const Param> params,
                                         std::span<const Kind> kinds,
                                         const std::function<bool(std::span<Cell>)>& take) {
    return with_injected(step, [&] { return run(sql, params, kinds, take); });
}

template <class F>
auto Connection::with_injected(Step step, const F& what) -> decltype(what()) {
    const auto injected = inject_ ? inject_(step) : Injected::none;
    if (injected == Injected::none) return what();
    if (injected == Injected::disk_full) return note(Trouble::disk_full, "injected");
    if (injected == Injected::io_error) return note(Trouble::io_error, "injected");
    if (injected == Injected::cut) dialect_.cut(session_);
    auto done = what();
    if (injected == Injected::io_error_after) return note(Trouble::io_error, "injected");
    if (injected != Injected::cut_after) return done;
    dialect_.cut(session_);
    return note(Trouble::lost, "injected");
}

Result<std::int64_t> Connection::run(std::string_view sql, std::span<const Param> params,
                                     std::span<const Kind> kinds,
                                     const std::function<bool(std::span<Cell>)>& take) try {
    auto& statement = prepared(sql, params, kinds);
    statement.put(dialect_, params);
    if (!statement.run(dialect_, take))
        return note(Trouble::statement, "a stored word is not known to this version");
    const auto changed = statement.statement.get_affected_rows();
    if (statement.tells_id && changed > 0) {
        statement.cells[0].integer = dialect_.last_id(session_);
        take(statement.cells);
    }
    return changed;
} catch (const soci::soci_error& error) {
    const auto verdict = dialect_.judge(session_, error);
    return note(verdict.trouble, verdict.what);
}

Result<void> Connection::run_script(const std::string& sql) try {
    session_ << sql;
    return {};
} catch (const soci::soci_error& error) {
    const auto verdict = dialect_.judge(session_, error);
    return note(verdict.trouble, verdict.what);
}

Connection::Prepared& Connection::prepared(std::string_view sql, std::span<const Param> params,
                                           std::span<const Kind> kinds) {
    const auto known = cache_.find(sql);
    if (known != cache_.end()) return *known->second;
    const bool is_id = kinds.size() == 1 && kinds[0] == Kind::integer;
    const auto shorter = is_id ? dialect_.without_returning(sql) : std::string_view();
    auto fresh = std::make_unique<Prepared>(session_, shorter.empty() ? sql : shorter, params, kinds,
                                            !shorter.empty());
    return *cache_.emplace(std::string(sql), std::move(fresh)).first->second;
}

Fault Connection::note(Trouble trouble, std::string_view what) {
    trouble_ = std::max(trouble_, trouble);
    const std::string text(what);
    switch (trouble) {
        case Trouble::busy: return retry("the store is held by another program: " + text);
        case Trouble::disk_full: return retry("disk full: nothing of this was kept (" + text + ")");
        case Trouble::lost: return retry("the connection to the store was lost: " + text);
        case Trouble::io_error: return internal("the store cannot be read or written: " + text);
        default: return internal("the store refused a statement: " + text);
    }
}

}  // namespace maillon::db
