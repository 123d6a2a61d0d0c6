#include "core/cli/command_groups.h"
#include "core/cli/option_checks.h"
#include "core/cli/people_commands.h"

#include <CLI/CLI.hpp>

namespace maillon::cli {
namespace {

constexpr const char* kProfile = "network:id, as x:4711, x:@anne, facebook/<page>:99, email:anne@example.com";

constexpr const char* kReviewFooter =
    "One question is asked about one thing, however many events raise it. accept links for good; reject and\n"
    "new forbid the candidates until a key of either side changes, after which a step 'match' with 'none:\n"
    "create' makes a record; new is also told to routes, as hub.person.new.\n"
    "Saying the same twice is no error; when somebody else decided otherwise before, the command says so.\n"
    "A sample of automatic links is asked about as well: accept says that it was right.";

/// `directory`, `review`, and of `match` what asks the hub.
class PeopleOptions {
public:
    PeopleOptions(CLI::App& app, const Context& context, std::function<int()>& chosen)
        : app_(app), context_(context), chosen_(chosen) {}

    void add() {
        directories();
        reviews();
        const auto is_match = [](const CLI::App* one) { return one->get_name() == "match"; };
        const auto there = app_.get_subcommands(is_match);
        auto* group =
            there.empty() ? app_.add_subcommand("match", "who is who: links, and why") : there.front();
        group->require_subcommand(1);
        links(group);
        merges(group);
    }

private:
    void directories() {
        auto* group =
            app_.add_subcommand("directory", "the copies of the records that people are looked up in");
        group->require_subcommand(1);
        auto* status = group->add_subcommand("status", "records, links, how far the reading is");
        status->add_option("NAME", name_, "the directory (default: all)");
        status->callback([this] { chosen_ = [this] { return directory_status_command(context_, name_); }; });
        auto* refresh = group->add_subcommand(
            "refresh", "read all records again; those that are gone are taken away, with their links");
        refresh->add_option("NAME", name_, "the directory")->required()->check(something());
        refresh->add_flag("--detach", detach_, "do not wait until it is done");
        refresh->footer(
            "The records stay in use while they are read again, and the hub goes on with it when it is\n"
            "restarted. Without a running hub it begins when one is started.");
        refresh->callback(
            [this] { chosen_ = [this] { return directory_refresh_command(context_, name_, detach_); }; });
    }

    void reviews() {
        auto* group = app_.add_subcommand("review", "questions about who somebody is");
        group->require_subcommand(1);
        group->footer(kReviewFooter);
        auto* list = group->add_subcommand("list", "the oldest first");
        list->add_option("--directory", reviews_.directory, "only of this directory");
        list->add_option("--kind", reviews_.kind, "only these: unsure, shared, moved, full or sample")
            ->check(CLI::IsMember({"unsure", "shared", "moved", "full", "sample"}));
        list->add_option("--state", reviews_.state, "open, accepted, rejected, new, superseded or all")
            ->check(CLI::IsMember({"open", "accepted", "rejected", "new", "superseded", "all"}))
            ->capture_default_str();
        list->add_option("--limit", reviews_.limit, "how many at the most")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        list->callback([this] { chosen_ = [this] { return reviews_list_command(context_, reviews_); }; });
        auto* show = group->add_subcommand("show", "one: the person, the records, what speaks for each");
        show->add_option("NUMBER", name_, "its number")->required()->check(something());
        show->callback([this] { chosen_ = [this] { return reviews_show_command(context_, name_); }; });
        answer(group, "accept", "it is this record")
            ->add_option("RECORD", word_.record, "which; may be left out when there is one candidate");
        answer(group, "reject", "it is none of the records");
        answer(group, "new", "it is none of the records, and routes are told that it is somebody new");
        auto* classes =
            group->add_subcommand("classes", "how right automatic links were, by kind of evidence");
        classes->callback([this] { chosen_ = [this] { return reviews_classes_command(context_); }; });
        auto* resume = group->add_subcommand("resume", "let a suspended kind of evidence link again");
        resume->add_option("CLASS", name_, "as `review classes` shows it")->required()->check(something());
        add_directory(resume);
        resume->callback([this] {
            chosen_ = [this] { return reviews_resume_command(context_, name_, word_.directory); };
        });
    }

    CLI::App* answer(CLI::App* group, const std::string& word, const std::string& what) {
        auto* command = group->add_subcommand(word, what);
        command->add_option("NUMBER", name_, "its number")->required()->check(something());
        add_saying(command);
        command->callback([this, word] {
            chosen_ = [this, word] { return reviews_answer_command(context_, name_, word, word_); };
        });
        return command;
    }

    void links(CLI::App* group) {
        auto* show =
            group->add_subcommand("links", "what a profile or a record is linked with, and its history");
        show->add_option("WHAT", name_, std::string("a record, or a profile: ") + kProfile)
            ->required()
            ->check(something());
        add_directory(show);
        show->callback(
            [this] { chosen_ = [this] { return links_show_command(context_, name_, word_.directory); }; });
        for (const std::string word : {"link", "unlink"}) {
            auto* command = group->add_subcommand(
                word, word == "link"
                          ? "say that a profile is a record's"
                          : "take a profile off a record; no rule links them again until a key changes");
            command->add_option("PROFILE", name_, kProfile)->required()->check(something());
            command->add_option("RECORD", word_.record, "its id")->required()->check(something());
            add_directory(command);
            add_saying(command);
            command->callback([this, word] {
                chosen_ = [this, word] { return links_pair_command(context_, word, name_, word_); };
            });
        }
    }

    void merges(CLI::App* group) {
        for (const std::string word : {"merge", "split"}) {
            auto* command = group->add_subcommand(
                word, word == "merge"
                          ? "two records are one person: a proposal to the CRM, which can be undone"
                          : "take a merge back: everything is as it was before");
            command->add_option("RECORD", name_, "the one that stands for both")
                ->required()
                ->check(something());
            command->add_option("OTHER", other_, "the other one")->required()->check(something());
            add_directory(command);
            add_saying(command);
            command->callback([this, word] {
                chosen_ = [this, word] { return links_merge_command(context_, word, name_, other_, word_); };
            });
        }
    }

    void add_directory(CLI::App* command) {
        command->add_option("--directory", word_.directory, "the directory, where there are several");
    }
    void add_saying(CLI::App* command) {
        command->add_option("--note", word_.note, "why; kept with it");
        command->add_option("--by", word_.by, "who says so (default: you)");
    }

    CLI::App& app_;
    const Context& context_;
    std::function<int()>& chosen_;
    ReviewsQuery reviews_;
    PeopleWord word_;
    std::string name_, other_;
    bool detach_ = false;
};

}  // namespace

std::shared_ptr<void> add_people_commands(CLI::App& app, const Context& context,
                                          std::function<int()>& chosen) {
    auto options = std::make_shared<PeopleOptions>(app, context, chosen);
    options->add();
    return options;
}

}  // namespace maillon::cli
