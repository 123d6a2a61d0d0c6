#include "core/cli/application.h"

#include "core/base/text.h"
#include "core/cli/command_groups.h"
#include "core/cli/letter_options.h"
#include "core/cli/operation_commands.h"

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
        add_operation_commands(app_, context_, chosen_);
        plugins();
        groups_.push_back(add_running_commands(app_, context_, chosen_));
        letters_.add();
        groups_.push_back(add_waiting_commands(app_, context_, chosen_));
        groups_.push_back(add_match_commands(app_, context_, chosen_));
        groups_.push_back(add_people_commands(app_, context_, chosen_));
        groups_.push_back(add_person_commands(app_, context_, chosen_));
        groups_.push_back(add_rule_commands(app_, context_, chosen_));
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

    CLI::App app_;
    Context context_;
    SchemaWish schema_;
    std::string name_, folder_;
    bool connect_ = false;
    int seconds_ = 20;
    std::function<int()> chosen_;
    LetterOptions letters_{app_, context_, chosen_};
    std::vector<std::shared_ptr<void>> groups_;
};

}  // namespace

int run_application(int argc, char** argv) {
    Commands commands;
    return commands.run(argc, argv);
}

}  // namespace maillon::cli
