#pragma once

#include "core/db/dialect.h"

#include <string>
#include <string_view>

/// How values and messages look on the way to a PostgreSQL server and back. Pure functions.
namespace maillon::db::postgres {

/// PostgreSQL keeps any UTF-8 but no byte 0, and nothing else. A text of that kind stays as it is (false).
/// Others get \1 as a mark: byte 0 becomes \1 0, \1 itself \1 1, and in a text that is no UTF-8 each byte
/// from 0x80 on \1 x and two digits. Equal texts stay equal, others different, and UTF-8 keeps its order.
bool encode(std::string_view text, std::string& out);
/// The way back, in place; false when there was nothing to do.
bool decode(std::string& text);

/// Adds an element to an array literal, which begins as an empty text and lacks its last '}' .
void add_to_array(std::string& array, const Param& value);

/// `sql` with its one VALUES (:a, :b, …) made a SELECT of the rows of as many arrays.
std::string for_arrays(std::string_view sql, std::span<const Kind> kinds);

/// What a server says, taken apart.
struct Message {
    std::string code{};  ///< five characters, empty when the words are not a server's
    std::string text{};  ///< its first line: what follows quotes rows
};
/// Of a message at verbosity "verbose": "ERROR:  23502: null value in … \nDETAIL: …", in any language.
Message message_of(std::string_view words);

Trouble trouble_of(std::string_view code);

}  // namespace maillon::db::postgres
