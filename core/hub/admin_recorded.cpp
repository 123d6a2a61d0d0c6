#include "core/hub/admin_recorded.h"

#include "core/hub/replayer.h"
#include "core/match/tables.h"
#include "core/store/state.h"

#include <boost/json/array.hpp>

#include <map>

namespace maillon::hub {

namespace json = boost::json;

Result<json::object> AdminRecorded::configuration() {
    const auto& config = parts_.prepared.config;
    // What a model's file says by now is another matter.
    json::object models;
    for (const auto& [directory, model] : parts_.prepared.models)
        models[directory] = json::object{{"label", model->label()}, {"text", model->text}};
    return json::object{{"hash", config.hash},
                        {"text", config.text},
                        {"models", std::move(models)},
                        {"running", parts_.engine != nullptr}};
}

Result<json::object> AdminRecorded::page(const AdminQuery& query) {
    const auto wanted = between(query.value("since"), query.value("until"), parts_.clock.now());
    if (!wanted) return wanted.error();
    const auto& [since, until] = *wanted;
    EventSeq after{number(query.value("after")).value_or(0)};
    if (since && query.value("after").empty()) {
        const auto first = first_since(parts_.journal, *since);
        if (!first) return first.error();
        after = EventSeq{first->value() - 1};
    }
    const auto events = parts_.journal.read(after, query.limit());
    if (!events) return events.error();
    std::map<EventSeq, json::array> steps;
    std::int64_t last = 0;
    auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        const auto routed = store::Positions::get(reader, store::Positions::kRouted);
        if (!routed) return routed.error();
        last = routed->value_or(EventSeq{}).value();
        if (events->empty()) return {};
        auto rows = store::Steps::of_events(reader, events->front().seq, events->back().seq);
        if (!rows) return rows.error();
        for (auto& [event, route, step, status, inputs, result] : *rows) {
            const auto word = db::kWords<store::StepStatus>[static_cast<std::size_t>(status)];
            steps[event].push_back(json::array{route, step, word, inputs, result});
        }
        return {};
    });
    if (!done) return done.error();
    json::array out;
    std::int64_t reached = after.value();
    bool is_past = events->empty();
    for (const auto& event : *events) {
        is_past = is_past || event.seq.value() > last || (until && event.meta.received >= *until);
        if (is_past) break;
        reached = event.seq.value();
        // What a replay emitted came of a person's wish, and comes of no route alone.
        if (event.meta.replay || (since && event.meta.received < *since)) continue;
        json::object one{
            {"seq", event.seq.value()}, {"meta", event.meta.to_json()}, {"body", event.body.dump()}};
        if (const auto found = steps.find(event.seq); found != steps.end())
            one["steps"] = std::move(found->second);
        out.push_back(std::move(one));
    }
    return json::object{{"events", std::move(out)}, {"reached", is_past ? last : reached}, {"last", last}};
}

}  // namespace maillon::hub
