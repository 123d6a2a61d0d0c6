#include "core/base/digest.h"
#include "core/route/turn.h"

#include <array>
#include <cstdio>

namespace maillon::route {
namespace {

constexpr std::size_t kLongestKey = 100;

/// A key as it stands between '[' and ']' in the name of a step: no two keys look alike.
std::string key_text(std::string_view key) {
    if (key.size() > kLongestKey) return '#' + sha256_hex(key);
    std::string out;
    for (const char c : key) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x1F && std::string_view("[]/%#").find(c) == std::string_view::npos) {
            out += c;
            continue;
        }
        std::array<char, 4> code{};
        std::snprintf(code.data(), code.size(), "%%%02X", byte);
        out += code.data();
    }
    return out;
}

}  // namespace

std::string name_of_step(std::span<const Frame::Loop> loops, const StepPlan& plan) {
    std::string out;
    std::size_t from = 0;
    for (std::size_t i = 0; i < plan.loops.size() && i < loops.size(); ++i) {
        out += plan.path.substr(from, plan.loops[i] - from) + '[' + key_text(loops[i].key) + ']';
        from = plan.loops[i];
    }
    return out + plan.path.substr(from);
}

std::string path_of_step(std::string_view name) {
    std::string out;
    bool is_key = false;
    for (const char c : name) {
        is_key = is_key || c == '[';
        if (!is_key) out += c;
        is_key = is_key && c != ']';
    }
    return out;
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const ChoosePlan& action) {
    for (const auto& branch : action.branches) {
        if (branch.when) {
            const auto holds = turn.holds(*branch.when);
            if (!holds)
                return fail(turn, plan, holds.error().in("when of branch '" + branch.label + "'"), 0, {});
            if (!*holds) continue;
        }
        if (auto done = trace(turn, plan, {.detail = "took '" + branch.label + "'"}); !done)
            return done.error();
        turn.run.frame.at = branch.inside;
        return Next::go_on;
    }
    if (auto done = trace(turn, plan, {.detail = "no branch is true"}); !done) return done.error();
    turn.run.frame.at = plan.next;
    return Next::go_on;
}

Result<Machine::Next> Machine::execute(Turn& turn, const StepPlan& plan, const EachPlan& action) {
    auto& loops = turn.run.frame.loops;
    if (turn.run.frame.is_under_way()) {
        ++loops.back().round;
        return round(turn, plan, action);
    }
    const auto all = items(turn, action);
    if (!all) return fail(turn, plan, all.error().in("each"), 0, {});
    if (auto done = store::RunItems::put(turn.unit, turn.run.id, name_of_step(turn.run, plan), *all); !done)
        return done.error();
    loops.push_back({turn.run.frame.at, 0, all->size(), {}});
    return round(turn, plan, action);
}

Result<Machine::Next> Machine::round(Turn& turn, const StepPlan& plan, const EachPlan& action) {
    for (const auto& name : action.forgets) turn.forget(name);
    auto& loop = turn.run.frame.loops.back();
    if (loop.round == loop.size) {
        const auto rounds = std::to_string(loop.size) + (loop.size == 1 ? " round" : " rounds");
        if (auto done = leave_loops(turn, turn.run.frame.loops.size() - 1); !done) return done.error();
        if (auto done = trace(turn, plan, {.detail = rounds}); !done) return done.error();
        turn.run.frame.at = plan.next;
        return Next::go_on;
    }
    const auto row = store::RunItems::at(turn.unit, turn.run.id, name_of_step(turn.run, plan), loop.round);
    if (!row) return row.error();
    if (!*row) return fail(turn, plan, internal("an item of the list is gone"), 0, {});
    auto item = Json::parse((*row)->item);
    if (!item) return fail(turn, plan, item.error(), 0, {});
    loop.key = (*row)->key;
    turn.bind(action.as, std::move(*item));
    turn.run.frame.at = action.inside;
    return Next::go_on;
}

Result<> Machine::leave_loops(Turn& turn, std::size_t depth) {
    auto& loops = turn.run.frame.loops;
    while (loops.size() > depth) {
        const auto& plan = turn.run.route->steps[loops.back().step];
        // Its own name does not hold its own key.
        if (auto done = store::RunItems::drop(turn.unit, turn.run.id, name_of_step(turn.run, plan)); !done)
            return done;
        for (const auto& name : std::get<EachPlan>(plan.action).forgets) turn.forget(name);
        loops.pop_back();
    }
    return {};
}

Result<std::vector<store::RunItem>> Machine::items(Turn& turn, const EachPlan& action) {
    auto all = loop_items(action, turn.bound(), parts_.max_items);
    if (!all) return all.error();
    std::vector<store::RunItem> out;
    for (auto& item : *all) {
        store::RunItem row;
        if (auto done = expression::append_json(row.item, item.value); !done) return done.error();
        row.key = std::move(item.key);
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace maillon::route
