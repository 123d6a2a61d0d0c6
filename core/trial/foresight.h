#pragma once

#include "core/event/event.h"
#include "core/route/rehearsal.h"

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace maillon::trial {

/// Gathers in which ways a changed configuration would treat events otherwise, in groups: by route, kind of
/// difference and what it is about. Each group has a count and a few examples, so that memory does not grow
/// with the number of events.
class Foresight {
public:
    static constexpr std::size_t kExamples = 3;
    static constexpr std::size_t kMostGroups = 1'000;

    /// What one event does with one route, before and after; `not_started` where there is no such route.
    void add(const Event& event, const std::string& route, const route::Rehearsed& before,
             const route::Rehearsed& after);
    void looked_at(const Event& event);

    bool is_empty() const { return groups_.empty(); }
    /// {events, first, last, answers: {recorded, assumed, assumed_steps}, unfollowed, groups: [{route, kind,
    ///   about, count, examples: [{seq, id, …}]}], left_out}
    boost::json::object to_json() const;

private:
    using Key = std::tuple<std::string, std::string, std::string>;  ///< route, kind, about
    struct Group {
        std::int64_t count = 0;
        std::vector<boost::json::object> examples;
    };
    void note(const Event& event, Key key, boost::json::object detail);
    void ends(const Event& event, const std::string& route, const route::Rehearsed& before,
              const route::Rehearsed& after);
    void deeds(const Event& event, const std::string& route, const std::vector<route::Deed>& before,
               const std::vector<route::Deed>& after);
    void changed(const Event& event, const std::string& route, const route::Deed& before,
                 const route::Deed& after);

    std::map<Key, Group> groups_;
    std::map<std::string, std::int64_t> assumed_;  ///< by route and step
    std::int64_t events_ = 0, recorded_ = 0, assumed_count_ = 0, left_out_ = 0, new_emits_ = 0;
    EventSeq first_{}, last_{};
};

}  // namespace maillon::trial
