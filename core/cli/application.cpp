#include "core/cli/application.h"

#include "core/base/text.h"
#include "core/cli/commands.h"
#include "core/cli/expr_commands.h"
#include "core/cli/letter_options.h"
#include "core/cli/operation_commands.h"
#include "core/cli/pipe_command.h"
#include "core/cli/plan_command.h"
#include "core/cli/test_command.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace maillon::cli {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 wrong configuration; 4 no answer from the hub;\n"
    "            74 the store could not be written any more (run)\n\n"
    "The configuration is --config, else $MAILLON_CONFIG, else /etc/maillon/maillon.yaml.";

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

std::filesystem::path plugins_beside_program() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto beside = program.parent_path() / "plugins";
    if (std::filesystem::is_directory(beside, error)) return beside;
    return program.parent_path().parent_path() / "lib" / "maillon" / "plugins";
}

/// An empty name would ask for the list.
CLI::Validator something() {
    return {[](std::string& text) { return text.empty() ? std::string("must not be empty") : std::string(); },
            ""};
}

/// Builds the commands; each sets `chosen` to what is to be done.
class Commands {
public:
    Commands() : app_("Maillon, the integration hub for social CRM") {
        app_.require_subcommand(1);
        app_.footer(kFooter);
        app_.add_option("-c,--config", context_.config, "the main configuration file")
            ->envname("MAILLON_CONFIG");
        app_.add_flag("--json", context_.json, "print JSON for scripts");
        app_.fallthrough();
        context_.plugins = plugins_beside_program();
        daemon();
        add_operation_commands(app_, context_, chosen_);
        plugins();
        questions();
        letters_.add();
        expressions();
        pipe();
        plan();
        approvals();
        doubts();
        tests();
    }

    int run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& e) {
            if (is_told_unknown_command()) return kUsage;
            return app_.exit(e) == 0 ? kDone : kUsage;
        }
        return chosen_();
    }

