#include "core/cli/letter_options.h"

#include "core/cli/option_checks.h"

#include <CLI/CLI.hpp>

namespace maillon::cli {
namespace {

constexpr const char* kWhereFooter =
    "--where is a condition (CEL) over event, meta, values (of the route's names), reason, route, step, "
    "kind,\n"
    "connector, key and attempts:  --where \"event.lang == 'fr' && reason.contains('timeout')\"\n"
    "A letter of which it cannot be told is not meant; how many there were is told.";

constexpr const char* kReplayFooter =
    "Letters of one route and key run one after the other, in the order of their events. One stays open, "
    "held\n"
    "back, while an older one of its key is open: it was not chosen, or has failed again. Calls that were "
    "done\n"
    "are not made again. The hub does the work, also when this program is left or the hub is started again.\n"
    "Exit code 1: some were held back or refused, or failed again.";

constexpr const char* kEventsFooter =
    "Each event goes through the routes as they are now, with meta.replay set, in runs of their own: calls "
    "are\n"
    "made anew, under new idempotency keys. What would reach a person is held back and told by 'maillon "
    "why';\n"
    "--with-outbound lets such calls through, but never 'answer:'.";

}  // namespace

void LetterOptions::add() {
    letters();
    replay();
    replays();
}

void LetterOptions::filters(CLI::App* command) {
    command->add_option("--route", query_.route, "only of this route")->check(something());
    command->add_option("--connector", query_.connector, "only where this connector failed")
        ->check(something());
    command->add_option("--kind", query_.kind, "only of this class of failure: rejected, auth, retry, …")
        ->check(something());
    command->add_option("--key", query_.key, "only of this conversation or record")->check(something());
    command->add_option("--since", query_.since, "a span (2h) or an RFC 3339 time")->check(something());
    command->add_option("--until", query_.until, "the same")->check(something());
    command->add_option("--where", query_.where, "only where this condition (CEL) holds; see below")
        ->check(something());
}

void LetterOptions::saying(CLI::App* command) {
    command->add_option("--note", saying_.note, "kept with it");
    command->add_option("--by", saying_.by, "who decides (default: you)");
}

void LetterOptions::letters() {
    auto* group = app_.add_subcommand("dead-letters", "runs that failed for good");
    group->require_subcommand(1);
    auto* list = group->add_subcommand("list", "the oldest first");
    filters(list);
    list->add_option("--state", query_.state, "open, replayed, dropped or all")
        ->check(CLI::IsMember({"open", "replayed", "dropped", "all"}))
        ->capture_default_str();
    list->add_option("--limit", query_.limit, "how many at the most")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    list->footer(kWhereFooter);
    list->callback([this] { chosen_ = [this] { return letters_list_command(context_, query_); }; });
    auto* show = group->add_subcommand("show", "one: why, where, every try, its event, values and edits");
    show->add_option("NUMBER", name_, "its number")->required()->check(something());
    show->callback([this] { chosen_ = [this] { return letters_show_command(context_, name_); }; });
    changes(group);
}

void LetterOptions::changes(CLI::App* group) {
    auto* edit = group->add_subcommand("edit", "change its event, or its call, beside the original");
    edit->add_option("NUMBER", name_, "its number")->required()->check(something());
    edit->add_flag("--call", is_call_, "the arguments of the call that failed (default: the event's body)");
    edit->add_option("--file", file_, "JSON; - reads the standard input (default: $EDITOR is opened)");
    saying(edit);
    edit->callback([this] {
        chosen_ = [this] { return letters_edit_command(context_, name_, is_call_, file_, saying_); };
    });
    auto* replay =
        group->add_subcommand("replay", "run them once more; calls that were done are not made again");
    replay->add_option("NUMBER", names_, "their numbers (default: all that the filters mean)");
    filters(replay);
    replay->add_flag("--detach", detach_, "do not wait until they have run");
    saying(replay);
    replay->footer(std::string(kReplayFooter) + "\n\n" + kWhereFooter);
    replay->callback([this] {
        chosen_ = [this] { return letters_replay_command(context_, names_, query_, detach_, saying_); };
    });
    auto* drop =
        group->add_subcommand("drop", "give them up; they are kept as dropped until their retention");
    drop->add_option("NUMBER", names_, "their numbers")->required();
    drop->add_option("--reason", reason_, "why; kept with them")->required();
    drop->add_option("--by", saying_.by, "who decides (default: you)");
    drop->callback(
        [this] { chosen_ = [this] { return letters_drop_command(context_, names_, reason_, saying_.by); }; });
}

void LetterOptions::replay() {
    auto* replay = app_.add_subcommand("replay", "take recorded events through routes again");
    replay->add_option("--route", wish_.routes, "only through this route (default: all); may be repeated")
        ->check(something());
    replay
        ->add_option("--since", wish_.since, "events received from then on: a span (2h) or an RFC 3339 time")
        ->check(something());
    replay->add_option("--until", wish_.until, "events received before then")->check(something());
    replay->add_option("--event", wish_.events, "this event, by position or id; may be repeated")
        ->check(something());
    replay->add_flag("--with-outbound", wish_.with_outbound,
                     "make also calls that reach people, except answers");
    replay->add_flag("--detach", wish_.detach, "do not wait until it is done");
    saying(replay);
    replay->footer(kEventsFooter);
    replay->callback([this] { chosen_ = [this] { return replay_command(context_, wish_, saying_); }; });
}

void LetterOptions::replays() {
    auto* group = app_.add_subcommand("replays", "replays that were asked for");
    group->require_subcommand(1);
    auto* list = group->add_subcommand("list", "the newest first");
    list->add_option("--limit", limit_, "how many at the most")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    list->callback([this] { chosen_ = [this] { return replays_list_command(context_, limit_); }; });
    auto* show = group->add_subcommand("show", "how far it is, and what came of its runs");
    show->add_option("NUMBER", name_, "its number")->required()->check(something());
    show->callback([this] { chosen_ = [this] { return replays_show_command(context_, name_); }; });
    auto* stop = group->add_subcommand("stop", "start no further run of it; letters stay open");
    stop->add_option("NUMBER", name_, "its number")->required()->check(something());
    stop->add_option("--by", saying_.by, "who decides (default: you)");
    stop->callback(
        [this] { chosen_ = [this] { return replays_stop_command(context_, name_, saying_.by); }; });
}

}  // namespace maillon::cli
