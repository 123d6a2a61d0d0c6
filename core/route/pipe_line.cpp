#include "core/route/pipe_line.h"

#include "core/base/text.h"
#include "core/expression/utf8.h"

#include <boost/json/stream_parser.hpp>

#include <array>
#include <cstdio>
#include <optional>

namespace maillon::route {
namespace {

namespace json = boost::json;

constexpr std::size_t kDeepest = simdjson::DEFAULT_MAX_DEPTH;
constexpr std::size_t kShownDigits = 40;

PipeFault at_byte(std::string_view line, std::size_t byte, std::string what) {
    return {std::move(what), expression::count_points(line.substr(0, byte)) + 1, {}};
}

std::size_t first_bad_byte(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto length = expression::sequence_length(text[at]);
        if (at + length > text.size() || !is_utf8(text.substr(at, length))) break;
        at += length;
    }
    return at;
}

/// The character as a message shows it.
std::string shown(std::string_view line, std::size_t at) {
    const auto byte = static_cast<unsigned char>(line[at]);
    if (byte >= 0x20 && byte != 0x7F)
        return "unexpected '" + std::string(line.substr(at, expression::sequence_length(line[at]))) + '\'';
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "unexpected control character 0x%02X", byte);
    return out.data();
}

/// What a strict reader that keeps count of where it is says about the line.
std::optional<PipeFault> wrong_syntax(std::string_view line) {
    json::parse_options options;
    options.max_depth = kDeepest;
    json::stream_parser parser(json::storage_ptr(), options);
    json::error_code error;
    const auto read = parser.write_some(line.data(), line.size(), error);
    if (error == json::error::too_deep) return at_byte(line, read, "nested too deeply");
    if (!error && read < line.size()) {
        const auto more = line.find_first_not_of(" \t\r", read);
        if (more != std::string_view::npos)
            return at_byte(line, more, "not valid JSON: there is more behind the value");
    }
    if (!error) parser.finish(error);
    if (!error) return std::nullopt;
    if (read >= line.size() || error == json::error::incomplete)
        return at_byte(line, line.size(), "not valid JSON: the line ends too early");
    return at_byte(line, read, "not valid JSON: " + shown(line, read));
}

bool is_number_part(char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

/// The first number, in a line of good syntax, that 64 bits do not hold.
std::optional<PipeFault> too_large_number(std::string_view line) {
    simdjson::dom::parser parser;
    bool in_text = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (in_text && c == '\\') ++at;
        if (c == '"') in_text = !in_text;
        if (in_text || (c != '-' && (c < '0' || c > '9'))) continue;
        std::size_t end = at;
        while (end < line.size() && is_number_part(line[end])) ++end;
        const auto number = line.substr(at, end - at);
        if (parser.parse(std::string(number)).error() != simdjson::SUCCESS) {
            const auto cut = number.size() > kShownDigits ? "…" : "";
            return at_byte(line, at,
                           "the number " + std::string(number.substr(0, kShownDigits)) + cut +
                               " is too large to be kept exactly; send it as text");
        }
        at = end - 1;
    }
    return std::nullopt;
}

std::string kind_of(std::string_view line) {
    const auto first = line.find_first_not_of(" \t");
    switch (first == std::string_view::npos ? ' ' : line[first]) {
        case '[': return "a list";
        case '"': return "a text";
        case 't':
        case 'f': return "true or false";
        case 'n': return "null";
        default: return "a number";
    }
}

}  // namespace

PipeFault LineParser::explain(std::string_view line) {
    if (!is_utf8(line)) return at_byte(line, first_bad_byte(line), "not valid UTF-8");
    if (auto wrong = wrong_syntax(line)) return *wrong;
    if (auto wrong = too_large_number(line)) return *wrong;
    simdjson::dom::parser parser;
    simdjson::dom::element value;
    const auto error = parser.parse(line.data(), line.size()).get(value);
    if (error != simdjson::SUCCESS)
        return {std::string("not valid JSON: ") + simdjson::error_message(error), 0, {}};
    return at_byte(line, line.find_first_not_of(" \t"), "the line is " + kind_of(line) + ", not an object");
}

}  // namespace maillon::route
