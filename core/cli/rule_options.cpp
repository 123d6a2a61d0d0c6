#include "core/cli/command_groups.h"
#include "core/cli/expr_commands.h"
#include "core/cli/option_checks.h"
#include "core/cli/pipe_command.h"
#include "core/cli/plan_command.h"
#include "core/cli/test_command.h"

#include <CLI/CLI.hpp>

namespace maillon::cli {
namespace {

constexpr const char* kPipeFooter =
    "Each line is the body of one event pipe.line, and each 'emit' writes its 'with' as one line, members "
    "in\n"
    "the order of the file. Steps: let, choose, each, do, emit, drop; what needs connectors, the store, "
    "people\n"
    "or time is refused with its place. Empty lines are passed over.\n\n"
    "A line that is no JSON object or is too long (hub.limits.max_body), and a rule that fails on a line, "
    "are\n"
    "told on standard error with line number, column or place of the rule; a route that fails on a line\n"
    "writes nothing for it. Exit codes: 0 all lines went through; 1 some failed, or input or output did;\n"
    "2 wrong usage; 3 wrong configuration.";

constexpr const char* kPlanFooter =
    "Each event goes through the configuration that the hub runs and through the changed one; no call is\n"
    "made. What was answered from outside is taken from the record where the same was asked, else assumed;\n"
    "how many answers were, and in which steps, is told. Emitted events are not followed.";

/// Rules tried without a hub: `expr`, `pipe`, `plan`, `test`.
class RuleOptions {
public:
    RuleOptions(CLI::App& app, const Context& context, std::function<int()>& chosen)
        : app_(app), context_(context), chosen_(chosen) {}

    void add() {
        expressions();
        pipe();
        plan();
        tests();
    }

private:
    void expressions() {
        auto* group = app_.add_subcommand("expr", "try expressions (CEL)");
        group->require_subcommand(1);
        auto* eval = group->add_subcommand("eval", "evaluate one and print its value as JSON");
        eval->add_option("EXPR", expr_.expression, "the expression")->required();
        eval->add_option(
            "--event", expr_.event,
            "a file of JSON: the body, bound to `event`, or {\"meta\": …, \"event\": …}; - reads "
            "the standard input");
        typed_expression(eval);
        eval->callback([this] { chosen_ = [this] { return expr_eval_command(context_, expr_); }; });
        auto* check = group->add_subcommand("check", "print its type and what it may cost, or all mistakes");
        check->add_option("EXPR", expr_.expression, "the expression")->required();
        typed_expression(check);
        check->callback([this] { chosen_ = [this] { return expr_check_command(context_, expr_); }; });
        auto* cases = group->add_subcommand("conformance", "run cases of the language's conformance suite");
        cases->add_option("PATH", expr_.paths, "files of cases, or folders of them")
            ->required()
            ->check(CLI::ExistingPath);
        cases->add_flag("--verbose", expr_.verbose,
                        "tell of each failure what was expected and what came out");
        cases->callback([this] { chosen_ = [this] { return expr_conformance_command(context_, expr_); }; });
    }

    void typed_expression(CLI::App* command) {
        command->add_option("--from", expr_.from,
                            "PLUGIN.EVENT: the type of event that `event` is; its fields are checked");
        command->add_option("--plugins", expr_.plugins,
                            "their folder (default: the configuration's, else the one beside the program)");
    }

    void pipe() {
        auto* pipe = app_.add_subcommand("pipe", "run lines of JSON through routes, without a hub");
        pipe->add_option("ROUTE.yaml", pipe_.file,
                         "a configuration; its routes say  from: pipe.line  and write with  emit: hub.<type>")
            ->required();
        pipe->add_option("--route", pipe_.route,
                         "only this route (default: all from pipe.line, in the order of their names)");
        pipe->add_option("--in", pipe_.in, "a file of lines, each one JSON object (default: standard input)");
        pipe->add_option("--out", pipe_.out, "the file to write, anew (default: standard output)");
        pipe->add_option("--on-error", pipe_.on_error, "what becomes of the rest when a line fails")
            ->check(CLI::IsMember({"skip", "stop"}))
            ->capture_default_str();
        pipe->add_flag("--stats", pipe_.stats,
                       "at the end: what became of the lines, CPU time and peak memory");
        pipe->footer(kPipeFooter);
        pipe->callback([this] { chosen_ = [this] { return pipe_command(pipe_); }; });
    }

    void plan() {
        auto* plan = app_.add_subcommand(
            "plan",
            "what a changed configuration would have done otherwise with events that came; does nothing");
        plan->add_option("NEW.yaml", plan_.file, "the changed configuration")
            ->required()
            ->check(CLI::ExistingFile);
        plan->add_option("--since", plan_.since,
                         "events received from then on: a span (24h) or an RFC 3339 time")
            ->capture_default_str();
        plan->add_option("--until", plan_.until, "events received before then");
        plan->add_option("--route", plan_.routes, "only this route; may be repeated");
        plan->footer(kPlanFooter);
        plan->callback([this] { chosen_ = [this] { return plan_command(context_, plan_); }; });
    }

    void tests() {
        auto* test =
            app_.add_subcommand("test", "run tests of routes: *.test.yaml, played without network or time");
        test->add_option("PATH", test_.paths, "files of tests, or folders (default: the configuration's)")
            ->check(CLI::ExistingPath);
        test->add_option("--filter", test_.filter, "only tests whose name holds this");
        test->add_option("--junit", test_.junit, "write the results there for a CI server");
        test->add_flag("--update", test_.update,
                       "write the values that came instead of those that were expected into the files");
        test->add_flag("--coverage", test_.coverage, "show what of the routes no test reaches");
        test->add_option("--coverage-min", test_.coverage_min, "fail when less is reached, in percent")
            ->check(CLI::Range(0, 100));
        test->callback([this] { chosen_ = [this] { return test_command(context_, test_); }; });
    }

    CLI::App& app_;
    const Context& context_;
    std::function<int()>& chosen_;
    ExprQuery expr_;
    PipeQuery pipe_;
    PlanQuery plan_;
    TestOptions test_;
};

}  // namespace

std::shared_ptr<void> add_rule_commands(CLI::App& app, const Context& context, std::function<int()>& chosen) {
    auto options = std::make_shared<RuleOptions>(app, context, chosen);
    options->add();
    return options;
}

}  // namespace maillon::cli
