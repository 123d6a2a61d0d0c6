#pragma once

#include "core/config/position.h"
#include "core/event/json_room.h"

#include <simdjson.h>

#include <string>
#include <string_view>

namespace maillon::route {

/// Bytes after the end of a line that its reader may look at, though they mean nothing.
inline constexpr std::size_t kLinePadding = simdjson::SIMDJSON_PADDING;

/// What is wrong with one line, or with what a rule made of it.
struct PipeFault {
    std::string what;
    std::size_t column = 0;  ///< in the line, in characters from 1; 0: about no place in it
    config::Place place{};   ///< the rule's; unknown when the line itself is wrong
};

/// Reads one line of JSON after another into the same memory. Takes what Json::parse takes.
class LineParser {
public:
    /// The object on a line that has kLinePadding readable bytes behind it; valid until the next call. False
    /// when the line is not valid JSON, or no object: `explain` says why.
    bool parse(std::string_view line, simdjson::dom::element& object) {
        return make_room(tape_, line.size()) == simdjson::SUCCESS &&
               parser_.parse_into_document(tape_, line.data(), line.size(), false).get(object) ==
                   simdjson::SUCCESS &&
               object.is_object();
    }

    /// Why `parse` refused the line, and where.
    static PipeFault explain(std::string_view line);

private:
    simdjson::dom::parser parser_;
    simdjson::dom::document tape_;
};

}  // namespace maillon::route
