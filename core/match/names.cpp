#include "core/match/names.h"

#include "core/match/normalise/name_tables.h"
#include "core/match/normalise/person_name.h"
#include "core/match/normalise/similarity.h"

#include <algorithm>
#include <string>

namespace maillon::match {
namespace {

/// Digits and underscores stand in the names of accounts, not of people.
bool is_account_name(std::string_view name) {
    return std::ranges::any_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '_'; });
}

bool is_given_alike(const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && name_tables().relation(a, b) != GivenRelation::none;
}

bool is_family_alike(const std::string& a, const std::string& b) {
    if (a.empty() || b.empty()) return false;
    if (a == b || (std::min(a.size(), b.size()) == 1 && a.front() == b.front())) return true;
    const auto shorter = std::min(a.size(), b.size()), longer = std::max(a.size(), b.size());
    return shorter >= 4 && damerau(a, b) <= (longer >= 8 ? 2U : 1U);
}

bool is_alike(const PersonName& a, const PersonName& b) {
    return is_given_alike(a.given, b.given) || is_family_alike(a.family, b.family) ||
           is_family_alike(a.given, b.given) || is_family_alike(a.given, b.family) ||
           is_family_alike(a.family, b.given);
}

}  // namespace

Names compare_names(std::string_view a, std::string_view b, bool one_word_counts) {
    if (is_account_name(a) || is_account_name(b)) return Names::unknown;
    const auto left = split_name(a), right = split_name(b);
    if (left.is_empty() || right.is_empty()) return Names::unknown;
    if (is_alike(left, right)) return Names::agree;
    const auto is_whole = [](const PersonName& name) { return !name.given.empty() && !name.family.empty(); };
    return one_word_counts || (is_whole(left) && is_whole(right)) ? Names::conflict : Names::unknown;
}

}  // namespace maillon::match
