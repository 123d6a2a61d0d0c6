#pragma once

#include "core/base/clock.h"
#include "core/event/json.h"
#include "core/route/pipe_run.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::route {

/// The connector that a pipe is: routes `from: pipe.line` get one event for each line.
inline constexpr std::string_view kPipeConnector = "pipe";

/// Runs routes that need nothing but expressions over lines of JSON: each line is the body of one event
/// `pipe.line`, each `emit` is one line out. No store, no plug-ins, and no memory is asked for once the first
/// lines have been through.
///
/// Not thread-safe: one per thread.
class Pipe {
public:
    /// Compiles the routes that a line triggers, or only the one named `route`. Gives null, with what is
    /// wrong in `diagnostics`. The configuration must have been loaded with kPipeConnector given. `started`
    /// is the time that every event has in its `meta`; its id is the number of the line.
    static std::unique_ptr<Pipe> compile(config::Config config, std::string_view route, TimePoint started,
                                         config::Diagnostics& diagnostics);

    /// Gives the line to each route whose `when` it passes, in the order of their names; appends to `out`
    /// what they emit. `line` must have kLinePadding readable bytes behind it. Adds to `faults` what went
    /// wrong: one for a line that is no JSON object, else at most one for each route, which then has written
    /// nothing.
    void process(std::string_view line, std::uint64_t number, std::string& out,
                 std::vector<PipeFault>& faults);

    /// In the order of their names.
    const std::vector<PipeRun>& routes() const { return routes_; }
    std::uint64_t written() const;

private:
    Pipe(const Plan& plan, TimePoint started);
    /// `meta` of line `number`; lies in the arena.
    expression::Value meta(std::uint64_t number);

    LineParser parser_;
    expression::Arena arena_;
    KeptValues kept_{arena_};
    std::vector<PipeRun> routes_;
    bool reads_meta_ = false;
    Json meta_;
};

}  // namespace maillon::route
