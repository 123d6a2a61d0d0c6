#include "core/match/linkage/model_values.h"

#include "core/config/scalars.h"

#include <algorithm>
#include <charconv>

namespace maillon::match {
namespace {

using config::Member;
using config::Reading;
using config::ValueTree;

constexpr std::array<std::string_view, 5> kColumnParts{"given", "family", "within", "company", "year"};
const std::vector<std::string> kKeyParts{"sound", "initial", "first3", "year", "word",
                                         "words", "rare",    "pairs",  "bands"};

std::string trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(by, at), text.size());
        if (auto one = trimmed(text.substr(at, end - at)); !one.empty()) out.push_back(std::move(one));
        at = end + 1;
    }
    return out;
}

/// The scalars of a list, or the one that stands there by itself.
std::vector<const ValueTree*> texts(const Member* member, Reading& reading) {
    std::vector<const ValueTree*> out;
    if (member == nullptr) return out;
    if (member->value.is_scalar() && !member->value.is_null()) return {&member->value};
    if (!member->value.is_list()) {
        reading.diagnostics.error(member->value.place,
                                  "'" + member->key.text + "' must be a text or a list of texts");
        return out;
    }
    for (const auto& item : member->value.items) {
        if (item.is_scalar() && !item.is_null())
            out.push_back(&item);
        else
            reading.diagnostics.error(item.place, "'" + member->key.text + "' takes texts only");
    }
    return out;
}

std::optional<double> parsed(const ValueTree& tree) {
    if (!tree.is_scalar() || !tree.scalar.is_plain()) return std::nullopt;
    const auto& text = tree.scalar.text;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value == value)) return std::nullopt;
    return value;
}

ColumnRef column_ref(const ValueTree& tree, Reading& reading) {
    ColumnRef out{split(tree.scalar.text, '|'), {}, reading.sources.where(tree.place)};
    if (out.names.empty()) reading.diagnostics.error(tree.place, "here stands no name of a column");
    for (auto& name : out.names) {
        const auto dot = name.rfind('.');
        if (dot == std::string::npos) continue;
        const auto part = std::string_view(name).substr(dot + 1);
        if (std::ranges::find(kColumnParts, part) == kColumnParts.end()) continue;
        out.part = part;
        name.resize(dot);
    }
    return out;
}

KeyPart key_part(const std::string& text, const ValueTree& tree, Reading& reading) {
    const auto dot = text.find('.');
    KeyPart out{text.substr(0, dot), dot == std::string::npos ? "" : text.substr(dot + 1)};
    if (!out.part.empty() && std::ranges::find(kKeyParts, out.part) == kKeyParts.end())
        reading.diagnostics.error(tree.place, "'" + out.part + "' is no part that a key can be made of",
                                  config::suggest(out.part, kKeyParts));
    return out;
}

}  // namespace

bool boolean(const Member* member, bool preset, Reading& reading) {
    if (member == nullptr) return preset;
    if (member->value.is_scalar() && member->value.scalar.is_plain()) {
        if (member->value.scalar.text == "true") return true;
        if (member->value.scalar.text == "false") return false;
    }
    reading.diagnostics.error(member->value.place, "'" + member->key.text + "' must be true or false");
    return preset;
}

double number(const Member* member, double preset, double least, double most, Reading& reading) {
    if (member == nullptr) return preset;
    const auto value = parsed(member->value);
    if (value && *value >= least && *value <= most) return *value;
    std::string range =
        std::to_string(static_cast<int>(least)) + " to " + std::to_string(static_cast<int>(most));
    reading.diagnostics.error(member->value.place,
                              "'" + member->key.text + "' must be a number from " + range);
    return preset;
}

double fraction(const Member* member, double preset, Reading& reading) {
    return number(member, preset, 0, 1, reading);
}

std::vector<std::string> alternatives(const Member* member, Reading& reading) {
    const auto text = config::read_text(reading, member);
    return text ? split(*text, '|') : std::vector<std::string>{};
}

std::vector<ColumnRef> column_refs(const Member* member, Reading& reading) {
    std::vector<ColumnRef> out;
    for (const auto* one : texts(member, reading)) out.push_back(column_ref(*one, reading));
    return out;
}

std::vector<BlockingRule> blocking_rules(const Member* member, Reading& reading) {
    std::vector<BlockingRule> out;
    for (const auto* one : texts(member, reading)) {
        BlockingRule rule;
        for (const auto& part : split(one->scalar.text, '+')) rule.push_back(key_part(part, *one, reading));
        if (rule.empty()) reading.diagnostics.error(one->place, "here stands no key");
        out.push_back(std::move(rule));
    }
    return out;
}

std::vector<Demand> demands(const Member* member, Reading& reading) {
    std::vector<Demand> out;
    for (const auto* one : texts(member, reading)) {
        const auto& text = one->scalar.text;
        const auto equals = text.find('=');
        Demand demand{trimmed(text.substr(0, equals)), {}};
        if (equals != std::string::npos)
            demand.levels = split(std::string_view(text).substr(equals + 1), '|');
        out.push_back(std::move(demand));
    }
    return out;
}

std::vector<double> by_level(const Member* member, std::span<const LevelInfo> levels, Reading& reading) {
    std::vector<double> out(levels.size(), 0);
    if (member == nullptr || !config::check_map(member->value, "'" + member->key.text + "'", reading))
        return out;
    std::vector<std::string> names;
    for (const auto& level : levels.subspan(1)) names.emplace_back(level.name);
    for (const auto& one : member->value.members) {
        const auto found = std::ranges::find(names, one.key.text);
        const auto value = parsed(one.value);
        if (found == names.end())
            reading.diagnostics.error(one.key.place, "there is no level '" + one.key.text + "' here",
                                      config::suggest(one.key.text, names));
        else if (!value || *value <= 0 || *value > 1)
            reading.diagnostics.error(one.value.place, "this must be a number above 0, up to 1");
        else
            out[static_cast<std::size_t>(found - names.begin()) + 1] = *value;
    }
    for (std::size_t level = 1; level < out.size(); ++level) {
        if (out[level] <= 0 && !reading.diagnostics.has_errors())
            reading.diagnostics.error(member->key.place, "'" + member->key.text +
                                                             "' says nothing of the level '" +
                                                             std::string(levels[level].name) + "'");
    }
    return out;
}

std::vector<CalibrationPoint> calibration_points(const Member* member, Reading& reading) {
    std::vector<CalibrationPoint> out;
    if (member == nullptr) return out;
    for (const auto& item : member->value.items) {
        const auto said = item.items.size() == 2 ? parsed(item.items[0]) : std::nullopt;
        const auto was = item.items.size() == 2 ? parsed(item.items[1]) : std::nullopt;
        const bool is_good = said && was && *said >= 0 && *said <= 1 && *was >= 0 && *was <= 1;
        const bool ascends = is_good && (out.empty() || (*said > out.back().said && *was >= out.back().was));
        if (!ascends)
            reading.diagnostics.error(item.place, "each point is [said, was], from 0 to 1 and ascending");
        else
            out.push_back({*said, *was});
    }
    if (!member->value.is_list())
        reading.diagnostics.error(member->value.place, "'calibration' must be a list of points [said, was]");
    return out;
}

}  // namespace maillon::match
