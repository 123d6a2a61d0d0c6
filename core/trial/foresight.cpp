#include "core/trial/foresight.h"

#include "core/event/difference.h"

#include <boost/json/array.hpp>

#include <algorithm>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using route::Deed;
using route::Rehearsed;
using End = Rehearsed::End;

constexpr std::size_t kMostAssumedSteps = 200;

json::object deed_json(const Deed& deed) {
    json::object out{{"step", deed.step}, {"what", deed.what}, {"arguments", deed.arguments}};
    if (deed.asks_first) out["asks_first"] = true;
    return out;
}

std::string about(const Deed& deed) {
    return deed.what.starts_with("emit ") ? deed.what : "call " + deed.what;
}

/// The fields without the positions of lists: these would make a group of each event.
std::string field(const std::string& path) {
    std::string out;
    bool is_position = false;
    for (const char c : path) {
        is_position = is_position || c == '[';
        if (!is_position) out += c;
        if (c == ']') out += "[]";
        is_position = is_position && c != ']';
    }
    return out;
}

/// Partners of deeds: first by step and name, then by name in their order (a step was renamed or moved).
class Pairs {
public:
    Pairs(const std::vector<Deed>& before, const std::vector<Deed>& after)
        : partner(before.size(), -1), taken(after.size(), false) {
        match(before, after,
              [](const Deed& a, const Deed& b) { return a.step == b.step && a.what == b.what; });
        match(before, after, [](const Deed& a, const Deed& b) { return a.what == b.what; });
    }
    std::vector<std::ptrdiff_t> partner;  ///< of each before; -1: none
    std::vector<bool> taken;              ///< of each after: it is somebody's partner

private:
    template <class F>
    void match(const std::vector<Deed>& before, const std::vector<Deed>& after, const F& fits) {
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (partner[i] >= 0) continue;
            for (std::size_t j = 0; j < after.size(); ++j) {
                if (taken[j] || !fits(before[i], after[j])) continue;
                partner[i] = static_cast<std::ptrdiff_t>(j);
                taken[j] = true;
                break;
            }
        }
    }
};

}  // namespace

void Foresight::looked_at(const Event& event) {
    ++events_;
    if (!first_.is_set()) first_ = event.seq;
    last_ = event.seq;
}

void Foresight::note(const Event& event, Key key, json::object detail) {
    auto found = groups_.find(key);
    if (found == groups_.end()) {
        if (groups_.size() == kMostGroups) {
            ++left_out_;
            return;
        }
        found = groups_.emplace(std::move(key), Group{}).first;
    }
    auto& group = found->second;
    ++group.count;
    if (group.examples.size() == kExamples) return;
    detail["seq"] = event.seq.value();
    detail["id"] = event.meta.id;
    group.examples.push_back(std::move(detail));
}

void Foresight::add(const Event& event, const std::string& route, const Rehearsed& before,
                    const Rehearsed& after) {
    recorded_ += static_cast<std::int64_t>(after.recorded);
    assumed_count_ += static_cast<std::int64_t>(after.assumed.size());
    for (const auto& step : after.assumed) {
        const auto name = route + ": " + route::path_of_step(step);
        if (assumed_.size() < kMostAssumedSteps || assumed_.contains(name)) ++assumed_[name];
    }
    if (before.end == End::not_started && after.end == End::not_started) return;
    ends(event, route, before, after);
    deeds(event, route, before.deeds, after.deeds);
}

void Foresight::ends(const Event& event, const std::string& route, const Rehearsed& before,
                     const Rehearsed& after) {
    if (before.end == End::not_started) note(event, {route, "starts", "a run"}, {});
    if (after.end == End::not_started) note(event, {route, "no longer starts", "a run"}, {});
    const auto where = [](const Rehearsed& one) { return route::path_of_step(one.step); };
    const bool same_place = before.end == after.end && where(before) == where(after);
    if (after.end == End::dead_lettered && !same_place)
        note(event, {route, "new dead letter", where(after)},
             {{"reason", after.reason}, {"on_assumed_answers", !after.assumed.empty()}});
    if (before.end == End::dead_lettered && !same_place)
        note(event, {route, "no longer a dead letter", where(before)}, {{"reason", before.reason}});
    if (after.end == End::dropped && !same_place)
        note(event, {route, "is dropped", where(after)}, {{"reason", after.reason}});
    if (before.end == End::dropped && !same_place)
        note(event, {route, "is no longer dropped", where(before)}, {{"reason", before.reason}});
}

void Foresight::deeds(const Event& event, const std::string& route, const std::vector<Deed>& before,
                      const std::vector<Deed>& after) {
    const Pairs pairs(before, after);
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (pairs.partner[i] < 0)
            note(event, {route, "no longer done", about(before[i])}, deed_json(before[i]));
        else
            changed(event, route, before[i], after[static_cast<std::size_t>(pairs.partner[i])]);
    }
    for (std::size_t j = 0; j < after.size(); ++j) {
        if (pairs.taken[j]) continue;
        if (after[j].what.starts_with("emit ")) ++new_emits_;
        note(event, {route, "done in addition", about(after[j])}, deed_json(after[j]));
    }
}

void Foresight::changed(const Event& event, const std::string& route, const Deed& before, const Deed& after) {
    if (before.asks_first != after.asks_first)
        note(event,
             {route, after.asks_first ? "asks a person first" : "no longer asks a person", about(after)},
             {{"step", after.step}});
    const auto fields = differences(before.arguments, after.arguments);
    if (fields.empty()) return;
    std::vector<std::string> names;
    json::array told;
    for (const auto& one : fields) {
        names.push_back(field(one.path));
        json::object detail{{"path", one.path}};
        if (one.was) detail["was"] = *one.was;
        if (one.now) detail["now"] = *one.now;
        told.push_back(std::move(detail));
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
    note(event, {route, "done otherwise", about(after) + ": " + list},
         {{"step", after.step}, {"differences", std::move(told)}});
}

json::object Foresight::to_json() const {
    json::array groups;
    for (const auto& [key, group] : groups_) {
        const auto& [route, kind, what] = key;
        groups.push_back(
            json::object{{"route", route},
                         {"kind", kind},
                         {"about", what},
                         {"count", group.count},
                         {"examples", json::array(group.examples.begin(), group.examples.end())}});
    }
    json::object steps;
    for (const auto& [name, count] : assumed_) steps[name] = count;
    return {{"events", events_},
            {"first", first_.value()},
            {"last", last_.value()},
            {"answers",
             json::object{
                 {"recorded", recorded_}, {"assumed", assumed_count_}, {"assumed_steps", std::move(steps)}}},
            {"new_emits", new_emits_},
            {"groups", std::move(groups)},
            {"left_out", left_out_}};
}

}  // namespace maillon::trial
