#include "core/match/linkage/name_field.h"

#include "core/match/linkage/level_memo.h"
#include "core/match/normalise/fold.h"
#include "core/match/normalise/name_tables.h"
#include "core/match/normalise/phonetic.h"
#include "core/match/normalise/similarity.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace maillon::match {
namespace {

// Jaro-Winkler from which two names are one with a slip of the pen, and from which they may be: the bounds of
// Winkler's own studies (1990, 2006) and of most systems since.
constexpr double kSimilar = 0.92;
constexpr double kClose = 0.85;
constexpr double kNothing = std::numeric_limits<double>::infinity();  // bits of a letter alone
constexpr std::size_t kShortestWithin = 4;  // shorter names stand in other words by chance

enum GivenLevel : Level {
    given_exact = 1,
    given_nickname,
    given_similar,
    given_close,
    given_initial,
    given_swapped,
    given_different
};
enum FamilyLevel : Level {
    family_exact = 1,
    family_part,
    family_contained,
    family_similar,
    family_close,
    family_initial,
    family_swapped,
    family_different
};

bool shares_long_word(std::string_view a, std::string_view b) {
    if (a.find(' ') == a.npos && b.find(' ') == b.npos)
        return false;  // the most frequent case, without lists
    const auto words_a = words(a), words_b = words(b);
    if (words_a.size() + words_b.size() < 3) return false;
    return std::ranges::any_of(words_a, [&](std::string_view word) {
        return word.size() >= 3 && std::ranges::find(words_b, word) != words_b.end();
    });
}

Level given_level(const std::string& a, const std::string& b) {
    switch (name_tables().relation(a, b)) {
        case GivenRelation::exact: return given_exact;
        case GivenRelation::variant:
        case GivenRelation::nickname: return given_nickname;
        case GivenRelation::initial: return given_initial;
        case GivenRelation::none: break;
    }
    if (shares_long_word(a, b)) return given_nickname;
    const double similar = jaro_winkler(a, b);
    return similar >= kSimilar ? given_similar : similar >= kClose ? given_close : given_different;
}

Level family_level(const std::string& a, const std::string& b) {
    const bool is_split = a.find(' ') != a.npos || b.find(' ') != b.npos;
    if (is_split ? compact(a) == compact(b) : a == b) return family_exact;
    if (a.size() == 1 || b.size() == 1) return a.front() == b.front() ? family_initial : family_different;
    if (shares_long_word(a, b)) return family_part;
    const double similar = jaro_winkler(a, b);
    if (similar >= kSimilar || (std::min(a.size(), b.size()) >= 5 && damerau(a, b) <= 1))
        return family_similar;
    return similar >= kClose ? family_close : family_different;
}

}  // namespace

NameField::NameField(Kind kind) : is_given_(kind == Kind::given_name) {}

const PersonName& NameField::split(std::string_view shown) {
    return remembered_.of(shown, [](std::string_view text) { return split_name(text); });
}

std::string NameField::half(const Cell& cell) const {
    auto& self = const_cast<NameField&>(*this);
    if (cell.part == "given") return self.split(cell.text).given;
    if (cell.part == "family") return self.split(cell.text).family;
    // A column for this half alone: something stands for the other, so that it is not read as a whole name.
    return self.halves_.of(cell.text, [&](std::string_view text) {
        auto name = is_given_ ? person_name(text, "dupont") : person_name("jean", text);
        return std::move(is_given_ ? name.given : name.family);
    });
}

void NameField::add(Side side, std::span<const Cell> cells) {
    std::string value, within;
    for (const auto& cell : cells) {
        if (cell.text.empty()) continue;
        if (cell.part == "within")
            within += compact(folded(cell.text)) + ' ';
        else if (value.empty())
            value = half(cell);
    }
    const auto side_index = index(side);
    const auto id = value.empty() ? ValuePool::kNone : pool_.put(value);
    if (id != ValuePool::kNone && !is_probe_) {
        pool_.count(side_index, id);
        ++filled_[side_index];
    }
    ids_[side_index].push_back(id);
    // Only a name that is not shown is looked for elsewhere.
    if (value.size() > 1 || within.empty()) within.clear();
    if (within.empty() && within_[side_index].empty()) return;
    within_[side_index].resize(ids_[side_index].size() - 1, ValuePool::kNone);
    within_[side_index].push_back(within.empty() ? ValuePool::kNone : texts_.put(within));
}

void NameField::forget(Row left) {
    const auto value = id(Side::left, left);
    if (value == ValuePool::kNone) return;
    pool_.uncount(0, value);
    --filled_[0];
}

void NameField::finish() {
    complete();
    usual_ = -std::log2(std::max(equal_share().value_or(1), 1e-12));
}

void NameField::complete() {
    const auto& tables = name_tables();
    for (auto id = static_cast<ValuePool::Id>(names_.size()); id < pool_.size(); ++id) {
        const auto& text = pool_.text(id);
        double share = is_given_ ? tables.given_share(text) : tables.family_share(text);
        for (std::size_t side = 0; side < 2; ++side) {
            if (filled_[side] > 0)
                share = std::max(share, pool_.counted(side, id) / static_cast<double>(filled_[side]));
        }
        std::uint64_t sound = 0;
        for (const auto word : words(text)) {
            sound = hash_of(phonetic_key(word));
            if (is_given_) break;
        }
        names_.push_back({is_given_ ? tables.spelling_key(text) : 0, sound,
                          text.size() > 1 ? -std::log2(share) : kNothing});
    }
    remembered_.forget();
    halves_.forget();
}

