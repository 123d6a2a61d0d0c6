#include "core/config/sections.h"

#include <algorithm>
#include <map>
#include <set>

namespace maillon::config {
namespace {

struct TargetOf {
    std::string operator()(const Let& let) const {
        return let.values.empty() ? "" : let.values.front().name.value;
    }
    std::string operator()(const Use& use) const { return use.processor.value; }
    std::string operator()(const Do& block) const { return block.block.value; }
    std::string operator()(const Match& match) const { return match.directory.value; }
    std::string operator()(const Conversation& talk) const { return talk.conversation.value; }
    std::string operator()(const Call& call) const {
        return call.target.instance + '.' + call.target.operation;
    }
    std::string operator()(const Answer& answer) const { return answer.conversation.value; }
    std::string operator()(const Emit& emit) const { return emit.type.value; }
    std::string operator()(const Drop&) const { return {}; }
    std::string operator()(const Choose&) const { return {}; }
    std::string operator()(const Each& each) const { return each.as; }
    std::string operator()(const Timer& timer) const { return timer.name.value; }
};

/// Kind and target: what stays when other steps come and go.
std::string derived_name(const Step& step) {
    const std::string target = std::visit(TargetOf{}, step.action);
    return target.empty() ? step.kind : step.kind + ' ' + target;
}

bool check_given(const Step& step, const std::string& owner, Reading& reading, std::set<std::string>& taken) {
    if (step.name.size() > 64 || step.name.find_first_of("/[]\n\t") != std::string::npos) {
        reading.diagnostics.error(step.place, "'" + step.name + "' cannot be the name of a step",
                                  "at most 64 characters, without '/', '[' and ']'");
        return false;
    }
    if (taken.insert(step.name).second) return true;
    reading.diagnostics.error(step.place, "two steps of " + owner + " are named '" + step.name + "'",
                              "a step's name is what its calls are remembered by: give it one of its own");
    return false;
}

}  // namespace

void name_steps(Steps& steps, const std::string& owner, Reading& reading) {
    std::set<std::string> taken;
    for (const auto& step : steps) {
        if (step.name_is_given) check_given(step, owner, reading, taken);
    }
    std::map<std::string, int> numbers;
    for (auto& step : steps) {
        if (step.name_is_given) continue;
        const std::string base = derived_name(step);
        int& number = numbers[base];
        do {
            step.name = ++number == 1 ? base : base + ' ' + std::to_string(number);
        } while (!taken.insert(step.name).second);
    }
}

void name_branches(Choose& choose, const std::string& owner, Reading& reading) {
    std::set<std::string, std::less<>> taken;
    for (const auto name : failure_classes()) taken.emplace(name);  // of the choice's own `on_error`
    taken.emplace("else");
    for (const auto& branch : choose.branches) {
        if (!branch.when || branch.name.empty() || taken.insert(branch.name).second) continue;
        reading.diagnostics.error(branch.place, "the branch cannot be named '" + branch.name + "'",
                                  "another one is, or it is the name of a class of failure");
    }
    const auto branch_names = taken;
    for (auto& branch : choose.branches) {
        name_steps(branch.steps, "a branch of " + owner, reading);
        if (!branch.name.empty()) continue;
        for (const auto& step : branch.steps) {
            if (taken.insert(step.name).second) continue;
            const bool is_branch = branch_names.contains(step.name);
            reading.diagnostics.error(
                step.place,
                is_branch ? "the step cannot be named '" + step.name + "': a branch is, or a class of failure"
                          : "'" + step.name + "' stands in two branches that have no name",
                "calls are remembered by the names of their steps: give this branch a 'name' beside its "
                "'when'");
        }
    }
}

}  // namespace maillon::config
