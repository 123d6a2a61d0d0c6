#include "core/route/pipe_check.h"

#include <set>

namespace maillon::route {
namespace {

class PipeCheck {
public:
    PipeCheck(const config::Config& config, config::Diagnostics& diagnostics)
        : config_(config), diagnostics_(diagnostics) {}

    void steps(const config::Steps& list) {
        for (const auto& step : list) {
            std::visit([&](const auto& action) { visit(step, action); }, step.action);
            for (const auto& [failure, handler] : step.on_error) steps(handler.steps);
        }
    }

private:
    void visit(const config::Step&, const config::Let&) {}
    void visit(const config::Step&, const config::Emit&) {}
    void visit(const config::Step&, const config::Drop&) {}
    void visit(const config::Step&, const config::Do& block) {
        const auto found = config_.blocks.find(block.block.value);
        if (found != config_.blocks.end() && seen_.insert(found->first).second) steps(found->second.steps);
    }
    void visit(const config::Step&, const config::Choose& choose) {
        for (const auto& branch : choose.branches) steps(branch.steps);
    }
    void visit(const config::Step&, const config::Each& each) { steps(each.steps); }

    void visit(const config::Step& step, const config::Use& use) {
        refuse(step, "runs no processors",
               "take the step out, or put in its place what it would give:  - let: { " + use.as + ": … }");
    }
    void visit(const config::Step& step, const config::Match& match) {
        refuse(step, "has no directories",
               "put in its place what it would give:  - let: { " + match.as + ": … }");
    }
    void visit(const config::Step& step, const config::Conversation& talk) {
        refuse(step, "keeps no conversations",
               "put in its place what it would give:  - let: { " + talk.as + ": … }");
    }
    void visit(const config::Step& step, const config::Call&) {
        refuse(step, "calls no connectors",
               "have what would be sent written instead:  - emit: hub.<type>  with the same 'with'");
    }
    void visit(const config::Step& step, const config::Answer&) {
        refuse(step, "answers nobody",
               "have the text written instead:  - emit: hub.<type>  with  with: { text: … }");
    }
    void visit(const config::Step& step, const config::Timer& timer) {
        refuse(step, "waits for nothing", "put the steps of the timer in its place");
        steps(timer.steps);
    }

    void refuse(const config::Step& step, const std::string& why, std::string hint) {
        diagnostics_.error(step.place, "'" + step.kind + "' needs the running hub: a pipe " + why,
                           std::move(hint));
    }

    const config::Config& config_;
    config::Diagnostics& diagnostics_;
    std::set<std::string> seen_;  ///< blocks
};

}  // namespace

void check_for_pipe(const config::Config& config, const config::Route& route,
                    config::Diagnostics& diagnostics) {
    PipeCheck(config, diagnostics).steps(route.steps);
}

}  // namespace maillon::route
