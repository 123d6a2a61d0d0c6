#include "core/match/linkage/names_field.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/person_name.h"
#include "core/match/normalise/similarity.h"

#include <algorithm>

namespace maillon::match {
namespace {

enum NamesLevel : Level { exact = 1, same_family_names, most, some, different };

constexpr double kSimilar = 0.92;         // Jaro-Winkler
constexpr std::size_t kMostPersons = 31;  // of one list

std::vector<std::string_view> persons_in(std::string_view text) {
    std::vector<std::string_view> out;
    const char by = text.find(';') != std::string_view::npos ? ';' : ',';
    for (std::size_t at = 0; at <= text.size() && out.size() < kMostPersons;) {
        auto end = std::min(text.find(by, at), text.size());
        const auto word = text.find(" and ", at);
        const bool is_and = word < end;
        if (is_and) end = word;
        out.push_back(text.substr(at, end - at));
        at = end + (is_and ? 5 : 1);
    }
    return out;
}

/// Bibliographies put the family name last: the last word is it, whatever tables of names say.
std::pair<std::string, char> family_and_initial(std::string_view person) {
    const auto text = folded(person);
    const auto all = words(text);
    if (all.empty()) return {};
    // "gupta a" and "a gupta": an initial is never the family name.
    auto family = all.back();
    auto given = all.front();
    if (family.size() == 1 && all.size() > 1) std::swap(family, given);
    return {std::string(family), all.size() > 1 ? given.front() : '\0'};
}

}  // namespace

void NamesField::add(Side side, std::span<const Cell> cells) {
    std::vector<ValuePool::Id> families, initials;
    for (const auto& cell : cells) {
        for (const auto person : persons_in(cell.text)) {
            const auto [family, initial] = family_and_initial(person);
            if (family.size() < 2 || families.size() == kMostPersons) continue;
            families.push_back(pool_.put(family));
            initials.push_back(static_cast<unsigned char>(initial));
        }
    }
    if (!is_probe_) {
        for (const auto id : families) pool_.count(index(side), id);
    }
    families_[index(side)].add(families);
    initials_[index(side)].add(initials);
}

void NamesField::forget(Row left) {
    for (const auto id : families_[0].of(left)) pool_.uncount(0, id);
}

bool NamesField::is_alike(ValuePool::Id a, ValuePool::Id b) const {
    return a == b || jaro_winkler(pool_.text(a), pool_.text(b)) >= kSimilar;
}

std::size_t NamesField::common(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> b) const {
    std::uint32_t taken = 0;
    std::size_t count = 0;
    for (const auto x : a) {
        for (std::size_t at = 0; at < b.size(); ++at) {
            if ((taken >> at & 1U) != 0 || !is_alike(x, b[at])) continue;
            taken |= 1U << at;
            ++count;
            break;
        }
    }
    return count;
}

Level NamesField::compare(Row left, Row right) const {
    const auto r = index(Side::right);
    const auto a = families_[0].of(left), b = families_[r].of(right);
    if (a.empty() || b.empty()) return kMissing;
    const auto both = common(a, b);
    const auto fewer = std::min(a.size(), b.size());
    if (both == 0) return different;
    if (both == fewer && a.size() == b.size()) {
        const auto x = initials_[0].of(left), y = initials_[r].of(right);
        return std::ranges::is_permutation(x, y) ? exact : same_family_names;
    }
    return 2 * both >= fewer + 1 ? most : some;
}

std::string NamesField::shown(Side side, Row row) const {
    std::string out;
    const auto initials = initials_[index(side)].of(row);
    std::size_t at = 0;
    for (const auto family : families_[index(side)].of(row)) {
        out += out.empty() ? "" : ", ";
        if (const auto initial = initials[at++]; initial != 0)
            out += std::string(1, static_cast<char>(initial)) + " ";
        out += pool_.text(family);
    }
    return out;
}

void NamesField::keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const {
    const auto families = families_[index(side)].of(row);
    if (families.empty()) return;
    if (part == "words" || part == "rare") {
        for (const auto family : families) out.push_back(hash_of(pool_.text(family)));
    } else if (part == "pairs") {
        for (std::size_t i = 0; i < families.size(); ++i) {
            for (std::size_t j = i + 1; j < families.size(); ++j)
                out.push_back(hash_of(pool_.text(families[i])) + hash_of(pool_.text(families[j])));
        }
    } else {
        std::uint64_t all = 0;
        for (const auto family : families) all += hash_of(pool_.text(family));
        out.push_back(all);
    }
}

}  // namespace maillon::match
