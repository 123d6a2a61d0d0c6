#include "core/match/linkage/set_field.h"

#include "core/match/linkage/residue.h"
#include "core/match/normalise/email.h"
#include "core/match/normalise/fold.h"
#include "core/match/normalise/handle.h"
#include "core/match/normalise/link.h"
#include "core/match/normalise/placeholder.h"
#include "core/match/normalise/similarity.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

constexpr Level kExact = 1;
constexpr std::size_t kFewestDigits = 7;

bool is_key(Kind kind) {
    return kind == Kind::email || kind == Kind::phone || kind == Kind::handle || kind == Kind::link;
}

/// A number that no plan knows, by its digits: better than nothing, and equal to itself.
std::string digits_of(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c >= '0' && c <= '9') out += c;
    }
    return out.size() >= kFewestDigits ? out : std::string{};
}

}  // namespace

SetField::SetField(const FieldModel& field, const std::string& country)
    : kind_(field.kind), is_key_(is_key(field.kind)), most_shared_(field.most_shared), phones_(country) {}

void SetField::read(std::string_view text, std::vector<std::string>& out) {
    switch (kind_) {
        case Kind::email:
            if (const auto one = email(text); one && !one->is_role) out.push_back(one->key);
            break;
        case Kind::phone:
            if (const auto one = phones_.read(text))
                out.push_back(one->e164);
            else if (auto digits = digits_of(text); !digits.empty() && !is_placeholder(text))
                out.push_back(std::move(digits));
            break;
        case Kind::handle:
            if (const auto one = handle(text))
                out.push_back(one->name_key().empty() ? one->id_key() : one->name_key());
            break;
        case Kind::link:
            if (const auto one = link(text)) {
                out.push_back(one->key);
            }
            break;
        default:
            if (!is_placeholder(text)) out.push_back(folded(text));
    }
}

void SetField::add(Side side, std::span<const Cell> cells) {
    std::vector<std::string> texts;
    if (kind_ == Kind::residue)
        texts = residues(cells);
    else {
        for (const auto& cell : cells) {
            if (!cell.text.empty()) read(cell.text, texts);
        }
    }
    std::vector<ValuePool::Id> values;
    const auto side_index = index(side);
    for (const auto& text : texts) {
        if (text.empty()) continue;
        const auto id = pool_.put(text);
        if (std::ranges::find(values, id) != values.end()) continue;
        if (!is_probe_) pool_.count(side_index, id);
        values.push_back(id);
    }
    if (!is_probe_) filled_[side_index] += values.empty() ? 0 : 1;
    lists_[side_index].add(values);
}

void SetField::forget(Row left) {
    const auto values = lists_[0].of(left);
    for (const auto value : values) pool_.uncount(0, value);
    filled_[0] -= values.empty() ? 0 : 1;
}

double SetField::share_of(ValuePool::Id value) const {
    double share = 0;
    for (const std::size_t side : {std::size_t{0}, index(Side::right)}) {
        if (filled_[side] == 0) continue;
        share = std::max(share, (pool_.counted(side, value) + 1) / (static_cast<double>(filled_[side]) + 1));
    }
    return share;
}

void SetField::finish() {
    usual_ = -std::log2(std::max(equal_share().value_or(1), 1e-12));
}

bool SetField::is_shared_by_too_many(ValuePool::Id value) const {
    return most_shared_ > 0 && pool_.counted(0, value) > most_shared_;
}

ValuePool::Id SetField::shared(Row left, Row right) const {
    const auto others = lists_[index(Side::right)].of(right);
    ValuePool::Id rarest = ValuePool::kNone;
    for (const auto value : lists_[0].of(left)) {
        if (std::ranges::find(others, value) == others.end()) continue;
        if (rarest == ValuePool::kNone || pool_.counted(0, value) < pool_.counted(0, rarest)) rarest = value;
    }
    return rarest;
}

Level SetField::compare(Row left, Row right) const {
    const auto ours = lists_[0].of(left), theirs = lists_[index(Side::right)].of(right);
    if (ours.empty() || theirs.empty()) return kMissing;
    const auto value = shared(left, right);
    if (value != ValuePool::kNone) return is_shared_by_too_many(value) ? kMissing : kExact;
    const auto last = static_cast<Level>(levels_of(kind_).size() - 1);
    if (kind_ == Kind::phone) {
        for (const auto a : ours) {
            for (const auto b : theirs) {
                if (damerau(pool_.text(a), pool_.text(b)) <= 1) return 2;
            }
        }
    }
    if (kind_ == Kind::link) {
        const auto host = [&](ValuePool::Id id) {
            return pool_.text(id).substr(0, pool_.text(id).find('/'));
        };
        if (host(ours.front()) == host(theirs.front())) return 2;
    }
    return last;
}

void SetField::compare_all(std::span<const Row> lefts, Row right, int shift,
                           std::span<std::uint64_t> levels) const {
    if (lists_[index(Side::right)].of(right).empty()) return;
    lists_[0].fetch(lefts);
    for (std::size_t at = 0; at < lefts.size(); ++at)
        levels[at] |= std::uint64_t{compare(lefts[at], right)} << shift;
}

std::optional<double> SetField::rarity(Row left, Row right, Level level) const {
    if (level != kExact) return std::nullopt;
    const auto value = shared(left, right);
    if (value == ValuePool::kNone) return std::nullopt;
    // An address is one person's or it is shared: how many have it is all that counts.
    if (is_key_) return -std::log2(std::max(1U, pool_.counted(0, value)));
    return -std::log2(share_of(value)) - usual_;
}

std::optional<double> SetField::equal_share() const {
    const std::size_t other = is_one_ || filled_[1] == 0 ? 0 : 1;
    if (filled_[0] == 0 || filled_[other] == 0) return std::nullopt;
    double pairs = 0;
    for (ValuePool::Id id = 0; id < pool_.size(); ++id) {
        if (!is_shared_by_too_many(id))
            pairs += static_cast<double>(pool_.counted(0, id)) * pool_.counted(other, id);
    }
    return std::min(1.0, pairs / static_cast<double>(filled_[0]) / static_cast<double>(filled_[other]));
}

std::string SetField::shown(Side side, Row row) const {
    std::string out;
    for (const auto value : lists_[index(side)].of(row)) out += (out.empty() ? "" : ", ") + pool_.text(value);
    return out;
}

void SetField::keys(Side side, Row row, std::string_view, std::vector<std::uint64_t>& out) const {
    for (const auto value : lists_[index(side)].of(row)) {
        if (!is_shared_by_too_many(value)) out.push_back(hash_of(pool_.text(value)));
    }
}

}  // namespace maillon::match
