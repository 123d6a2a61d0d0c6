#include "core/config/scalars.h"

#include <algorithm>
#include <array>

namespace maillon::config {
namespace {

/// Words of the expression language, and the names that always have a value.
constexpr std::array<std::string_view, 31> kTaken{
    "true",      "false",  "null",     "in",     "as",     "break", "const", "continue",
    "else",      "for",    "function", "if",     "import", "let",   "loop",  "package",
    "namespace", "return", "var",      "void",   "while",  "event", "meta",  "env",
    "secret",    "int",    "uint",     "double", "string", "bool",  "type"};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_part(char c) {
    return is_letter(c) || c == '_' || (c >= '0' && c <= '9');
}

bool is_identifier(std::string_view text) {
    return !text.empty() && text.size() <= 64 && (is_letter(text.front()) || text.front() == '_') &&
           std::ranges::all_of(text, is_part);
}

/// ": my_crm" for "my-crm"; nothing where the nearest identifier would not be recognised.
std::string identifier_like(std::string_view text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (text.empty() || text.size() > 63 || !std::ranges::all_of(text, is_ascii)) return {};
    std::string out = is_letter(text.front()) || text.front() == '_' ? ": " : ": _";
    for (const char c : text) out += is_part(c) ? c : '_';
    return out;
}

/// The name behind `${env.` or `${secret.` in a text, or npos.
std::size_t find_reserved(std::string_view text) {
    for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
        if (at > 0 && text[at - 1] == '$') continue;
        const auto name = text.substr(std::min(text.size(), text.find_first_not_of(' ', at + 2)));
        if (name.starts_with("env.") || name.starts_with("secret.")) return at;
    }
    return std::string_view::npos;
}

bool looks_boolean(const Scalar& scalar) {
    constexpr std::array<std::string_view, 10> words{"yes", "Yes", "no",   "off",   "Off",
                                                     "on",  "On",  "True", "False", "TRUE"};
    return scalar.is_plain() && std::ranges::find(words, scalar.text) != words.end();
}

void check_template_scalar(Reading& reading, const Scalar& scalar) {
    if (const auto at = find_reserved(scalar.text); at != std::string_view::npos) {
        const auto end = std::min(scalar.text.find('}', at), scalar.text.size() - 1) + 1;
        reading.diagnostics.error(place_in(scalar, at, end),
                                  "${env.…} and ${secret.…} work only in hub, connectors and processors",
                                  "give the value to a connector or processor as one of its settings");
    }
    if (looks_boolean(scalar)) {
        reading.diagnostics.warning(
            scalar.place, "'" + scalar.text + "' is a text here, not a boolean",
            "write true or false for a boolean, \"" + scalar.text + "\" in quotes for the text");
    }
}

}  // namespace

bool check_name(Reading& reading, const Scalar& name, std::string_view thing) {
    if (!is_identifier(name.text)) {
        reading.diagnostics.error(
            name.place, "'" + name.text + "' cannot be the name of " + std::string(thing),
            "names are letters, digits and '_', not beginning with a digit" + identifier_like(name.text));
        reading.refused.insert(name.text);
        return false;
    }
    return true;
}

bool check_identifier(Reading& reading, const Scalar& name) {
    if (!check_name(reading, name, "a value")) return false;
    if (std::ranges::find(kTaken, name.text) == kTaken.end()) return true;
    reading.diagnostics.error(name.place, "'" + name.text + "' has a meaning of its own in expressions",
                              "choose another name: " + name.text + "_");
    return false;
}

std::span<const std::string_view> taken_identifiers() {
    return kTaken;
}

std::optional<std::string> read_identifier(Reading& reading, const Member* member) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr || !check_identifier(reading, *scalar)) return std::nullopt;
    return scalar->text;
}

void check_template_text(Reading& reading, const ValueTree& tree) {
    if (tree.is_scalar()) check_template_scalar(reading, tree.scalar);
    for (const auto& item : tree.items) check_template_text(reading, item);
    for (const auto& [key, value] : tree.members) {
        if (has_expression(key.text)) {
            reading.diagnostics.error(key.place, "a key cannot be an expression",
                                      "only values can hold ${ }");
        }
        check_template_text(reading, value);
    }
}

}  // namespace maillon::config
