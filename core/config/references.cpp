#include "core/config/sections.h"

#include "core/base/text.h"

#include <algorithm>
#include <set>

namespace maillon::config {
namespace {

template <class Map>
std::vector<std::string> names_of(const Map& map) {
    std::vector<std::string> out;
    for (const auto& [name, value] : map) out.push_back(name);
    return out;
}

class References {
public:
    References(const Config& config, Reading& reading) : config_(config), reading_(reading) {}

    void check() {
        for (const auto& [name, directory] : config_.directories) {
            if (!directory.instance.empty()) connector(directory.instance, directory.records_place);
        }
        for (const auto& [name, budget] : config_.budgets) {
            for (const auto& one : budget.of) connector(one.value, one.place);
        }
        for (const auto& [name, block] : config_.blocks) steps(block.steps);
        for (const auto& [name, route] : config_.routes) {
            for (const auto& trigger : route.from) {
                if (trigger.connector != "hub") connector(trigger.connector, trigger.place);
            }
            steps(route.steps);
        }
        if (!reading_.diagnostics.has_errors()) check_calls();
    }

private:
    void check_calls() {
        for (const auto& [name, block] : config_.blocks) {
            if (called_.contains(name)) continue;
            reading_.diagnostics.warning(block.name.place, "nothing calls the block '" + name + "'",
                                         "call it with  - do: " + name + "  or take it out");
        }
    }

    template <class Map>
    void exists(const Map& map, const std::string& name, const Place& place, const std::string& thing,
                const std::string& section) {
        if (map.contains(name) || !reading_.is_complete || reading_.refused.contains(name)) return;
        std::string hint = suggest(name, names_of(map), "there is none yet: add it under '" + section + ":'");
        if (section == "processors" && config_.connectors.contains(name))
            hint = "'" + name + "' is a connector: use 'call:'";
        if (section == "connectors" && config_.processors.contains(name))
            hint = "'" + name + "' is a processor: use 'use:'";
        Place there = place;
        there.length = std::min(there.length, static_cast<std::uint32_t>(name.size()));
        reading_.diagnostics.error(there, "there is no " + thing + " '" + name + "'", hint);
    }

    /// What lies outside the steps; who gives connectors of its own has none of it and says so.
    template <class Map>
    void outside(const Map& map, const std::string& name, const Place& place, const std::string& thing,
                 const std::string& section) {
        if (reading_.given.empty()) exists(map, name, place, thing, section);
    }

    void connector(const std::string& name, const Place& place) {
        outside(config_.connectors, name, place, "connector", "connectors");
    }

    void conversation(const Name& name) {
        outside(config_.conversations, name.value, name.place, "conversation", "conversations");
    }

    void steps(const Steps& list) {
        for (const auto& step : list) {
            std::visit([this](const auto& action) { visit(action); }, step.action);
            for (const auto& [failure, handler] : step.on_error) steps(handler.steps);
        }
    }

    void visit(const Let&) {}
    void visit(const Emit&) {}
    void visit(const Drop&) {}
    void visit(const Use& use) {
        outside(config_.processors, use.processor.value, use.processor.place, "processor", "processors");
    }
    void visit(const Do& block) {
        called_.insert(block.block.value);
        exists(config_.blocks, block.block.value, block.block.place, "block", "blocks");
    }
    void visit(const Match& match) {
        outside(config_.directories, match.directory.value, match.directory.place, "directory",
                "directories");
        if (match.create) connector(match.create->instance, match.create->place);
    }
    void visit(const Conversation& talk) { conversation(talk.conversation); }
    void visit(const Answer& answer) { conversation(answer.conversation); }
    void visit(const Call& call) { connector(call.target.instance, call.target.place); }
    void visit(const Choose& choose) {
        for (const auto& branch : choose.branches) steps(branch.steps);
    }
    void visit(const Each& each) { steps(each.steps); }
    void visit(const Timer& timer) { steps(timer.steps); }

    const Config& config_;
    Reading& reading_;
    std::set<std::string> called_;
};

/// The lists of steps that a step holds, those of `on_error` aside.
std::vector<const Steps*> inner_steps(const Step& step) {
    std::vector<const Steps*> out;
    if (const auto* choose = std::get_if<Choose>(&step.action)) {
        for (const auto& branch : choose->branches) out.push_back(&branch.steps);
    } else if (const auto* each = std::get_if<Each>(&step.action)) {
        out.push_back(&each->steps);
    } else if (const auto* timer = std::get_if<Timer>(&step.action)) {
        out.push_back(&timer->steps);
    }
    return out;
}

/// Finds blocks that call themselves, straight or through others: they would never end.
class Circles {
public:
    Circles(const Config& config, Reading& reading) : config_(config), reading_(reading) {}

    void check() {
        for (const auto& [name, block] : config_.blocks) walk(name, block.steps);
    }

private:
    static constexpr std::size_t kDeepest = 32;

    void walk(const std::string& name, const Steps& steps) {
        if (done_.contains(name)) return;
        path_.push_back(name);
        if (path_.size() > kDeepest) {
            reading_.diagnostics.error(
                config_.blocks.at(name).name.place,
                "blocks call each other more than " + std::to_string(kDeepest) + " levels deep");
        } else {
            follow(steps);
        }
        path_.pop_back();
        done_.insert(name);
    }

    void follow(const Steps& steps) {
        for (const auto& step : steps) {
            if (const auto* call = std::get_if<Do>(&step.action)) enter(*call);
            for (const Steps* inner : inner_steps(step)) follow(*inner);
            for (const auto& [failure, handler] : step.on_error) follow(handler.steps);
        }
    }

    void enter(const Do& call) {
        const auto begin = std::ranges::find(path_, call.block.value);
        if (begin == path_.end()) {
            const auto block = config_.blocks.find(call.block.value);
            if (block != config_.blocks.end()) walk(block->first, block->second.steps);
            return;
        }
        std::string circle;
        for (auto name = begin; name != path_.end(); ++name) circle += *name + " → ";
        reading_.diagnostics.error(
            call.block.place,
            "the block '" + call.block.value + "' calls itself: " + circle + call.block.value,
            "blocks cannot repeat; take one of these calls out");
    }

    const Config& config_;
    Reading& reading_;
    std::vector<std::string> path_;
    std::set<std::string> done_;
};

}  // namespace

void check_references(const Config& config, Reading& reading) {
    References(config, reading).check();
    Circles(config, reading).check();
}

}  // namespace maillon::config
