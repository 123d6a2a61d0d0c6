#include "core/cli/command_groups.h"
#include "core/cli/option_checks.h"
#include "core/cli/person_commands.h"

#include <CLI/CLI.hpp>

namespace maillon::cli {
namespace {

constexpr const char* kWhat =
    "e-mail, phone, @handle, NETWORK:@handle, NETWORK:ID, NETWORK/PAGE:ID or DIRECTORY/RECORD";

constexpr const char* kFindFooter =
    "Everything that is known to be the same person is told: by keys of the directories, by links, and by\n"
    "what events say of their authors. What several people share (a mailbox) is named and not followed. The\n"
    "journal is read through, which takes its time; nothing is changed.";

constexpr const char* kExportFooter =
    "JSON for machines, with a summary at its top. It holds personal data: the file is readable by you\n"
    "alone, and never written over another one.";

constexpr const char* kEraseFooter =
    "Gone afterwards: the texts of their events and all that runs made of them, links, the copy of their\n"
    "record, conversations; other people's words are kept with the person masked in them. Runs that are not\n"
    "over are ended. Their record in the CRM is the CRM's, and is named at the end. Whatever comes of them\n"
    "later is refused and counted (maillon person erased). A hub that runs goes on, but for a moment; the\n"
    "database file is written anew at the end. Killed on its way it goes on at the next start.\n"
    "Exit codes: 0 done; 1 nobody or several are known by WHAT.";

class PersonOptions {
public:
    PersonOptions(CLI::App& app, const Context& context, std::function<int()>& chosen)
        : app_(app), context_(context), chosen_(chosen) {}

    void add() {
        auto* group = app_.add_subcommand("person", "what is held of somebody: find, export, erase");
        group->require_subcommand(1);
        find(group);
        erase(group);
        auto* erased = group->add_subcommand("erased", "erasures: what was removed, and kept out since");
        erased->add_option("--limit", wish_.limit, "how many at the most")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        erased->callback([this] { chosen_ = [this] { return person_erased_command(context_, wish_); }; });
        auto* readmit = group->add_subcommand("readmit", "let somebody who was erased come in again");
        what(readmit);
        readmit->callback([this] { chosen_ = [this] { return person_readmit_command(context_, wish_); }; });
    }

private:
    void what(CLI::App* command) {
        command->add_option("WHAT", wish_.what, kWhat)->required()->check(something());
    }

    void find(CLI::App* group) {
        auto* find = group->add_subcommand("find", "who that is here, and how much is held of them");
        what(find);
        find->footer(kFindFooter);
        find->callback([this] { chosen_ = [this] { return person_find_command(context_, wish_); }; });
        auto* copy = group->add_subcommand("export", "everything that the hub holds about them");
        what(copy);
        copy->add_option("--output", wish_.output, "a new file; - for standard output")->required();
        copy->footer(kExportFooter);
        copy->callback([this] { chosen_ = [this] { return person_export_command(context_, wish_); }; });
    }

    void erase(CLI::App* group) {
        auto* erase = group->add_subcommand("erase", "remove them from everything, and keep them out");
        what(erase);
        erase->add_option("--reason", wish_.reason, "why; kept, with their name masked in it")->required();
        erase->add_option("--by", wish_.by, "who decides (default: you)");
        auto* yes = erase->add_flag("--yes", wish_.yes, "do not ask");
        erase->add_flag("--dry-run", wish_.dry_run, "only say what would be removed")->excludes(yes);
        erase->footer(kEraseFooter);
        erase->callback([this] { chosen_ = [this] { return person_erase_command(context_, wish_); }; });
    }

    CLI::App& app_;
    const Context& context_;
    std::function<int()>& chosen_;
    PersonWish wish_;
};

}  // namespace

std::shared_ptr<void> add_person_commands(CLI::App& app, const Context& context,
                                          std::function<int()>& chosen) {
    auto options = std::make_shared<PersonOptions>(app, context, chosen);
    options->add();
    return options;
}

}  // namespace maillon::cli
