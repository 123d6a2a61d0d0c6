#pragma once

#include <string>
#include <vector>

namespace maillon::cli {

struct Context;

struct ExprQuery {
    std::string expression;
    std::string event;    ///< file of JSON: a body, or {"meta": …, "event": …}; "-" is the standard input
    std::string from;     ///< "PLUGIN.EVENT": the event type whose schema `event` has; empty: any
    std::string plugins;  ///< the plug-ins' folder; empty: the usual one
    std::vector<std::string> paths;
    bool verbose = false;
};

/// Evaluates and prints the value as JSON.
int expr_eval_command(const Context& context, const ExprQuery& query);
/// Prints type and estimated cost, or every problem.
int expr_check_command(const Context& context, const ExprQuery& query);
/// Runs files of conformance cases, or all *.json of folders.
int expr_conformance_command(const Context& context, const ExprQuery& query);

}  // namespace maillon::cli
