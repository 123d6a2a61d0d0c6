#include "core/match/linkage/phrase_field.h"

#include "core/match/linkage/level_memo.h"
#include "core/match/normalise/email.h"
#include "core/match/normalise/fold.h"
#include "core/match/normalise/place.h"
#include "core/match/normalise/placeholder.h"
#include "core/match/normalise/similarity.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

enum PhraseLevel : Level { exact = 1, contained, similar, different };

constexpr double kSimilar = 0.92;    // Jaro-Winkler, as for names
constexpr std::size_t kLongest = 4;  // words of a phrase that is looked for

}  // namespace

/// Without blanks: "Delta Logistique" and delta-logistique.fr are one.
std::string PhraseField::value_of(const Cell& cell) const {
    if (cell.part == "company") {
        const auto read = email(cell.text);
        if (!read || read->is_private_provider) return {};
        return compact(folded(read->domain.substr(0, read->domain.rfind('.'))));
    }
    if (kind_ == Kind::city) return compact(city(cell.text));
    if (is_placeholder(cell.text)) return {};
    return compact(kind_ == Kind::company ? company(cell.text) : folded(cell.text));
}

void PhraseField::add(Side side, std::span<const Cell> cells) {
    std::vector<ValuePool::Id> values, texts;
    const auto side_index = index(side);
    for (const auto& cell : cells) {
        if (cell.text.empty()) continue;
        if (cell.part == "within") {
            texts.push_back(texts_.put(folded(cell.text)));
            continue;
        }
        const auto text = value_of(cell);
        if (text.empty()) continue;
        const auto id = pool_.put(text);
        if (std::ranges::find(values, id) == values.end()) values.push_back(id);
    }
    if (!is_probe_) {
        for (const auto id : values) pool_.count(side_index, id);
        filled_[side_index] += values.empty() ? 0 : 1;
    }
    values_[side_index].add(values);
    texts_of_[side_index].add(texts);
}

void PhraseField::forget(Row left) {
    const auto values = values_[0].of(left);
    for (const auto value : values) pool_.uncount(0, value);
    filled_[0] -= values.empty() ? 0 : 1;
}

void PhraseField::finish() {
    complete();
    double shared = 0;
    for (ValuePool::Id id = 0; id < pool_.size(); ++id) shared += share_of(id) * share_of(id);
    usual_ = -std::log2(std::clamp(shared, 1e-12, 1.0));
}

void PhraseField::complete() {
    look_inside();
    texts_of_ = {};
    texts_ = {};
}

/// The values of all rows are known now: which of them stand in the longer texts.
void PhraseField::look_inside() {
    std::vector<std::vector<ValuePool::Id>> found;
    for (ValuePool::Id id = 0; id < texts_.size(); ++id) found.push_back(found_in(texts_.text(id)));
    for (std::size_t side = 0; side < 2; ++side) {
        for (std::size_t row = 0; row < texts_of_[side].rows(); ++row) {
            std::vector<ValuePool::Id> all;
            for (const auto text : texts_of_[side].of(row))
                all.insert(all.end(), found[text].begin(), found[text].end());
            inside_[side].add(all);
        }
    }
}

std::vector<ValuePool::Id> PhraseField::found_in(std::string_view text) const {
    std::vector<ValuePool::Id> out;
    const auto all = words(text);
    for (std::size_t first = 0; first < all.size(); ++first) {
        std::string phrase;
        for (std::size_t last = first; last < std::min(all.size(), first + kLongest); ++last) {
            phrase += all[last];
            if (phrase.size() < 3) continue;
            const auto id = pool_.find(phrase);
            if (id != ValuePool::kNone && std::ranges::find(out, id) == out.end()) out.push_back(id);
        }
    }
    return out;
}

bool PhraseField::shares(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> b) const {
    return std::ranges::any_of(a, [&](auto id) { return std::ranges::find(b, id) != b.end(); });
}

