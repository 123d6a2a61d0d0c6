#include "core/route/engine.h"
#include "core/store/state.h"

#include <map>

namespace maillon::route {

Result<> Engine::recover() {
    auto doubted = std::int64_t{0};
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto count = store::Calls::doubt_interrupted(unit, parts_.clock.now());
        if (!count) return count.error();
        doubted = *count;
        return {};
    });
    if (!done) return done;
    done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        auto position = store::Positions::get(reader, store::Positions::kRouted);
        if (!position) return position.error();
        read_ = position->value_or(EventSeq{});
        auto wake = store::Runs::next_wake(reader);
        if (!wake) return wake.error();
        next_wake_ = *wake;
        auto moving = store::Runs::count_in_flight(reader, 1);
        if (!moving) return moving.error();
        paging_ = *moving > 0;
        auto instances = store::Calls::open_instances(reader);
        if (!instances) return instances.error();
        for (const auto& name : *instances) {
            if (!parts_.deliver.has_instance(name))
                return config_fault("calls to the connector '" + name +
                                    "' are not settled, but it is no longer configured: put it back until "
                                    "'maillon status' shows none");
        }
        auto restored = store::Restores::latest(reader);
        if (!restored) return restored.error();
        machine_.set_restored(*restored);
        return {};
    });
    if (!done) return done;
    state_.routed = read_;
    if (!paging_) return {};
    // As many as there is room for; the others follow in pages.
    scanned_ = RunId{};
    done = bring_back();
    if (!done) return done;
    parts_.log.info("route.recovered",
                    {{"runs", runs_.size()}, {"calls_in_doubt", doubted}, {"more", scanned_.has_value()}});
    begin_paging();
    return {};
}

Result<Run> Engine::run_of(const store::RunRow& row) {
    auto plan = plan_of(row.config_hash);
    if (!plan) return plan.error();
    const auto route = (*plan)->routes.find(row.route);
    if (route == (*plan)->routes.end())
        return internal("run " + std::to_string(row.id.value()) +
                        " belongs to no route of its configuration");
    auto event = parts_.journal.by_seq(row.event);
    if (!event) return event.error();
    if (!*event)
        return internal("the event of run " + std::to_string(row.id.value()) + " is not in the journal");
    auto frame = Frame::parse(row.frame, *route->second);
    if (!frame) return frame.error();
    auto seen = std::make_shared<const Event>(seen_again(std::move(**event), frame->again));
    auto meta = Json::from(seen->meta.to_json());
    return Run{row.id,    std::move(seen),   route->second, row.key,    row.config_hash,
               row.state, std::move(*frame), row.created,   row.replay, std::move(meta)};
}

Result<std::shared_ptr<const Plan>> Engine::plan_of(const std::string& hash) {
    if (const auto known = plans_.find(hash); known != plans_.end()) return known->second;
    auto plan = parts_.older_plan(hash);
    if (plan) plans_[hash] = *plan;
    return plan;
}

}  // namespace maillon::route
