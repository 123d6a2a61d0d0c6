#pragma once

#include "core/cli/commands.h"

#include <cstdint>
#include <string>
#include <vector>

namespace maillon::cli {

/// Which dead letters are meant; as typed.
struct LettersQuery {
    std::string route, connector, kind, key, since, until, where;
    std::string state = "open";
    int limit = 50;
};
/// What is said about a decision; `by` empty: the user of this process.
struct Saying {
    std::string note, by;
};

int letters_list_command(const Context& context, const LettersQuery& query);
int letters_show_command(const Context& context, const std::string& letter);
/// Keeps what stands in the file ("-": standard input), else what the editor leaves, as the event's body or
/// (`is_call`) as the arguments of the failed call.
int letters_edit_command(const Context& context, const std::string& letter, bool is_call,
                         const std::string& file, const Saying& saying);
/// Those that are named, else all that `query` means. Waits until they have run, unless `detach`.
int letters_replay_command(const Context& context, const std::vector<std::string>& letters,
                           const LettersQuery& query, bool detach, const Saying& saying);
int letters_drop_command(const Context& context, const std::vector<std::string>& letters,
                         const std::string& reason, const std::string& by);

struct ReplayWish {
    std::vector<std::string> routes, events;
    std::string since, until;
    bool with_outbound = false, detach = false;
};
int replay_command(const Context& context, const ReplayWish& wish, const Saying& saying);
int replays_list_command(const Context& context, int limit);
int replays_show_command(const Context& context, const std::string& replay);
int replays_stop_command(const Context& context, const std::string& replay, const std::string& by);

}  // namespace maillon::cli
