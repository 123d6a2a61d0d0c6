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
};

/// Kind and target: what stays when other steps come and go.
std::string derived_name(const Step& step) {
    const std::string target = std::visit(TargetOf{}, step.action);
    return target.empty() ? step.kind : step.kind + ' ' + target;
}

bool check_given(const Step& step, const std::string& owner, Reading& reading, std::set<std::string>& taken) {
    if (step.name.size() > 64 || step.name.find_first_of("/\n\t") != std::string::npos) {
        reading.diagnostics.error(step.place, "'" + step.name + "' cannot be the name of a step",
                                  "at most 64 characters, without '/'");
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

}  // namespace maillon::config