Level PhraseField::compare(Row left, Row right) const {
    return compare_lists(values_[0].of(left), inside_[0].of(left), right);
}

void PhraseField::compare_all(std::span<const Row> lefts, Row right, int shift,
                              std::span<std::uint64_t> levels) const {
    const auto r = index(Side::right);
    if (values_[r].of(right).empty() && inside_[r].of(right).empty()) return;
    values_[0].fetch(lefts);
    const bool has_texts = inside_[0].has_values();
    LevelMemo met;
    for (std::size_t at = 0; at < lefts.size(); ++at) {
        const auto values = values_[0].of(lefts[at]);
        const auto inside = has_texts ? inside_[0].of(lefts[at]) : std::span<const ValuePool::Id>{};
        const auto compared = [&] { return compare_lists(values, inside, right); };
        const Level level =
            inside.empty() && values.size() == 1 ? met.of(values.front(), compared) : compared();
        levels[at] |= std::uint64_t{level} << shift;
    }
}

Level PhraseField::compare_lists(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> a_inside,
                                 Row right) const {
    const auto r = index(Side::right);
    const auto b = values_[r].of(right);
    if (shares(a, b)) return exact;
    if (shares(a, inside_[r].of(right)) || shares(a_inside, b)) return contained;
    const bool has_left = !a.empty() || !a_inside.empty();
    if (!has_left || (b.empty() && inside_[r].of(right).empty())) return kMissing;
    for (const auto x : a) {
        for (const auto y : b) {
            if (jaro_winkler(pool_.text(x), pool_.text(y)) >= kSimilar) return similar;
        }
    }
    return different;
}

ValuePool::Id PhraseField::shared(Row left, Row right) const {
    const auto r = index(Side::right);
    const auto find = [](auto a, auto b) {
        const auto found =
            std::ranges::find_if(a, [&](auto id) { return std::ranges::find(b, id) != b.end(); });
        return found == a.end() ? ValuePool::kNone : *found;
    };
    for (const auto value :
         {find(values_[0].of(left), values_[r].of(right)), find(values_[0].of(left), inside_[r].of(right)),
          find(inside_[0].of(left), values_[r].of(right))}) {
        if (value != ValuePool::kNone) return value;
    }
    return ValuePool::kNone;
}

std::optional<double> PhraseField::rarity(Row left, Row right, Level level) const {
    if (level == kMissing || level == different) return std::nullopt;
    auto value = shared(left, right);
    if (value == ValuePool::kNone) {
        const auto a = values_[0].of(left);
        if (a.empty()) return std::nullopt;
        value = a.front();
    }
    return -std::log2(share_of(value)) - usual_;
}

double PhraseField::share_of(ValuePool::Id value) const {
    double share = 0;
    for (const std::size_t side : {std::size_t{0}, index(Side::right)})
        share = std::max(share, (pool_.counted(side, value) + 1) / (static_cast<double>(filled_[side]) + 1));
    return filled_[0] == 0 || filled_[1] == 0 ? (pool_.counted(0, value) + pool_.counted(1, value) + 1) /
                                                    (static_cast<double>(filled_[0] + filled_[1]) + 1)
                                              : share;
}

bool PhraseField::has_value(Side side, Row row) const {
    return !values_[index(side)].of(row).empty() || !inside_[index(side)].of(row).empty();
}

std::string PhraseField::shown(Side side, Row row) const {
    std::string out;
    for (const auto value : values_[index(side)].of(row))
        out += (out.empty() ? "" : ", ") + pool_.text(value);
    for (const auto value : inside_[index(side)].of(row))
        out += (out.empty() ? "… " : ", … ") + pool_.text(value) + " …";
    return out;
}

void PhraseField::keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const {
    for (const auto& lists : {&values_, &inside_}) {
        for (const auto value : (*lists)[index(side)].of(row)) {
            const std::string_view text = pool_.text(value);
            out.push_back(hash_of(part == "first3" ? text.substr(0, 3) : text));
        }
    }
}

}  // namespace maillon::match
