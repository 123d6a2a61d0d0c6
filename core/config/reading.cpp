#include "core/config/reading.h"

#include "core/base/assert.h"
#include "core/base/text.h"

#include <algorithm>

namespace maillon::config {

namespace {

constexpr std::size_t kMostCandidates = 200;  // comparing with more would take long and seldom help
constexpr std::size_t kMostListed = 20;

}  // namespace

std::string_view meant_by(std::string_view typed, std::span<const std::string> known) {
    if (typed.size() < 3 || known.size() > kMostCandidates) return {};
    if (const auto meant = did_you_mean(typed, known); !meant.empty()) return meant;
    const auto begins =
        std::ranges::find_if(known, [&](const std::string& word) { return word.starts_with(typed); });
    return begins == known.end() ? std::string_view{} : std::string_view(*begins);
}

std::string suggest(std::string_view typed, const std::vector<std::string>& known, std::string_view none) {
    if (const auto meant = meant_by(typed, known); !meant.empty())
        return "did you mean '" + std::string(meant) + "'?";
    if (known.size() > kMostListed) return {};
    return known.empty() ? std::string(none) : "known here: " + enumerate(known);
}

void report_unavailable(Reading& reading, const Place& place, std::string_view what, std::string hint) {
    reading.diagnostics.error(place, std::string(what) + " is not available in this version of Maillon",
                              std::move(hint));
}

bool check_map(const ValueTree& tree, std::string_view what, Reading& reading) {
    if (tree.is_map()) return true;
    const std::string_view got = tree.is_list() ? "a list" : tree.is_null() ? "nothing" : "a single value";
    reading.diagnostics.error(
        tree.place, std::string(what) + " must be a map of keys and values, not " + std::string(got));
    return false;
}

Fields::Fields(const ValueTree& tree, std::string what, Reading& reading, const Shape& shape)
    : Fields(tree, std::move(what), reading, shape, tree.place) {}

Fields::Fields(const ValueTree& tree, std::string what, Reading& reading, const Shape& shape,
               const Place& place)
    : tree_(tree), what_(std::move(what)), reading_(reading), place_(place), shapes_{&shape} {
    check_map(tree_, what_, reading_);
}

const Key& Fields::about(std::string_view key) const {
    for (const Shape* shape : shapes_) {
        if (const Key* found = shape->find(key)) return *found;
    }
    assertion_failed(("no shape of " + what_ + " has the key '" + std::string(key) + "'").c_str(), __FILE__,
                     __LINE__);
}

void Fields::check_all_taken() const {
    for (const Shape* shape : shapes_) {
        for (const Key& key : shape->keys) {
            if (std::ranges::find(known_, key.name) != known_.end()) continue;
            assertion_failed(("nobody reads '" + std::string(key.name) + "' of " + what_).c_str(), __FILE__,
                             __LINE__);
        }
    }
}

const Member* Fields::take(std::string_view key) {
    about(key);
    if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
    const Member* member = tree_.find_member(key);
    if (member != nullptr) done_.emplace(key);
    return member;
}

const Member* Fields::require(std::string_view key, std::string_view example) {
    const Member* member = take(key);
    if (member == nullptr && is_map()) missing_.push_back({std::string(key), std::string(example)});
    return member;
}

void Fields::unavailable(std::initializer_list<std::string_view> keys) {
    for (const auto key : keys) {
        const Member* member = tree_.find_member(key);
        if (member == nullptr || !done_.emplace(key).second) continue;
        report_unavailable(reading_, member->key.place, "'" + std::string(key) + "'");
    }
}

std::vector<const Member*> Fields::others() const {
    std::vector<const Member*> out;
    for (const auto& member : tree_.members) {
        if (!done_.contains(member.key.text)) out.push_back(&member);
    }
    return out;
}

std::vector<const Member*> Fields::take_others() {
    auto out = others();
    for (const Member* member : out) done_.insert(member->key.text);
    return out;
}

void Fields::finish() {
    check_all_taken();
    const auto unknown = others();
    if (unknown.size() > kMostCandidates) {
        return reading_.diagnostics.error(unknown.front()->key.place,
                                          what_ + " has " + std::to_string(unknown.size()) + " unknown keys",
                                          "known here: " + enumerate(known_));
    }
    std::set<std::string, std::less<>> misspelt;
    for (const Member* member : unknown) misspelt.emplace(meant_by(member->key.text, known_));
    for (const auto& [key, example] : missing_) {
        if (misspelt.contains(key)) continue;
        reading_.diagnostics.error(place_, what_ + " has no '" + key + "'", "add for instance:  " + example);
    }
    for (const Member* member : unknown) {
        reading_.diagnostics.error(member->key.place, "unknown key '" + member->key.text + "' in " + what_,
                                   suggest(member->key.text, known_));
    }
}

}  // namespace maillon::config
