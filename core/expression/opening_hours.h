#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace maillon::expression {

/// When someone is there, in a part of OpenStreetMap's opening_hours: "24/7", or rules parted by ';' of days
/// ("Mo-Fr,Su"; none means all) and times ("09:00-12:00,13:00-18:00"; none means the whole day) or "off". Of
/// the rules that name a day the last one holds. A time that ends before it begins runs into the next day.
class OpeningHours {
public:
    static constexpr std::string_view kProblem = "the hours are not understood";
    static constexpr std::string_view kHint =
        "as 'Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-12:00', 'Su off' or '24/7'";

    /// Nothing when the text is malformed.
    static std::optional<OpeningHours> parse(std::string_view text);

    /// `weekday` counts from Monday = 0, `minute` from midnight.
    bool is_open(unsigned weekday, int minute) const;

private:
    struct Rule {
        unsigned days = 0;                       ///< bit 0 is Monday
        std::vector<std::pair<int, int>> times;  ///< minutes; the end may lie behind midnight
    };
    static std::optional<Rule> parse_rule(std::string_view text);
    const Rule* rule_of(unsigned weekday) const;

    std::vector<Rule> rules_;
};

}  // namespace maillon::expression
