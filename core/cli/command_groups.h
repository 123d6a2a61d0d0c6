#pragma once

#include "core/cli/commands.h"

#include <functional>
#include <memory>

namespace CLI {
class App;
}

/// The commands of the program in groups, each with its options in a file of its own. Every command sets
/// `chosen` to what is to be done. What is returned holds the options and is kept until `chosen` has run; all
/// arguments are kept as long.
namespace maillon::cli {

/// `expr`, `pipe`, `plan`, `test`: rules tried without a hub.
[[nodiscard]] std::shared_ptr<void> add_rule_commands(CLI::App& app, const Context& context,
                                                      std::function<int()>& chosen);
/// `status`, `events`, `why`, `reload`, `pause`, `resume`: the running hub.
[[nodiscard]] std::shared_ptr<void> add_running_commands(CLI::App& app, const Context& context,
                                                         std::function<int()>& chosen);
/// `approvals`, `in-doubt`: what waits for a person.
[[nodiscard]] std::shared_ptr<void> add_waiting_commands(CLI::App& app, const Context& context,
                                                         std::function<int()>& chosen);
/// `directory`, `review`, `match link|unlink|merge|split|links`: who is who.
[[nodiscard]] std::shared_ptr<void> add_people_commands(CLI::App& app, const Context& context,
                                                        std::function<int()>& chosen);
/// Of `match` what works on tables, without a hub, and `explain`; before the former, which adds to the group.
[[nodiscard]] std::shared_ptr<void> add_match_commands(CLI::App& app, const Context& context,
                                                       std::function<int()>& chosen);

/// `person`: who somebody is here, what is held of them, and their erasure.
[[nodiscard]] std::shared_ptr<void> add_person_commands(CLI::App& app, const Context& context,
                                                        std::function<int()>& chosen);

}  // namespace maillon::cli
