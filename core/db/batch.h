#pragma once

#include "core/db/session.h"

namespace maillon::db {

/// One statement for many rows: run row by row where the store is at hand, all rows at once where each
/// statement is a journey.
///
/// The statement holds VALUES (:a, :b, …) once, and no other place for a value: INSERT INTO … VALUES (…), or
/// … WHERE (x, y) IN (VALUES (…)). Rows count in the order in which they are added; what they return comes in
/// that order. No two rows of a batch may meet in one ON CONFLICT … DO UPDATE.
class Batch {
public:
    /// `sql` must outlive the batch.
    Batch(Unit& unit, std::string_view sql) : unit_(unit), sql_(sql) {}
    /// Collects what the statement returns in `rows`, which must outlive the batch.
    template <class R>
    Batch(Unit& unit, std::string_view sql, std::vector<R>& rows);

    /// Whether all rows go in one statement, so that what they return is known only at the end.
    static bool is_one_statement(const Unit& unit);

    Result<void> add(Params row);
    /// To be called once, after the last row; how many rows were changed.
    Result<std::int64_t> finish();

private:
    Result<void> run(std::span<const Param> params);
    Result<void> send();

    Unit& unit_;
    const std::string_view sql_;
    std::span<const Kind> kinds_{};  ///< of what it returns
    Session::Take take_{};
    std::int64_t changed_ = 0;
    // Of a remote store: the rows that are not sent yet, a column an array.
    std::vector<Kind> columns_;
    std::vector<std::string> arrays_;
    std::size_t bytes_ = 0;
};

template <class R>
Batch::Batch(Unit& unit, std::string_view sql, std::vector<R>& rows)
    : unit_(unit),
      sql_(sql),
      kinds_(detail::Kinds<decltype(detail::places(std::declval<R&>()))>::value),
      take_([&rows](std::span<Cell> cells) {
          return detail::fill(detail::places(rows.emplace_back()), cells);
      }) {}

}  // namespace maillon::db
