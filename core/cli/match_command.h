#pragma once

#include "core/cli/commands.h"

#include <string>

namespace maillon::cli {

/// What `maillon match` works on.
struct MatchTables {
    std::string left, right, dedupe, model;
    unsigned threads = 0;  ///< 0: one for each core
};

struct EvaluateWish {
    MatchTables tables;
    std::string truth, output, svg;
};
struct TrainWish {
    MatchTables tables;
    std::string output;
};
struct ExplainWish {
    MatchTables tables;
    std::string profile, record, svg;
};

/// What `maillon match plan` compares with what the hub decides by now.
struct MatchPlanQuery {
    std::string file, model, directory;  ///< `file` and `model` empty: the files as they are now
    std::string since, until;
    std::size_t limit = 3;  ///< examples of each group
};

/// Links the tables, and measures the links against the truth where there is one.
int match_evaluate_command(const Context& context, const EvaluateWish& wish);
/// Writes the model with what was learned from the tables.
int match_train_command(const Context& context, const TrainWish& wish);
/// Says what a changed configuration or model would decide otherwise about the people whom the hub knows.
/// Changes nothing.
int match_plan_command(const Context& context, const MatchPlanQuery& query);
/// Says field by field why a record is linked with another, or not.
int match_explain_command(const Context& context, const ExplainWish& wish);

}  // namespace maillon::cli
