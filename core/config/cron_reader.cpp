#include "core/base/text.h"
#include "core/config/cron.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace maillon::config {
namespace {

struct FieldKind {
    std::string_view name;
    int least, most;
    std::span<const std::string_view> words;  ///< names of the numbers from `first_word`
    int first_word = 0;
};

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<FieldKind, 5> kFields{{{"minute", 0, 59, {}},
                                            {"hour", 0, 23, {}},
                                            {"day of the month", 1, 31, {}},
                                            {"month", 1, 12, kMonths, 1},
                                            {"day of the week", 0, 7, kDays}}};

struct Short {
    std::string_view name, fields;
};
constexpr std::array<Short, 7> kShorts{{{"@yearly", "0 0 1 1 *"},
                                        {"@annually", "0 0 1 1 *"},
                                        {"@monthly", "0 0 1 * *"},
                                        {"@weekly", "0 0 * * 0"},
                                        {"@daily", "0 0 * * *"},
                                        {"@midnight", "0 0 * * *"},
                                        {"@hourly", "0 * * * *"}}};

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

std::string limits_of(const FieldKind& kind) {
    std::string out = std::to_string(kind.least) + " to " + std::to_string(kind.most);
    if (!kind.words.empty())
        out += ", or " + std::string(kind.words.front()) + " to " + std::string(kind.words.back());
    return out;
}

struct Word {
    std::string_view text;
    std::size_t begin = 0;
};

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> out;
    for (std::size_t at = 0; at < text.size();) {
        at = text.find_first_not_of(" \t", at);
        if (at == std::string_view::npos) break;
        const auto end = std::min(text.find_first_of(" \t", at), text.size());
        out.push_back({text.substr(at, end - at), at});
        at = end;
    }
    return out;
}

}  // namespace

/// Reads the five fields; the first mistake ends it.
class Cron::Reader {
public:
    explicit Reader(Mistake& mistake) : mistake_(mistake) {}

    /// `fields` is what is read; `written` what stands in the configuration (the same, or a short name).
    bool read(Cron& out, std::string_view fields, std::string_view written) {
        const auto words = words_of(fields);
        if (words.size() != kFields.size()) return count_is_wrong(words.size(), written);
        const std::array<std::bitset<64>*, 5> sets{&out.minutes_, &out.hours_, &out.days_, &out.months_,
                                                   &out.weekdays_};
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (!field(*sets[i], words[i], kFields[i])) return false;
        }
        if (out.weekdays_[7]) out.weekdays_.set(0);
        out.any_day_ = words[2].text.front() == '*';
        out.any_weekday_ = words[4].text.front() == '*';
        return true;
    }

    bool fail(const Word& where, std::string message, std::string hint) {
        mistake_ = {where.begin, where.begin + where.text.size(), std::move(message), std::move(hint)};
        return false;
    }

private:
    bool count_is_wrong(std::size_t count, std::string_view written) {
        return fail({written, 0},
                    "a schedule has five fields: minute, hour, day of the month, month, day of the week; "
                    "here are " +
                        std::to_string(count),
                    count == 6 ? "seconds and years cannot be given"
                               : "write for instance \"0 3 * * *\": every night at three");
    }

    bool field(std::bitset<64>& out, const Word& word, const FieldKind& kind) {
        for (std::size_t at = 0; at <= word.text.size();) {
            const auto end = std::min(word.text.find(',', at), word.text.size());
            if (!part(out, {word.text.substr(at, end - at), word.begin + at}, kind)) return false;
            at = end + 1;
        }
        return true;
    }

    /// "*", "5", "1-5", "*/15", "8-18/2".
    bool part(std::bitset<64>& out, const Word& word, const FieldKind& kind) {
        const auto slash = word.text.find('/');
        const Word range{word.text.substr(0, slash), word.begin};
        int low = kind.least, high = kind.most, step = 1;
        if (range.text != "*" && !bounds(range, kind, low, high)) return false;
        if (slash != std::string_view::npos) {
            const Word by{word.text.substr(slash + 1), word.begin + slash + 1};
            if (!number(by.text, step) || step < 1 || step > kind.most)
                return fail({word.text, word.begin},
                            "the step of the " + std::string(kind.name) + " must be a number from 1 to " +
                                std::to_string(kind.most),
                            "write for instance */5");
            if (range.text != "*" && range.text.find('-') == std::string_view::npos) high = kind.most;
        }
        for (int i = low; i <= high; i += step) out.set(static_cast<std::size_t>(i));
        return true;
    }

    bool bounds(const Word& range, const FieldKind& kind, int& low, int& high) {
        const auto dash = range.text.find('-');
        if (!value({range.text.substr(0, dash), range.begin}, kind, low)) return false;
        high = low;
        if (dash == std::string_view::npos) return true;
        if (!value({range.text.substr(dash + 1), range.begin + dash + 1}, kind, high)) return false;
        if (high == 0 && low > 0 && kind.most == 7) high = 7;  // fri-sun
        if (low <= high) return true;
        return fail(range, "this range of the " + std::string(kind.name) + " runs backwards",
                    "write " + std::string(range.text.substr(dash + 1)) + '-' +
                        std::string(range.text.substr(0, dash)) + ", or two ranges with a comma");
    }

    bool value(const Word& word, const FieldKind& kind, int& out) {
        const std::string lower = ascii_lower(word.text);
        const auto named = std::ranges::find(kind.words, lower);
        if (named != kind.words.end()) {
            out = kind.first_word + static_cast<int>(named - kind.words.begin());
            return true;
        }
        if (!number(word.text, out) || out < kind.least || out > kind.most)
            return fail(word.text.empty() ? Word{" ", word.begin} : word,
                        word.text.empty() ? "a " + std::string(kind.name) + " is missing here"
                                          : quoted(word.text) + " is no " + std::string(kind.name),
                        "it is " + limits_of(kind));
        return true;
    }

    static bool number(std::string_view text, int& out) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        return error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
    }

    Mistake& mistake_;
};

std::optional<Cron> Cron::parse(std::string_view text, Mistake& mistake) {
    Cron out;
    out.text_ = text;
    Reader reader(mistake);
    std::string_view fields = text;
    if (text.starts_with('@')) {
        const auto known = std::ranges::find(kShorts, ascii_lower(text), &Short::name);
        if (known == kShorts.end()) {
            std::vector<std::string> names;
            for (const auto& one : kShorts) names.emplace_back(one.name);
            const auto meant = did_you_mean(text, names);
            reader.fail({text, 0}, quoted(text) + " is no schedule",
                        meant.empty() ? "known here: " + enumerate(names)
                                      : "did you mean '" + std::string(meant) + "'?");
            return std::nullopt;
        }
        fields = known->fields;
    }
    if (!reader.read(out, fields, text)) return std::nullopt;
    const auto utc = [](std::chrono::sys_seconds) { return std::chrono::seconds{0}; };
    if (!out.next(TimePoint{}, utc)) {
        reader.fail({text, 0}, "this time never comes: no such day is in these months",
                    "look at the day of the month and the month");
        return std::nullopt;
    }
    return out;
}

}  // namespace maillon::config
