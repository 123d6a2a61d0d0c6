#pragma once

#include "core/cli/match_command.h"
#include "core/match/matcher.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace maillon::cli {

/// By what one directory decides: its `match:`, and its model if it has one.
struct RulesOfDirectory {
    std::shared_ptr<const match::DirectoryKeys> keys;
    std::shared_ptr<const match::Model> model;  ///< null: exact keys alone; shared with its configuration
    std::unique_ptr<match::Matcher> matcher;    ///< of the model; empty until it is loaded

    /// Name and version of the model; empty without one.
    std::string label() const;
};

/// What the hub decides by now, and what it would decide by: as the files say, or as the user wishes.
struct MatchRules {
    std::optional<hub::Prepared> next;  ///< always there
    std::map<std::string, RulesOfDirectory> before, after;

    /// "there is no directory 'custmers'; did you mean 'customers'?"
    std::string unknown(const std::string& directory) const;
};

/// Asks the hub what it runs (without one: what the files say) and reads the changed configuration or model;
/// prints what is wrong.
std::optional<MatchRules> match_rules(const Context& context, const MatchPlanQuery& query, int& exit_code);

}  // namespace maillon::cli
