#include "core/config/concealing.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace maillon::config {
namespace {

constexpr std::array<std::string_view, 11> kSecretWords{"password",    "passwd",     "passphrase", "secret",
                                                        "token",       "api_key",    "apikey",     "app_key",
                                                        "private_key", "credential", "bearer"};

bool is_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '_' || c == '-';
}

/// End of the value that begins at `begin`: its closing quote, else the end of the line or what ends it in a
/// flow map.
std::size_t value_end(std::string_view line, std::size_t begin) {
    const char quote = line[begin];
    if (quote == '"' || quote == '\'') {
        for (std::size_t i = begin + 1; i < line.size(); ++i) {
            if (line[i] == '\\' && quote == '"') {
                ++i;
            } else if (line[i] == quote) {
                return i + 1;
            }
        }
        return line.size();
    }
    std::size_t end = begin;
    while (end < line.size() && line[end] != ',' && line[end] != '}') {
        const auto brace = line.substr(end).starts_with("${") ? line.find('}', end) : std::string_view::npos;
        end = brace == std::string_view::npos ? end + 1 : brace + 1;
    }
    return end;
}

/// `|` and `>`: the value stands on other lines.
bool is_block(std::string_view value) {
    return value.starts_with("|") || value.starts_with(">");
}

/// Replaces characters of `line` from byte `begin` to `end`, one asterisk for each. Quotes and references
/// `${…}` stay.
void mask(std::string& line, std::size_t begin, std::size_t end) {
    std::string stars;
    for (std::size_t i = begin; i < end; ++i) {
        const auto brace = line.compare(i, 2, "${") == 0 ? line.find('}', i) : std::string::npos;
        if (brace < end) {
            stars += line.substr(i, brace + 1 - i);
            i = brace;
            continue;
        }
        if ((static_cast<unsigned char>(line[i]) & 0xC0u) == 0x80u) continue;
        const bool is_kept = line[i] == '"' || line[i] == '\'' || line[i] == ' ';
        stars += is_kept ? line[i] : '*';
    }
    line.replace(begin, end - begin, stars);
}

std::size_t byte_of(std::string_view line, std::uint32_t column) {
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if ((static_cast<unsigned char>(line[i]) & 0xC0u) != 0x80u && ++seen == column) return i;
    }
    return line.size();
}

}  // namespace

bool sounds_secret(std::string_view key) {
    const std::string lower = ascii_lower(key);
    return std::ranges::any_of(kSecretWords,
                               [&](auto word) { return lower.find(word) != std::string::npos; });
}

std::string conceal_values(std::string_view line) {
    std::string out(line);
    for (std::size_t colon = out.find(':'); colon != std::string::npos; colon = out.find(':', colon + 1)) {
        std::size_t key_end = colon;
        while (key_end > 0 &&
               (out[key_end - 1] == '"' || out[key_end - 1] == '\'' || out[key_end - 1] == ' '))
            --key_end;
        std::size_t key = key_end;
        while (key > 0 && is_word(out[key - 1])) --key;
        const auto begin = out.find_first_not_of(' ', colon + 1);
        if (begin == std::string::npos) break;
        if (!sounds_secret(std::string_view(out).substr(key, key_end - key))) continue;
        if (is_block(std::string_view(out).substr(begin))) continue;
        mask(out, begin, value_end(out, begin));
    }
    return out;
}

std::string conceal_line(const Sources& sources, std::uint32_t file, std::uint32_t number) {
    std::string out = conceal_values(sources.line(file, number));
    for (const auto& place : sources.concealed()) {
        if (place.file != file || place.line != number) continue;
        mask(out, byte_of(out, place.column), byte_of(out, place.column + place.length));
    }
    return out;
}

}  // namespace maillon::config
