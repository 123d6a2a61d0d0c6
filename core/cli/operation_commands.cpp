#include "core/cli/operation_commands.h"

#include "core/cli/option_checks.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace maillon::cli {
namespace {

constexpr const char* kStore =
    "the store: its file, or a URL as hub.store has it (default: the configuration's)";

constexpr const char* kBackupFooter =
    "The hub may be running: it goes on, and the backup is one consistent state. A new name is made where\n"
    "TARGET is a folder. Beside the backup lies its manifest, FILE.json: what it is, and its SHA-256. A "
    "store\n"
    "on PostgreSQL is backed up by the server's tools; the command then says how.\n"
    "Exit codes: 0 done; 1 failed, or the books in it do not balance; 3 wrong configuration.";

constexpr const char* kRestoreFooter =
    "The backup is checked before anything is touched: manifest, SHA-256, the database itself, its schema.\n"
    "Calls that were open then, and calls for what happened before now, may have been made after the backup\n"
    "was taken: unless their operation may be repeated freely the hub asks the connector whether they were,\n"
    "and puts them in doubt for a person where it cannot tell.";

constexpr const char* kLedgerFooter =
    "The hub keeps the books at each commit and checks them when it starts; figures of what is long over "
    "are\n"
    "sealed, so that the check takes no longer as the history grows. --verify counts everything there is\n"
    "once more, also while the hub runs. --correct, when no hub runs, writes what the rows say into books\n"
    "that are wrong, and keeps the reason. Exit codes: 0 they balance; 1 they do not.";

constexpr const char* kDoctorFooter =
    "Says of each finding what it is, why it matters and what to do. Looks at a store that is in use as "
    "well\n"
    "as at one that is not, and changes nothing. Exit codes: 0 all is well; 1 something is to be looked at;\n"
    "2 something is broken.";

/// Owned by the command that it belongs to, through the callback.
template <class Options>
std::shared_ptr<Options> with_store(CLI::App* command) {
    auto options = std::make_shared<Options>();
    command->add_option("--store", options->store, kStore);
    return options;
}

constexpr const char* kSecretFooter =
    "The value is read from standard input, or asked for without showing it on a terminal; it is never an\n"
    "argument, where others could see it. It is written whole or not at all, for the hub's user alone. A "
    "hub\n"
    "that runs uses it from its connectors' next login on, which those that use it are told to try at once.";

void add_secret_commands(CLI::App& app, const Context& context, std::function<int()>& chosen) {
    auto* group = app.add_subcommand("secret", "passwords and tokens, by name");
    group->require_subcommand(1);
    auto name = std::make_shared<std::string>();
    auto* set = group->add_subcommand("set", "write one; the value comes from standard input");
    set->add_option("NAME", *name, "as in ${secret.NAME}")->required();
    set->footer(kSecretFooter);
    set->callback([&, name] { chosen = [&, name] { return secret_set_command(context, *name); }; });
    group->add_subcommand("list", "names, whether they are used and readable; never values")->callback([&] {
        chosen = [&] { return secret_list_command(context); };
    });
    auto* remove = group->add_subcommand("remove", "remove one");
    remove->add_option("NAME", *name, "its name")->required();
    remove->callback([&, name] { chosen = [&, name] { return secret_remove_command(context, *name); }; });
}

}  // namespace

void add_operation_commands(CLI::App& app, const Context& context, std::function<int()>& chosen) {
    add_secret_commands(app, context, chosen);
    auto* backup =
        app.add_subcommand("backup", "copy the store while the hub goes on, checked and with a manifest");
    auto to = with_store<BackupOptions>(backup);
    backup->add_option("TARGET", to->target, "a new file, or a folder")->required();
    backup->footer(kBackupFooter);
    backup->callback([&, to] { chosen = [&, to] { return backup_command(context, *to); }; });

    auto* restore = app.add_subcommand("restore", "bring a backup back, with the caution that this needs");
    auto from = with_store<RestoreOptions>(restore);
    restore->add_option("FILE", from->file, "a backup, with its manifest beside it");
    restore->add_flag("--force", from->force, "put a store that is there aside, under another name");
    restore->add_flag("--mark", from->mark,
                      "only tell the hub that its database was restored by other tools");
    restore
        ->add_option("--taken", from->taken, "with --mark: the RFC 3339 time that the database went back to")
        ->needs("--mark");
    restore->footer(kRestoreFooter);
    restore->callback([&, from] { chosen = [&, from] { return restore_command(context, *from); }; });

    auto* ledger = app.add_subcommand("ledger", "the two books, and whether they balance");
    auto books = with_store<LedgerOptions>(ledger);
    ledger->add_flag("--verify", books->verify, "count everything there is, not only what is pending");
    ledger->add_option("--correct", books->correct, "write what the rows say into the books; why, to be kept")
        ->check(something());
    ledger->footer(kLedgerFooter);
    ledger->callback([&, books] { chosen = [&, books] { return ledger_command(context, *books); }; });

    auto* doctor = app.add_subcommand("doctor", "what is wrong with the store and around it, and what to do");
    auto patient = with_store<DoctorOptions>(doctor);
    doctor->add_flag("--deep", patient->deep, "also compare indexes with tables, and count all history");
    doctor->footer(kDoctorFooter);
    doctor->callback([&, patient] { chosen = [&, patient] { return doctor_command(context, *patient); }; });
}

}  // namespace maillon::cli
