#include "core/config/scalars.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/config/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace maillon::config {
namespace {

std::string key_of(const Member& member) {
    return "'" + member.key.text + "'";
}

std::nullopt_t wrong(Reading& reading, const Member& member, std::string must_be, std::string hint = {}) {
    reading.diagnostics.error(member.value.place, key_of(member) + " must be " + std::move(must_be),
                              std::move(hint));
    return std::nullopt;
}

std::string shown(const Scalar& scalar) {
    return "'" + scalar.text + "'";
}

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};
constexpr std::array<Unit, 7> kUnits{{{"", 1},
                                      {"B", 1},
                                      {"KiB", 1u << 10},
                                      {"MiB", 1u << 20},
                                      {"GiB", 1u << 30},
                                      {"KB", 1'000},
                                      {"MB", 1'000'000}}};

std::string why_no_integer(std::string_view text) {
    if (text.find('_') != std::string_view::npos) return "write the digits without '_'";
    if (text.starts_with("0x") || text.starts_with("0o") || (text.size() > 1 && text.starts_with('0'))) {
        return "write it in decimal digits, without a leading zero";
    }
    if (text.starts_with('+')) return "write it without '+'";
    return {};
}

/// What to write instead of a list of one.
std::string without_list(const Member& member) {
    const auto& items = member.value.items;
    if (!member.value.is_list() || items.size() != 1 || !items.front().is_scalar()) return {};
    const auto& only = items.front().scalar;
    return "write:  " + member.key.text + ": " +
           (only.is_plain() ? only.text : quoted(std::string_view(only.text)));
}

/// "2 hours" → "write 2h".
std::string span_that_is_meant(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kWords{{{"milliseconds", "ms"},
                                                                                    {"second", "s"},
                                                                                    {"seconds", "s"},
                                                                                    {"sec", "s"},
                                                                                    {"minute", "m"},
                                                                                    {"minutes", "m"},
                                                                                    {"min", "m"},
                                                                                    {"hour", "h"},
                                                                                    {"hours", "h"},
                                                                                    {"day", "d"},
                                                                                    {"days", "d"},
                                                                                    {"h", "h"},
                                                                                    {"d", "d"},
                                                                                    {"s", "s"}}};
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto word = text.find_first_not_of(' ', digits);
    const auto unit = word == std::string_view::npos ? std::string() : ascii_lower(text.substr(word));
    const auto found = std::ranges::find(kWords, unit, &std::pair<std::string_view, std::string_view>::first);
    if (digits == 0 || found == kWords.end()) return "write for instance 500ms, 30s, 5m, 2h or 7d";
    auto meant = std::string(text.substr(0, digits)) + std::string(found->second);
    return meant == text ? "the longest span is 36600d" : "write " + std::move(meant);
}

/// How short a span may be, by its kind; the patterns of language_definitions() tell editors the same.
struct ShortestSpan {
    std::string_view kind;
    Millis least;
    bool may_be_none = false;  ///< 0s means never
};
constexpr std::array<ShortestSpan, 5> kShortest{{{"wait_span", Millis{1}},
                                                 {"pause_span", Millis{10}},
                                                 {"poll_span", Millis{100}},
                                                 {"minute_span", std::chrono::minutes{1}},
                                                 {"refresh_span", std::chrono::minutes{1}, true}}};

/// An example of the language, else what holds by itself: "8h".
std::string example_of(const Key& key) {
    auto text = key.examples.empty() ? key.preset : key.examples;
    text.remove_prefix(std::min(text.find('"') + 1, text.size()));
    return std::string(text.substr(0, text.find('"')));
}

/// "2Mb" → "2MB": the unit that is meant.
std::string size_that_is_meant(std::string_view text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto unit = ascii_lower(text.substr(digits));
    for (const auto& [name, bytes] : kUnits) {
        if (digits > 0 && !unit.empty() && ascii_lower(name) == unit)
            return "write " + std::string(text.substr(0, digits)) + std::string(name);
    }
    return "write for instance 512KiB, 2MiB or 1048576";
}

}  // namespace

bool is_in_clear_text(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    if (!url.starts_with(kScheme)) return false;
    url.remove_prefix(kScheme.size());
    const auto host = url.substr(0, url.find_first_of("/?#"));
    const auto name =
        host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.rfind(':'));
    const bool is_loopback_number =
        name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
    return name != "localhost" && name != "[::1]" && !is_loopback_number;
}

const Scalar* read_scalar(Reading& reading, const Member* member) {
    if (member == nullptr) return nullptr;
    if (member->value.is_scalar() && !member->value.is_null() && !member->value.scalar.text.empty()) {
        return &member->value.scalar;
    }
    const bool is_empty = member->value.is_scalar();
    const std::string_view got = member->value.is_list() ? "a list" : "a map";
    if (is_empty) {
        reading.diagnostics.error(member->value.place, key_of(*member) + " is empty",
                                  "write its value, or take '" + member->key.text + "' out");
    } else {
        wrong(reading, *member, "a single value, not " + std::string(got), without_list(*member));
    }
    return nullptr;
}

std::optional<std::string> read_text(Reading& reading, const Member* member) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    return scalar->text;
}

std::optional<Millis> read_span(Reading& reading, const Member* member) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    const auto span = parse_span(scalar->text);
    if (span) return *span;
    const bool is_number = std::ranges::all_of(scalar->text, [](char c) { return c >= '0' && c <= '9'; });
    return wrong(reading, *member, "a span of time, not " + shown(*scalar),
                 is_number ? "add the unit: " + scalar->text + "s, " + scalar->text + "m, " + scalar->text +
                                 "h or " + scalar->text + "d"
                           : span_that_is_meant(scalar->text));
}