void NameField::mark() {
    pool_.mark();
    texts_.mark();
}

void NameField::forget_right() {
    pool_.release();
    texts_.release();
    names_.resize(pool_.size());
    ids_[1].clear();
    within_[1].clear();
}

std::string_view NameField::text(Side side, Row row) const {
    const auto value = id(side, row);
    return value == ValuePool::kNone ? std::string_view{} : std::string_view(pool_.text(value));
}

ValuePool::Id NameField::within(Side side, Row row) const {
    const auto& all = within_[index(side)];
    return row < all.size() ? all[row] : ValuePool::kNone;
}

Level NameField::compare(Row left, Row right) const {
    return compare_values(id(Side::left, left), id(Side::right, right), within(Side::left, left),
                          within(Side::right, right));
}

void NameField::compare_all(std::span<const Row> lefts, Row right, int shift,
                            std::span<std::uint64_t> levels) const {
    const auto theirs = id(Side::right, right), their_text = within(Side::right, right);
    const auto& ids = ids_[0];
    for (const auto left : lefts) __builtin_prefetch(&ids[left]);
    for (const auto left : lefts) {
        if (ids[left] != theirs && ids[left] != ValuePool::kNone) pool_.fetch(ids[left]);
    }
    LevelMemo met;
    for (std::size_t at = 0; at < lefts.size(); ++at) {
        const auto own = ids[lefts[at]], text = within(Side::left, lefts[at]);
        const auto compared = [&] { return compare_values(own, theirs, text, their_text); };
        const bool is_plain = own != ValuePool::kNone && text == ValuePool::kNone;
        levels[at] |= std::uint64_t{is_plain ? met.of(own, compared) : compared()} << shift;
    }
}

Level NameField::compare_values(ValuePool::Id a, ValuePool::Id b, ValuePool::Id a_text,
                                ValuePool::Id b_text) const {
    Level level = kMissing;
    if (a != ValuePool::kNone && b != ValuePool::kNone) level = compare_names(a, b);
    const bool is_initial = !is_given_ && level == family_initial;
    if (is_given_ || (level != kMissing && !is_initial)) return level;
    return stands_within(a, b_text) || stands_within(b, a_text) ? Level{family_contained} : level;
}

Level NameField::compare_names(ValuePool::Id left, ValuePool::Id right) const {
    if (left == right) return is_given_ ? Level{given_exact} : Level{family_exact};
    const auto& a = pool_.text(left);
    const auto& b = pool_.text(right);
    return is_given_ ? given_level(a, b) : family_level(a, b);
}

bool NameField::stands_within(ValuePool::Id name, ValuePool::Id text) const {
    if (name == ValuePool::kNone || text == ValuePool::kNone) return false;
    const auto needle = compact(pool_.text(name));
    return needle.size() >= kShortestWithin && texts_.text(text).find(needle) != std::string::npos;
}

std::optional<double> NameField::rarity(Row left, Row right, Level level) const {
    if (level == kMissing) return std::nullopt;
    const auto a = id(Side::left, left), b = id(Side::right, right);
    double bits = kNothing;
    // Of a name and its short form the rarer of the two was met twice, so to say; the commoner is the safe
    // bet.
    for (const auto value : {a, b}) {
        if (value != ValuePool::kNone) bits = std::min(bits, names_[value].bits);
    }
    if (bits == kNothing) return std::nullopt;
    return bits - usual_;
}

std::optional<double> NameField::equal_share() const {
    double share = 0;
    const std::size_t other = is_one_ || filled_[1] == 0 ? 0 : 1;
    if (filled_[0] == 0 || filled_[other] == 0) return std::nullopt;
    for (ValuePool::Id id = 0; id < pool_.size(); ++id)
        share += static_cast<double>(pool_.counted(0, id)) * pool_.counted(other, id);
    return share / static_cast<double>(filled_[0]) / static_cast<double>(filled_[other]);
}

std::string NameField::shown(Side side, Row row) const {
    if (const auto value = text(side, row); value.size() > 1) return std::string(value);
    const auto elsewhere = within(side, row);
    if (elsewhere == ValuePool::kNone) return std::string(text(side, row));
    return std::string(text(side, row)) + " (" + texts_.text(elsewhere) + ")";
}

void NameField::keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const {
    const auto value = id(side, row);
    if (value == ValuePool::kNone) return;
    const auto& text = pool_.text(value);
    if (part == "word") {
        out.push_back(hash_of(compact(text)));
    } else if (part == "initial") {
        out.push_back(static_cast<unsigned char>(text.front()));
    } else if (part == "first3") {
        out.push_back(hash_of(std::string_view(text).substr(0, 3)));
    } else if (part == "sound") {
        out.push_back(names_[value].sound);
    } else if (is_given_) {
        for (const auto key : name_tables().full_forms(text)) out.push_back(key);
        if (out.empty()) out.push_back(names_[value].spelling);
    } else {
        out.push_back(hash_of(compact(text)));
    }
}

}  // namespace maillon::match