private:
    /// Where a command is missing since its name is not known: tells so, and which one may be meant.
    bool is_told_unknown_command() const {
        const CLI::App* group = &app_;
        while (!group->get_subcommands().empty()) group = group->get_subcommands().front();
        const auto left = app_.remaining(true);
        if (group->get_require_subcommand_min() == 0 || left.empty()) return false;
        std::vector<std::string> known;
        for (const auto* one : group->get_subcommands({})) known.push_back(one->get_name());
        const auto meant = did_you_mean(left.front(), known);
        const auto hint =
            meant.empty() ? "known here: " + enumerate(known) : "did you mean '" + std::string(meant) + "'?";
        std::fprintf(stderr, "maillon: there is no command '%s'; %s\n", left.front().c_str(), hint.c_str());
        return true;
    }

    void daemon() {
        app_.add_subcommand("run", "run the hub until SIGTERM")->callback([this] {
            chosen_ = [this] { return run_command(context_); };
        });
        auto* check =
            app_.add_subcommand("check", "check the configuration without running it; all mistakes at once");
        check->add_flag("--connect", connect_, "also log in to every connector; nothing is taken in or sent");
        check->add_option("--patience", seconds_, "with --connect: seconds to wait for each")
            ->check(CLI::Range(1, 600))
            ->capture_default_str();
        check->callback([this] { chosen_ = [this] { return check_command(context_, connect_, seconds_); }; });
        app_.add_subcommand("version", "print the version")->callback([this] {
            chosen_ = [this] {
                std::printf(context_.json ? "{\"version\":\"0.1.0\",\"abi\":\"1.0\"}\n"
                                          : "maillon 0.1.0 (plug-in ABI 1.0)\n");
                return kDone;
            };
        });
    }

    void plugins() {
        auto* group = app_.add_subcommand("plugins", "the plug-ins that are there");
        group->require_subcommand(1);
        auto* list = group->add_subcommand("list", "every module, good or bad");
        list->add_option("--folder", folder_,
                         "where to look (default: the configuration's, else next to the program)");
        list->callback([this] { chosen_ = [this] { return plugins_list_command(context_, folder_); }; });
        auto* show = group->add_subcommand("show", "settings, events and operations of one connector");
        show->add_option("ID", name_, "the connector's id, for instance twitter")->required();
        show->add_option("--folder", folder_, "where to look");
        show->callback(
            [this] { chosen_ = [this] { return plugins_show_command(context_, folder_, name_); }; });
        auto* schema = app_.add_subcommand(
            "schema", "print a JSON Schema of the configuration, for editors: completion, help and mistakes");
        schema->add_option(
            "--plugins", schema_.folder,
            "the folder of the plug-ins that are described (default: the configuration's, else next "
            "to the program)");
        schema->add_option("--out", schema_.out, "the file to write (default: standard output)");
        schema->add_flag("--tests", schema_.is_of_tests, "of tests of routes (*.test.yaml) instead");
        schema->callback([this] { chosen_ = [this] { return schema_command(context_, schema_); }; });
    }

    void questions() {
        app_.add_subcommand("status", "one screen: connectors, queues, books")->callback([this] {
            chosen_ = [this] { return status_command(context_); };
        });
        auto* events = app_.add_subcommand("events", "what came in");
        events->require_subcommand(1);
        auto* list = events->add_subcommand("list", "the newest first");
        list->add_option("--connector", events_.connector, "only of this connector");
        list->add_option("--type", events_.type, "only of this type");
        list->add_option("--key", events_.key, "only of this conversation or record");
        list->add_option("--since", events_.since, "a span (2h) or an RFC 3339 time");
        list->add_option("--limit", events_.limit, "how many at the most")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        list->callback([this] { chosen_ = [this] { return events_list_command(context_, events_); }; });
        auto* show = events->add_subcommand("show", "one event with its body");
        show->add_option("EVENT", name_, "its position or id")->required()->check(something());
        show->callback([this] { chosen_ = [this] { return events_show_command(context_, name_); }; });
        auto* why = app_.add_subcommand(
            "why", "why each route did or did not fire for an event, and what its steps did");
        why->add_option("EVENT", name_, "its position or id")->required()->check(something());
        why->add_option("ROUTE", route_, "only this route");
        why->callback([this] { chosen_ = [this] { return why_command(context_, name_, route_); }; });
        app_.add_subcommand("reload",
                            "have the running hub take on its configuration as it is now in its files")
            ->callback([this] { chosen_ = [this] { return reload_command(context_); }; });
        auto* pause = app_.add_subcommand(
            "pause",
            "stop asking and calling a connector, or making calls that reach people; stays so over restarts");
        pause->add_option("NAME", name_, "an instance, or 'outbound' for all calls that reach a person")
            ->required()
            ->check(something());
        pause->add_option("--reason", text_, "why, for the others who ask");
        pause->add_option("--by", by_, "who decides; default: the user of this process");
        pause->callback([this] { chosen_ = [this] { return pause_command(context_, name_, text_, by_); }; });
        auto* resume = app_.add_subcommand(
            "resume", "end a pause; also tries again at once what was refused for its credentials");
        resume->add_option("NAME", name_, "an instance, or 'outbound'")->required()->check(something());
        resume->callback([this] { chosen_ = [this] { return resume_command(context_, name_); }; });
    }

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

    void approvals() {
        auto* group = app_.add_subcommand("approvals", "calls that wait for a person's release");
        group->require_subcommand(1);
        auto* list = group->add_subcommand("list", "the oldest first");
        list->add_option("--role", approvals_.role, "only those that this role is to decide");
        list->add_option("--route", approvals_.route, "only of this route");
        list->add_option("--state", approvals_.state, "open, released, refused, lapsed or all")
            ->check(CLI::IsMember({"open", "released", "refused", "lapsed", "all"}))
            ->capture_default_str();
        list->add_option("--limit", approvals_.limit, "how many at the most")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        list->callback([this] { chosen_ = [this] { return approvals_list_command(context_, approvals_); }; });
        auto* show = group->add_subcommand("show", "one: what would be sent, and the event behind it");
        show->add_option("NUMBER", name_, "its number")->required()->check(something());
        show->callback([this] { chosen_ = [this] { return approvals_show_command(context_, name_); }; });
        auto* release = group->add_subcommand("release", "have the call made as it is shown");
        release->add_option("NUMBER", name_, "its number")->required()->check(something());
        release->add_option("--by", by_, "who decides (default: you)");
        release->callback(
            [this] { chosen_ = [this] { return approvals_release_command(context_, name_, by_); }; });
        auto* refuse =
            group->add_subcommand("refuse", "have it not made; the run goes to 'refused:' or ends");
        refuse->add_option("NUMBER", name_, "its number")->required()->check(something());
        refuse->add_option("--reason", text_, "why; kept with it")->required();
        refuse->add_option("--by", by_, "who decides (default: you)");
        refuse->callback(
            [this] { chosen_ = [this] { return approvals_refuse_command(context_, name_, text_, by_); }; });
    }

    void doubts() {
        auto* group = app_.add_subcommand(
            "in-doubt", "calls of which neither the hub nor the remote can tell whether they arrived");
        group->require_subcommand(1);
        auto* list = group->add_subcommand("list", "the oldest first");
        list->add_option("--route", doubts_.route, "only of this route");
        list->add_option("--connector", doubts_.connector, "only to this connector");
        list->add_option("--limit", doubts_.limit, "how many at the most")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        list->callback([this] { chosen_ = [this] { return doubts_list_command(context_, doubts_); }; });
        auto* show = group->add_subcommand("show", "one: what was sent, and the event behind it");
        show->add_option("CALL", name_, "its number")->required()->check(something());
        show->callback([this] { chosen_ = [this] { return doubts_show_command(context_, name_); }; });
        auto* done = doubt_word(group, "done", "it arrived: it is not made again, and its run goes on");
        done->add_option("--id", word_.id, "what the remote calls it; later steps see it as the result's id");
        done->add_option("--result", word_.result,
                         "the whole result as JSON, as the operation would give it");
        doubt_word(group, "again", "make it once more, whether it arrived or not");
        doubt_word(group, "failed", "it did not arrive and is not to be made; the run goes to 'on_error'")
            ->get_option("--note")
            ->required();
    }

    CLI::App* doubt_word(CLI::App* group, const std::string& word, const std::string& what) {
        auto* command = group->add_subcommand(word, what);
        command->add_option("CALL", name_, "its number")->required()->check(something());
        command->add_option("--note", word_.note, "how you know; kept with it");
        command->add_option("--by", word_.by, "who decides (default: you)");
        command->callback([this, word] {
            chosen_ = [this, word] { return doubts_decide_command(context_, name_, word, word_); };
        });
        return command;
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

    CLI::App app_;
    Context context_;
    SchemaWish schema_;
    ExprQuery expr_;
    PipeQuery pipe_;
    PlanQuery plan_;
    EventsQuery events_;
    ApprovalsQuery approvals_;
    DoubtsQuery doubts_;
    DoubtWord word_;
    TestOptions test_;
    std::string name_, route_, folder_, text_, by_;
    std::vector<std::string> names_;
    bool connect_ = false;
    int seconds_ = 20;
    std::function<int()> chosen_;
    LetterOptions letters_{app_, context_, chosen_};
};

}  // namespace

int run_application(int argc, char** argv) {
    Commands commands;
    return commands.run(argc, argv);
}

}  // namespace maillon::cli
