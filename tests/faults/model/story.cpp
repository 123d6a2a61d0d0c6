#include "tests/faults/model/story.h"

#include <algorithm>
#include <array>

namespace maillon::faults {
namespace {

constexpr int kKeys = 3;

/// Not the standard's distributions: those differ from library to library.
class Die {
public:
    explicit Die(std::uint64_t seed) : engine_(seed) {}
    int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }

private:
    std::mt19937_64 engine_;
};

Fate fate(Die& die) {
    Fate out;
    if (die.below(2) == 0) {
        for (int left = die.below(4); left > 0; --left)
            out.tries.push_back(static_cast<Fate::Try>(die.below(5)));
    }
    const int end = die.below(8);
    // What arrived, though nobody heard so, is found to have arrived.
    const auto arrived = std::ranges::find(out.tries, Fate::Try::cut_after);
    if (arrived != out.tries.end()) {
        out.tries.erase(arrived + 1, out.tries.end());
        return out;
    }
    out.end = end == 0 ? Fate::End::refused : end == 1 ? Fate::End::unknown : Fate::End::done;
    return out;
}

Op::Kind kind(Die& die) {
    using enum Op::Kind;
    // As often as it stands here.
    static constexpr std::array kAll{happen, happen, happen,    tell,      tell,     tell,   tell_again,
                                     live,   live,   live,      rest,      poll,     poll,   poll,
                                     kill,   kill,   power_cut, disk_full, io_error, replay, decide};
    return kAll[static_cast<std::size_t>(die.below(static_cast<int>(kAll.size())))];
}

const char* name(Op::Kind kind) {
    static constexpr std::array kNames{"happen", "tell",      "tell_again", "live",     "rest",   "poll",
                                       "kill",   "power_cut", "disk_full",  "io_error", "replay", "decide"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string text(const Fate& fate) {
    static constexpr std::array kTries{"busy", "limited", "conflict", "cut_before", "cut_after"};
    static constexpr std::array kEnds{"done", "refused", "unknown"};
    std::string out;
    for (const auto one : fate.tries) out += std::string(kTries[static_cast<std::size_t>(one)]) + ", ";
    return out + kEnds[static_cast<std::size_t>(fate.end)];
}

}  // namespace

std::vector<Op> story_of(std::uint64_t seed) {
    Die die(seed);
    std::vector<Op> out;
    int events = 0;
    for (int left = 6 + die.below(14); left > 0; --left) {
        Op op{.kind = kind(die), .number = die.below(30)};
        if (op.kind == Op::Kind::happen || op.kind == Op::Kind::tell) {
            op.number = ++events;
            op.key = (op.kind == Op::Kind::happen ? "asked" : "told") + std::to_string(die.below(kKeys));
            op.fate = fate(die);
        }
        out.push_back(std::move(op));
    }
    return out;
}

std::string told(const std::vector<Op>& story) {
    std::string out;
    for (const auto& op : story) {
        out += std::string("  ") + name(op.kind) + ' ' + std::to_string(op.number);
        if (!op.key.empty()) out += " of " + op.key + ": " + text(op.fate);
        out += '\n';
    }
    return out;
}

}  // namespace maillon::faults
