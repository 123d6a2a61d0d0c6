#pragma once

#include "core/config/config.h"
#include "core/config/reading.h"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace maillon::config {

// One reader for each section of the language. Each reports all that is wrong in it and gives what could be
// read.

Hub read_hub(const ValueTree& section, Reading& reading);
std::map<std::string, Instance> read_connectors(const ValueTree& section, Reading& reading);
std::map<std::string, Instance> read_processors(const ValueTree& section, Reading& reading);
std::map<std::string, Directory> read_directories(const ValueTree& section, Reading& reading);
std::map<std::string, ConversationKind> read_conversations(const ValueTree& section, Reading& reading);
std::map<std::string, Budget> read_budgets(const ValueTree& section, Reading& reading);
std::map<std::string, Block> read_blocks(const ValueTree& section, Reading& reading);
std::map<std::string, Route> read_routes(const ValueTree& section, Reading& reading);

/// `match:` of a directory; what holds without it when it is not written.
Matching read_matching(const Member* member, Reading& reading);

/// What `from:` may hold: an event, a schedule, or a list of them.
std::vector<Trigger> read_from(const Member* member, Reading& reading);

/// The names under `on_error:`.
std::span<const std::string_view> failure_classes();

/// A list of steps; `owner` names it in messages ("route 'complaint_to_case'").
Steps read_steps(const ValueTree& list, const std::string& owner, Reading& reading);

/// Gives every step its name; a name given twice is an error.
void name_steps(Steps& steps, const std::string& owner, Reading& reading);
/// The same for the branches of a choice: those without a name share theirs.
void name_branches(Choose& choose, const std::string& owner, Reading& reading);

/// Reports names that nothing has, blocks that call themselves, blocks that nobody calls.
void check_references(const Config& config, Reading& reading);

}  // namespace maillon::config
