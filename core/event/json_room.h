#pragma once

#include <simdjson.h>

#include <cstddef>

namespace maillon {

/// Room for a text of `size` bytes. To be called before every parse into a document: the parser's own room is
/// two words too small for some texts that are no JSON.
simdjson::error_code make_room(simdjson::dom::document& document, std::size_t size);

}  // namespace maillon
