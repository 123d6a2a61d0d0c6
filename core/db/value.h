#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::db {

/// What a column holds. Times are whole milliseconds, enumerations short words, JSON is text.
enum class Kind { integer, real, text };

/// A value on its way into a statement. Borrows text: it must live until the statement has run. Knows its
/// kind also when it is null, since a prepared statement binds each place once and for all.
struct Param {
    Kind kind = Kind::integer;
    bool is_null = false;
    bool is_ready = false;  ///< a text in the form that the database wants already
    std::int64_t integer = 0;
    double real = 0;
    std::string_view text{};

    template <class T>
    Param(const T& value);
    Param(Kind kind_of_null, std::nullptr_t) : kind(kind_of_null), is_null(true) {}
    Param(const char* text_value) : kind(Kind::text), text(text_value) {}
};

/// A value read from a row. Its text may be moved out.
struct Cell {
    Kind kind = Kind::integer;
    bool is_null = false;
    long long integer = 0;
    double real = 0;
    std::string text{};
};

}  // namespace maillon::db
