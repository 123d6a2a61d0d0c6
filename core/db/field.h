#pragma once

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/db/value.h"

#include <concepts>
#include <iterator>
#include <optional>
#include <type_traits>

namespace maillon::db {

/// The words by which an enumeration is stored, in the order of its values from 0. Specialised beside the
/// enumeration: `template <> inline constexpr std::string_view kWords<RunState>[] = {"ready", …};`
template <class E>
inline constexpr std::string_view kWords[] = {""};

/// How a C++ type is kept in a column: `kind`, `out(value) -> Param`, `in(cell, value&) -> bool` (false when
/// the stored word is none of ours).
template <class T>
struct Field;

template <std::integral T>
struct Field<T> {
    static constexpr Kind kind = Kind::integer;
    static Param out(T value) {
        Param param(kind, nullptr);
        param.is_null = false;
        param.integer = static_cast<std::int64_t>(value);
        return param;
    }
    static bool in(Cell& cell, T& value) {
        value = static_cast<T>(cell.integer);
        return true;
    }
};

template <>
struct Field<double> {
    static constexpr Kind kind = Kind::real;
    static Param out(double value) {
        Param param(kind, nullptr);
        param.is_null = false;
        param.real = value;
        return param;
    }
    static bool in(Cell& cell, double& value) {
        value = cell.real;
        return true;
    }
};

template <>
struct Field<std::string_view> {
    static constexpr Kind kind = Kind::text;
    static Param out(std::string_view value) {
        Param param(kind, nullptr);
        param.is_null = false;
        param.text = value;
        return param;
    }
};

template <>
struct Field<std::string> {
    static constexpr Kind kind = Kind::text;
    static Param out(std::string_view value) { return Field<std::string_view>::out(value); }
    static bool in(Cell& cell, std::string& value) {
        value = std::move(cell.text);
        return true;
    }
};

template <class Tag>
struct Field<RowId<Tag>> {
    static constexpr Kind kind = Kind::integer;
    static Param out(RowId<Tag> value) { return Field<std::int64_t>::out(value.value()); }
    static bool in(Cell& cell, RowId<Tag>& value) {
        value = RowId<Tag>{cell.integer};
        return true;
    }
};

template <>
struct Field<TimePoint> {
    static constexpr Kind kind = Kind::integer;
    static Param out(TimePoint value) { return Field<std::int64_t>::out(millis(value)); }
    static bool in(Cell& cell, TimePoint& value) {
        value = from_millis(cell.integer);
        return true;
    }
};

template <class E>
    requires std::is_enum_v<E>
struct Field<E> {
    static constexpr Kind kind = Kind::text;
    static Param out(E value) {
        return Field<std::string_view>::out(kWords<E>[static_cast<std::size_t>(value)]);
    }
    static bool in(Cell& cell, E& value) {
        for (std::size_t i = 0; i < std::size(kWords<E>); ++i) {
            if (kWords<E>[i] != cell.text) continue;
            value = static_cast<E>(i);
            return true;
        }
        return false;
    }
};

template <class T>
struct Field<std::optional<T>> {
    static constexpr Kind kind = Field<T>::kind;
    static Param out(const std::optional<T>& value) {
        return value ? Field<T>::out(*value) : Param(kind, nullptr);
    }
    static bool in(Cell& cell, std::optional<T>& value) {
        if (cell.is_null) {
            value.reset();
            return true;
        }
        return Field<T>::in(cell, value.emplace());
    }
};

template <class T>
Param::Param(const T& value) : Param(Field<T>::out(value)) {}

}  // namespace maillon::db