std::optional<Millis> read_span(Reading& reading, Fields& fields, std::string_view key) {
    const Member* member = fields.take(key);
    const auto span = read_span(reading, member);
    if (!span) return span;
    const Key& about = fields.about(key);
    const auto shortest = std::ranges::find(kShortest, about.value, &ShortestSpan::kind);
    const bool is_good = shortest == kShortest.end() || *span >= shortest->least ||
                         (shortest->may_be_none && *span == Millis{0});
    if (is_good) return span;
    auto limit = shortest->least > Millis{1} ? "at least " + to_span(shortest->least)
                                             : std::string("longer than nothing");
    if (shortest->may_be_none) limit += ", or 0s for never";
    return wrong(reading, *member, limit + ", not " + shown(member->value.scalar),
                 "write for instance " + member->key.text + ": " + example_of(about));
}

std::optional<std::uint64_t> read_size(Reading& reading, const Member* member) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    const std::string& text = scalar->text;
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto unit =
        std::ranges::find(kUnits, std::string_view(end, text.data() + text.size()), &Unit::name);
    // 0777 is octal to other readers of YAML, and decimal to us: neither is taken silently.
    const bool is_good = error == std::errc{} && !text.starts_with('0') && unit != kUnits.end() &&
                         count > 0 && count <= (std::numeric_limits<std::uint64_t>::max() >> 1) / unit->bytes;
    if (is_good) return count * unit->bytes;
    return wrong(reading, *member, "a size in bytes, not " + shown(*scalar), size_that_is_meant(text));
}

std::optional<std::int64_t> read_integer(Reading& reading, const Member* member, const Key& key) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    const std::string limits =
        "a whole number from " + std::to_string(key.least) + " to " + std::to_string(key.most);
    const bool is_quoted = !scalar->is_plain() && !scalar->is_substituted;
    const auto value = is_quoted ? boost::json::value(nullptr) : natural_value(*scalar);
    if (value.is_int64() && value.as_int64() >= key.least && value.as_int64() <= key.most)
        return value.as_int64();
    const bool is_number_in_quotes =
        is_quoted && !scalar->text.empty() && scalar->text.size() < 19 &&
        std::ranges::all_of(scalar->text, [](char c) { return c >= '0' && c <= '9'; });
    return wrong(
        reading, *member, limits + ", not " + shown(*scalar),
        is_number_in_quotes ? "write it without quotes: " + scalar->text : why_no_integer(scalar->text));
}

std::optional<std::size_t> read_choice(Reading& reading, const Member* member,
                                       std::span<const std::string_view> choices) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    const std::vector<std::string> words(choices.begin(), choices.end());
    const auto found = std::ranges::find(words, scalar->text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string one_of = enumerate(words);
    if (const auto last = one_of.rfind(" and "); last != std::string::npos) one_of.replace(last, 5, " or ");
    const auto meant = meant_by(scalar->text, words);
    return wrong(reading, *member, one_of + ", not " + shown(*scalar),
                 meant.empty() ? std::string() : "did you mean '" + std::string(meant) + "'?");
}

std::optional<std::filesystem::path> read_path(Reading& reading, const Member* member) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    return (reading.folder / scalar->text).lexically_normal();
}

std::optional<Scalar> read_expression(Reading& reading, const Member* member) {
    if (member == nullptr) return std::nullopt;
    if (!member->value.is_scalar()) {
        return wrong(reading, *member,
                     "an expression, not " + std::string(member->value.is_list() ? "a list" : "a map"),
                     "an expression that begins with '[' or '{' needs quotes");
    }
    const Scalar& scalar = member->value.scalar;
    if (scalar.is_null() || scalar.text.find_first_not_of(" \t\n") == std::string::npos) {
        reading.diagnostics.error(member->value.place, key_of(*member) + " is empty",
                                  "write an expression, or take '" + member->key.text + "' out");
        return std::nullopt;
    }
    const std::string_view text = scalar.text;
    if (text.starts_with("${") && text.ends_with('}') && text.find("${", 2) == std::string_view::npos) {
        reading.diagnostics.error(
            scalar.place, key_of(*member) + " is always an expression and takes no ${ }",
            "write:  " + member->key.text + ": " + quoted(text.substr(2, text.size() - 3)));
        return std::nullopt;
    }
    return scalar;
}

std::optional<Name> read_reference(Reading& reading, const Member* member) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    return Name{scalar->text, scalar->place};
}

std::optional<std::pair<std::string, std::string>> read_dotted(Reading& reading, const Member* member,
                                                               std::string_view example) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    const auto dot = scalar->text.find('.');
    const bool is_good = dot != std::string::npos && dot > 0 && dot + 1 < scalar->text.size() &&
                         scalar->text.find_first_of(" \t\n$") == std::string::npos;
    if (is_good) return std::pair{scalar->text.substr(0, dot), scalar->text.substr(dot + 1)};
    const bool is_word = scalar->text.find_first_of(" \t\n$./:") == std::string::npos;
    return wrong(reading, *member, "of the form '" + std::string(example) + "', not " + shown(*scalar),
                 is_word ? "put the connector in front, for instance " +
                               std::string(example.substr(0, example.find('.') + 1)) + scalar->text
                         : std::string());
}

}  // namespace maillon::config
