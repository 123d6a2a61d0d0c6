#pragma once

#include "core/base/fault.h"
#include "core/hub/prepare.h"

#include <boost/json/object.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace maillon::cli {

/// What every command knows.
struct Context {
    std::filesystem::path config = "/etc/maillon/maillon.yaml";
    std::filesystem::path plugins;  ///< folder next to the program
    bool json = false;
};

/// Loads and checks the configuration; prints what is wrong on standard error.
std::optional<hub::Prepared> load(const Context& context);

int run_command(const Context& context);
/// `connect`: also logs in to every connector, waiting at most `seconds` for each.
int check_command(const Context& context, bool connect, int seconds);
/// `folder`, else the configuration's, else the one next to the program.
std::vector<std::filesystem::path> plugin_folders(const Context& context, const std::string& folder);
int plugins_list_command(const Context& context, const std::string& folder);
int plugins_show_command(const Context& context, const std::string& folder, const std::string& id);
struct SchemaWish {
    std::string folder, out;   ///< `out` empty or "-": standard output
    bool is_of_tests = false;  ///< of *.test.yaml, not of the configuration
};
/// Writes the JSON Schema of the configuration language or of files of tests.
int schema_command(const Context& context, const SchemaWish& wish);

/// Asks the running hub, or, when none runs, the store itself. Prints a Fault and gives nothing when there is
/// no answer; `exit_code` then tells why.
std::optional<boost::json::object> ask(const Context& context, const std::string& method,
                                       const std::string& target, const std::string& body, int& exit_code);
/// Asks the running hub only, and says nothing: for those who ask again and again.
std::optional<boost::json::object> ask_hub(const Context& context, const std::string& method,
                                           const std::string& target);

struct EventsQuery {
    std::string connector, type, key, since;
    int limit = 50;
};
int status_command(const Context& context);
int events_list_command(const Context& context, const EventsQuery& query);
int events_show_command(const Context& context, const std::string& event);
int why_command(const Context& context, const std::string& event, const std::string& route);

struct ApprovalsQuery {
    std::string role, route, state = "open";
    int limit = 50;
};
int approvals_list_command(const Context& context, const ApprovalsQuery& query);
int approvals_show_command(const Context& context, const std::string& approval);
/// `by` empty: the user of this process.
int approvals_release_command(const Context& context, const std::string& approval, const std::string& by);
int approvals_refuse_command(const Context& context, const std::string& approval, const std::string& reason,
                             const std::string& by);
struct DoubtsQuery {
    std::string route, connector;
    int limit = 50;
};
struct DoubtWord {
    std::string id, result, note, by;  ///< `result` is JSON; `by` empty: the user of this process
};
int doubts_list_command(const Context& context, const DoubtsQuery& query);
int doubts_show_command(const Context& context, const std::string& call);
/// `word` is done, again or failed.
int doubts_decide_command(const Context& context, const std::string& call, const std::string& word,
                          const DoubtWord& more);
int pause_command(const Context& context, const std::string& name, const std::string& reason,
                  const std::string& by);
/// Prints what is wrong when the old configuration goes on.
int reload_command(const Context& context);
int resume_command(const Context& context, const std::string& name);

}  // namespace maillon::cli
