#pragma once

#include "core/cli/commands.h"

#include <functional>
#include <string>

namespace CLI {
class App;
}

/// The commands by which the store and the hub are looked after.
namespace maillon::cli {

struct BackupOptions {
    std::string target, store;
};
struct RestoreOptions {
    std::string file, store, taken;
    bool force = false, mark = false;
};
struct LedgerOptions {
    std::string store, correct;
    bool verify = false;
};
struct DoctorOptions {
    std::string store;
    bool deep = false;
};

/// Reads the value from standard input: a prompt without echo on a terminal, else up to its end.
int secret_set_command(const Context& context, const std::string& name);
int secret_list_command(const Context& context);
int secret_remove_command(const Context& context, const std::string& name);
int backup_command(const Context& context, const BackupOptions& options);
int restore_command(const Context& context, const RestoreOptions& options);
int ledger_command(const Context& context, const LedgerOptions& options);
int doctor_command(const Context& context, const DoctorOptions& options);

/// Adds them to the program; each sets `chosen` to what is to be done. `context` and `chosen` must outlive
/// `app`.
void add_operation_commands(CLI::App& app, const Context& context, std::function<int()>& chosen);

}  // namespace maillon::cli
