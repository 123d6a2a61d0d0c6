#include "core/cli/command_groups.h"
#include "core/cli/option_checks.h"

#include <CLI/CLI.hpp>

namespace maillon::cli {
namespace {

/// The running hub: `status`, `events`, `why`, `reload`, `pause`, `resume`.
class RunningOptions {
public:
    RunningOptions(CLI::App& app, const Context& context, std::function<int()>& chosen)
        : app_(app), context_(context), chosen_(chosen) {}

    void add() {
        questions();
        switches();
    }

private:
    void questions() {
        app_.add_subcommand("status", "one screen: connectors, queues, books")->callback([this] {
            chosen_ = [this] { return status_command(context_); };
        });
        auto* events = app_.add_subcommand("events", "what came in");
        events->require_subcommand(1);
        auto* list = events->add_subcommand("list", "the newest first");
        list->add_option("--connector", events_.connector, "only of this connector")->check(something());
        list->add_option("--type", events_.type, "only of this type")->check(something());
        list->add_option("--key", events_.key, "only of this conversation or record")->check(something());
        list->add_option("--since", events_.since, "a span (2h) or an RFC 3339 time")->check(something());
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
    }

    void switches() {
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

    CLI::App& app_;
    const Context& context_;
    std::function<int()>& chosen_;
    EventsQuery events_;
    std::string name_, route_, text_, by_;
};

}  // namespace

std::shared_ptr<void> add_running_commands(CLI::App& app, const Context& context,
                                           std::function<int()>& chosen) {
    auto options = std::make_shared<RunningOptions>(app, context, chosen);
    options->add();
    return options;
}

}  // namespace maillon::cli
