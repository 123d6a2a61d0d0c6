#pragma once

#include "core/base/fault.h"
#include "core/db/field.h"

#include <array>
#include <functional>
#include <initializer_list>
#include <span>
#include <tuple>
#include <vector>

namespace maillon::db {

class Connection;

using Params = std::initializer_list<Param>;

namespace detail {
template <class T>
concept Single = requires { Field<T>::kind; };

template <class T>
struct IsTuple : std::false_type {};
template <class... T>
struct IsTuple<std::tuple<T...>> : std::true_type {};

/// The places of a row, as a tuple of references: a single value, a std::tuple, or a struct for which a
/// function `columns(row)` found beside it returns std::tie(row.id, row.event, …).
template <class R>
auto places(R& row) {
    if constexpr (Single<R>) {
        return std::tie(row);
    } else if constexpr (IsTuple<R>::value) {
        return std::apply([](auto&... part) { return std::tie(part...); }, row);
    } else {
        return columns(row);
    }
}

template <class Places>
struct Kinds;
template <class... T>
struct Kinds<std::tuple<T&...>> {
    static constexpr std::array<Kind, sizeof...(T)> value{Field<T>::kind...};
};

template <class... T>
bool fill(std::tuple<T&...> places, std::span<Cell> cells) {
    std::size_t i = 0;
    return std::apply([&](auto&... place) { return (Field<T>::in(cells[i++], place) && ...); }, places);
}
}  // namespace detail

/// Reading with SQL; the common part of Unit and Reader. Statements are prepared once per text and kept, so
/// the text should be a constant with values bound by position to its `:name` places (each name once). Every
/// result is copied out and the statement reset before the function returns.
///
/// Belongs to one thread, for the length of the work that it was handed to.
class Session {
public:
    /// All rows as values of R (see detail::places).
    template <class R>
    Result<std::vector<R>> rows(std::string_view sql, Params params = {});
    /// The first row, or nothing.
    template <class R>
    Result<std::optional<R>> row(std::string_view sql, Params params = {});

    /// The first statement that failed, if one did.
    const std::optional<Fault>& failure() const { return failure_; }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

protected:
    explicit Session(Connection& connection) : connection_(connection) {}
    ~Session() = default;

    using Take = std::function<bool(std::span<Cell>)>;
    /// Runs a statement; rows changed. `take` sees each row and answers false to a value that it does not
    /// know.
    Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params,
                                 std::span<const Kind> kinds, const Take& take);

private:
    friend class Batch;
    Connection& connection_;
    std::optional<Fault> failure_;
};

/// One unit of work: what it writes is kept whole or not at all. It is a savepoint in the writer's
/// transaction, so a unit sees the units before it, and a failed one takes no other with it. A statement that
/// fails fails the unit, whatever the work returns after it.
class Unit : public Session {
public:
    explicit Unit(Connection& connection) : Session(connection) {}

    /// Runs a statement that gives no rows; how many rows it changed.
    Result<std::int64_t> exec(std::string_view sql, Params params = {});
};

/// Reads one snapshot of what is committed. Writing through it fails.
class Reader : public Session {
public:
    explicit Reader(Connection& connection) : Session(connection) {}
};

template <class R>
Result<std::vector<R>> Session::rows(std::string_view sql, Params params) {
    using Kinds = detail::Kinds<decltype(detail::places(std::declval<R&>()))>;
    std::vector<R> found;
    auto done = execute(sql, {params.begin(), params.size()}, Kinds::value, [&](std::span<Cell> cells) {
        return detail::fill(detail::places(found.emplace_back()), cells);
    });
    if (!done) return done.error();
    return found;
}

template <class R>
Result<std::optional<R>> Session::row(std::string_view sql, Params params) {
    auto all = rows<R>(sql, params);
    if (!all) return all.error();
    if (all->empty()) return std::optional<R>{};
    return std::optional<R>{std::move(all->front())};
}

}  // namespace maillon::db
