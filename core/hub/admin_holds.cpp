#include "core/hub/admin_holds.h"

#include "core/base/text.h"
#include "core/hub/admin_query.h"

#include <algorithm>

namespace maillon::hub {
namespace {

namespace json = boost::json;

constexpr std::string_view kOutboundWord = "outbound";

std::string text(const json::object& arguments, std::string_view name) {
    const auto* found = arguments.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

using Lanes = std::map<std::string, std::unique_ptr<SourceLane>>;

void hold(const Lanes& lanes, deliver::Deliver& deliver, const store::HoldRow& row) {
    const auto why = row.held_by + (row.reason.empty() ? "" : ": " + row.reason);
    if (row.name == store::Holds::kOutbound) return deliver.hold_outbound(why);
    deliver.hold(row.name, why);
    if (const auto lane = lanes.find(row.name); lane != lanes.end()) lane->second->hold(why);
}

}  // namespace

std::string spoken(const store::HoldRow& hold) {
    return std::string(hold.name == store::Holds::kOutbound ? kOutboundWord : hold.name);
}

Result<> AdminHolds::check(const std::string& name) const {
    if (name == kOutboundWord || parts_.prepared.instances.contains(name)) return {};
    std::vector<std::string> known{std::string(kOutboundWord)};
    for (const auto& [one, instance] : parts_.prepared.instances) known.push_back(one);
    return not_found("there is no connector '" + name + "'; there are " + enumerate(known));
}

Result<json::object> AdminHolds::pause(const std::string& name, const json::object& arguments) {
    if (auto known = check(name); !known) return known.error();
    const store::HoldRow row{.name = std::string(name == kOutboundWord ? store::Holds::kOutbound : name),
                             .since = parts_.clock.now(),
                             .reason = text(arguments, "reason"),
                             .held_by = text(arguments, "by")};
    auto done = parts_.database.run([&](db::Unit& unit) { return store::Holds::put(unit, row); });
    if (!done) return done.error();
    if (parts_.deliver && parts_.lanes) hold(*parts_.lanes, *parts_.deliver, row);
    if (parts_.log)
        parts_.log->info("hub.paused", {{"name", name}, {"by", row.held_by}, {"reason", row.reason}});
    return json::object{{"paused", name}};
}

Result<json::object> AdminHolds::resume(const std::string& name) {
    const std::string stored(name == kOutboundWord ? store::Holds::kOutbound : name);
    bool was_held = false;
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto removed = store::Holds::remove(unit, stored);
        if (!removed) return removed.error();
        was_held = *removed;
        return {};
    });
    if (!done) return done.error();
    // The pause of a connector that was taken out ends, too: it would wait for one that is put in later.
    if (auto known = check(name); !known && !was_held) return known.error();
    if (parts_.deliver) {
        if (name == kOutboundWord)
            parts_.deliver->release_outbound();
        else
            parts_.deliver->release(name);
    }
    if (auto* source = lane(name)) {
        source->release();
        source->try_again();
    }
    if (parts_.log) parts_.log->info("hub.resumed", {{"name", name}});
    return json::object{{"resumed", name}, {"was_paused", was_held}};
}

Result<json::object> AdminHolds::credentials_mended(const std::string& name) {
    if (name == kOutboundWord) return not_found("there is no connector '" + name + "'");
    if (auto known = check(name); !known) return known.error();
    auto holds = parts_.database.read([](db::Reader& reader) { return store::Holds::list(reader); });
    if (!holds) return holds.error();
    if (parts_.deliver) parts_.deliver->resume(name);
    if (auto* source = lane(name)) source->try_again();
    if (parts_.log) parts_.log->info("hub.credentials_mended", {{"name", name}});
    const bool is_paused = std::ranges::find(*holds, name, &store::HoldRow::name) != holds->end();
    return json::object{{"connector", name}, {"paused", is_paused}};
}

SourceLane* AdminHolds::lane(const std::string& name) const {
    if (!parts_.lanes) return nullptr;
    const auto found = parts_.lanes->find(name);
    return found == parts_.lanes->end() ? nullptr : found->second.get();
}

Result<> restore_holds(db::Database& database, const Lanes& lanes, deliver::Deliver& deliver) {
    auto rows = database.read([](db::Reader& reader) { return store::Holds::list(reader); });
    if (!rows) return rows.error();
    for (const auto& row : *rows) hold(lanes, deliver, row);
    return {};
}

}  // namespace maillon::hub
