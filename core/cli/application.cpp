#include "core/cli/application.h"

#include "core/base/text.h"
#include "core/cli/commands.h"
#include "core/cli/expr_commands.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace maillon::cli {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 wrong configuration; 4 no answer from the hub;\n"
    "            74 the store could not be written any more (run)\n\n"
    "The configuration is --config, else $MAILLON_CONFIG, else /etc/maillon/maillon.yaml.";

std::filesystem::path plugins_beside_program() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto beside = program.parent_path() / "plugins";
    if (std::filesystem::is_directory(beside, error)) return beside;
    return program.parent_path().parent_path() / "lib" / "maillon" / "plugins";
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
        plugins();
        questions();
        letters();
        expressions();
        approvals();
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
        app_.add_subcommand("check", "check the configuration without running it; all mistakes at once")
            ->callback([this] { chosen_ = [this] { return check_command(context_); }; });
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
    }

    void questions() {
        app_.add_subcommand("status", "one screen: connectors, queues, books")->callback([this] {
            chosen_ = [this] { return status_command(context_); };
        });
        app_.add_subcommand("ledger", "the two books, and whether they balance")->callback([this] {
            chosen_ = [this] { return ledger_command(context_); };
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
        show->add_option("EVENT", name_, "its position or id")->required();
        show->callback([this] { chosen_ = [this] { return events_show_command(context_, name_); }; });
        auto* why = app_.add_subcommand(
            "why", "why each route did or did not fire for an event, and what its steps did");
        why->add_option("EVENT", name_, "its position or id")->required();
        why->add_option("ROUTE", route_, "only this route");
        why->callback([this] { chosen_ = [this] { return why_command(context_, name_, route_); }; });
        auto* resume = app_.add_subcommand("resume", "try again what was paused for refused credentials");
        resume->add_option("CONNECTOR", name_, "the instance")->required();
        resume->callback([this] { chosen_ = [this] { return resume_command(context_, name_); }; });
    }

    void letters() {
        auto* group = app_.add_subcommand("dead-letters", "runs that failed for good");
        group->require_subcommand(1);
        auto* list = group->add_subcommand("list", "the oldest first");
        list->add_option("--route", letters_.route, "only of this route");
        list->add_option("--connector", letters_.connector, "only where this connector failed");
        list->add_option("--state", letters_.state, "open, replayed, dropped or all")
            ->check(CLI::IsMember({"open", "replayed", "dropped", "all"}))
            ->capture_default_str();
        list->add_option("--limit", letters_.limit, "how many at the most")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        list->callback([this] { chosen_ = [this] { return letters_list_command(context_, letters_); }; });
        auto* show = group->add_subcommand("show", "one, with its event");
        show->add_option("NUMBER", name_, "its number")->required();
        show->callback([this] { chosen_ = [this] { return letters_show_command(context_, name_); }; });
        auto* replay = group->add_subcommand("replay", "run them once more; steps done are not done again");
        replay->add_option("NUMBER", names_, "their numbers, in this order")->required();
        replay->add_option("--note", text_, "kept with them");
        replay->callback(
            [this] { chosen_ = [this] { return letters_replay_command(context_, names_, text_); }; });
        auto* drop = group->add_subcommand("drop", "give one up");
        drop->add_option("NUMBER", name_, "its number")->required();
        drop->add_option("--reason", text_, "why; kept with it")->required();
        drop->callback([this] { chosen_ = [this] { return letters_drop_command(context_, name_, text_); }; });
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
        eval->callback([this] { chosen_ = [this] { return expr_eval_command(context_, expr_); }; });
        auto* check = group->add_subcommand("check", "print its type and what it may cost, or all mistakes");
        check->add_option("EXPR", expr_.expression, "the expression")->required();
        check->callback([this] { chosen_ = [this] { return expr_check_command(context_, expr_); }; });
        auto* cases = group->add_subcommand("conformance", "run cases of the language's conformance suite");
        cases->add_option("PATH", expr_.paths, "files of cases, or folders of them")
            ->required()
            ->check(CLI::ExistingPath);
        cases->add_flag("--verbose", expr_.verbose,
                        "tell of each failure what was expected and what came out");
        cases->callback([this] { chosen_ = [this] { return expr_conformance_command(context_, expr_); }; });
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
        show->add_option("NUMBER", name_, "its number")->required();
        show->callback([this] { chosen_ = [this] { return approvals_show_command(context_, name_); }; });
        auto* release = group->add_subcommand("release", "have the call made as it is shown");
        release->add_option("NUMBER", name_, "its number")->required();
        release->add_option("--by", by_, "who decides (default: you)");
        release->callback(
            [this] { chosen_ = [this] { return approvals_release_command(context_, name_, by_); }; });
        auto* refuse =
            group->add_subcommand("refuse", "have it not made; the run goes to 'refused:' or ends");
        refuse->add_option("NUMBER", name_, "its number")->required();
        refuse->add_option("--reason", text_, "why; kept with it")->required();
        refuse->add_option("--by", by_, "who decides (default: you)");
        refuse->callback(
            [this] { chosen_ = [this] { return approvals_refuse_command(context_, name_, text_, by_); }; });
    }

    CLI::App app_;
    Context context_;
    ExprQuery expr_;
    EventsQuery events_;
    LettersQuery letters_;
    ApprovalsQuery approvals_;
    std::string name_, route_, folder_, text_, by_;
    std::vector<std::string> names_;
    std::function<int()> chosen_;
};

}  // namespace

int run_application(int argc, char** argv) {
    Commands commands;
    return commands.run(argc, argv);
}

}  // namespace maillon::cli
