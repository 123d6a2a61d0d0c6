#pragma once

#include "core/event/event.h"
#include "core/route/plan.h"
#include "core/store/runs.h"

#include <boost/json/object.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace maillon::route {

/// What a run remembers while it is suspended, as JSON in its row: where it stands, the values that its steps
/// have made, the claims it holds.
struct Frame {
    std::size_t at = kEnd;               ///< the step that is next or under way
    std::map<std::string, Json> values;  ///< by variable name
    struct Claim {
        std::string scope, key;
        friend auto operator<=>(const Claim&, const Claim&) = default;
    };
    std::vector<Claim> claims;

    /// A loop that the run is in. The items lie in the store.
    struct Loop {
        std::size_t step = kEnd;
        std::size_t round = 0;  ///< from 0
        std::size_t size = 0;
        std::string key;  ///< of this round
        friend bool operator==(const Loop&, const Loop&) = default;
    };
    std::vector<Loop> loops;  ///< outermost first

    /// The run has waited, or waits, at this step: it is in the middle of it.
    struct Parked {
        std::optional<TimePoint> until;
        friend bool operator==(const Parked&, const Parked&) = default;
    };
    std::optional<Parked> parked;

    /// A value that a call has read outside.
    struct Reading {
        std::size_t step = kEnd;  ///< that read it
        std::string revision{};   ///< of the record, where the connector tells
    };
    std::map<std::string, Reading> readings;  ///< by variable name

    /// A call has met a record that others had changed: what it was based on is read again.
    struct Conflict {
        std::vector<std::string> seen{};  ///< the revisions that it was based on, each time
        TimePoint since{}, due{};         ///< the first time; when to read again
    };
    std::map<std::string, Conflict> conflicts;  ///< by the call's step

    /// What is different in a run that a replay started.
    struct Again {
        DeadLetterId letter{};    ///< it goes on with the work of this one
        std::int64_t number = 0;  ///< of the replay of events: its calls are calls of their own. 0: they are
                                  ///< those of the event's first run, and what was done is not done again
        bool with_outbound = false;
        std::optional<Json> body{};  ///< stands for the event's own
        /// Of the calls in these steps, JSON; the others are as the route has them.
        std::map<std::string, std::string, std::less<>> arguments{};

        const std::string* edited(std::string_view step) const {
            const auto found = arguments.find(step);
            return found == arguments.end() ? nullptr : &found->second;
        }
        boost::json::object to_json() const;
        static Again from_json(const Json& json);
    };
    std::optional<Again> again;

    /// The arguments that a person has given the call of this step; null when nobody did.
    const std::string* edited(std::string_view step) const { return again ? again->edited(step) : nullptr; }

    /// Whether the step `at` has begun and is only gone on with.
    bool is_under_way() const { return parked || (!loops.empty() && loops.back().step == at); }

    std::string dump(const RoutePlan& route) const;
    /// A Fault when the frame names a step that the route does not have.
    static Result<Frame> parse(const std::string& text, const RoutePlan& route);
    /// The part that needs no route.
    static std::optional<Again> again_of(const std::string& text);
    static std::vector<Claim> claims_of(const std::string& text);
    /// The values of names by name, as an object.
    static boost::json::value values_of(const std::string& text);
};

/// The event as such a run sees it.
Event seen_again(Event event, const std::optional<Frame::Again>& again);

/// One run in memory. Owned by the engine; a unit of work gets a copy, which takes the original's place once
/// the unit is committed.
struct Run {
    RunId id{};
    std::shared_ptr<const Event> event{};  ///< shared with the other runs of the event
    std::shared_ptr<const RoutePlan>
        route{};        ///< of the configuration that it started with; shared with its other runs
    std::string key{};  ///< orders runs within the route
    std::string config_hash{};
    store::RunState state = store::RunState::ready;
    Frame frame{};
    TimePoint created{};
    store::ReplayId replay{};  ///< that started it
    Json meta{};               ///< the event's envelope as expressions see it, where it has been made already
};

}  // namespace maillon::route
