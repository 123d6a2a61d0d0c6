#include "core/cli/command_groups.h"
#include "core/cli/option_checks.h"

#include <CLI/CLI.hpp>

namespace maillon::cli {
namespace {

/// What waits for a person: `approvals`, `in-doubt`.
class WaitingOptions {
public:
    WaitingOptions(CLI::App& app, const Context& context, std::function<int()>& chosen)
        : app_(app), context_(context), chosen_(chosen) {}

    void add() {
        approvals();
        doubts();
    }

private:
    void approvals() {
        auto* group = app_.add_subcommand("approvals", "calls that wait for a person's release");
        group->require_subcommand(1);
        auto* list = group->add_subcommand("list", "the oldest first");
        list->add_option("--role", approvals_.role, "only those that this role is to decide")
            ->check(something());
        list->add_option("--route", approvals_.route, "only of this route")->check(something());
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
        list->add_option("--route", doubts_.route, "only of this route")->check(something());
        list->add_option("--connector", doubts_.connector, "only to this connector")->check(something());
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

    CLI::App& app_;
    const Context& context_;
    std::function<int()>& chosen_;
    ApprovalsQuery approvals_;
    DoubtsQuery doubts_;
    DoubtWord word_;
    std::string name_, text_, by_;
};

}  // namespace

std::shared_ptr<void> add_waiting_commands(CLI::App& app, const Context& context,
                                           std::function<int()>& chosen) {
    auto options = std::make_shared<WaitingOptions>(app, context, chosen);
    options->add();
    return options;
}

}  // namespace maillon::cli
