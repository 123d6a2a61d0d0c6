#include "core/hub/hub_parts.h"

#include "core/base/cores.h"
#include "core/hub/admin_holds.h"
#include "core/hub/same_configuration.h"
#include "core/hub/systemd.h"
#include "core/store/calls.h"
#include "core/store/state.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

/// How a running hub takes on another configuration: what moves is stopped at the boundary of an event, made
/// anew and brought back from the store, as at a start; the store, the servers and their connections stay.
namespace maillon::hub {
namespace {

/// A connector that minds its deadline has come back by then, even if it does not hear its cancelling.
constexpr std::chrono::seconds kLongestCall{60};
/// What is written at the end of what moved, and told, is so by then; else the store is away.
constexpr std::chrono::seconds kSettling{30};
constexpr std::chrono::milliseconds kBetweenTries{100};
/// Both sides come to their end, each within patience and what a cancelled call takes, and what the store
/// holds is read again.
constexpr std::chrono::minutes kLongestExchange{10};
/// What whoever asked for the reload is told goes out in that time.
constexpr std::chrono::milliseconds kFarewell{200};

/// What only a start can change, by its key; empty when nothing of that is different.
std::string fixed_difference(const config::Hub& now, const config::Hub& next) {
    std::string out;
    const auto differs = [&](bool is_different, std::string_view key) {
        if (is_different) out += (out.empty() ? "" : ", ") + std::string(key);
    };
    differs(now.listen.host != next.listen.host || now.listen.port != next.listen.port, "hub.listen");
    differs(now.admin != next.admin, "hub.admin");
    differs(now.store != next.store || now.store_url != next.store_url, "hub.store");
    differs(now.secrets != next.secrets, "hub.secrets");
    differs(now.log.level != next.log.level || now.log.format != next.log.format, "hub.log");
    differs(now.limits.max_body != next.limits.max_body, "hub.limits.max_body");
    differs(now.commit.units != next.commit.units || now.commit.wait != next.commit.wait, "hub.commit");
    return out;
}

Result<> may_follow(const config::Hub& now, const config::Hub& next) {
    const auto keys = fixed_difference(now, next);
    if (keys.empty()) return {};
    return config_fault(keys + " cannot change while the hub runs: restart it");
}

Fault still_has_calls(const std::string& instance) {
    return config_fault(
        "calls to '" + instance + "' are not settled, so '" + instance +
        "' cannot be taken out yet: keep it (its routes may go) until they are made, given up "
        "or decided: maillon status, maillon in-doubt list");
}

}  // namespace

void Hub::Parts::catch_up_with_files() {
    if (!options.prepare_again) return;
    auto next = options.prepare_again();
    if (next && is_same(*next, prepared)) return;
    const auto done = next ? may_follow(prepared.config.hub, next->config.hub) : next.error();
    if (done) {
        prepared = std::move(*next);
        return log.info("hub.reloaded", {{"config", prepared.config.hash}});
    }
    log.error("hub.reload_refused", {{"reason", done.error().what}});
    files_health.emplace(health.component("configuration"));
    files_health->failing(
        "the files were changed while this hub was the stand-by, and it could not take them on: it runs "
        "on what they said at its start; see hub.reload_refused in the log, then: maillon reload");
}

Result<> Hub::Parts::bring_back() {
    for (const auto& [name, instance] : prepared.instances) {
        if (instance.is_processor) continue;
        if (auto done = ingest->add_source(name, instance.settings.since); !done) return done;
    }
    for (auto& [name, lane] : lanes) {
        if (auto done = lane->load(); !done) return done;
    }
    auto spent = database->read([this](db::Reader& reader) { return budgets->load(reader); });
    if (!spent) return spent;
    if (auto done = restore_holds(*database, lanes, *deliver); !done) return done;
    for (const auto& [directory, matcher] : matchers) load_matcher(directory, *matcher, all_cores());
    if (auto done = engine->recover(); !done) return done;
    return schedules->load(prepared.config.routes);
}

void Hub::Parts::start_moving() {
    deliver->start();
    engine->start();
    replayer->start();
    for (auto& [name, lane] : lanes) lane->start();
    schedules->start();
    for (auto& chore : chores) chore->start();
}

deliver::Deliver::Ended Hub::Parts::stop_moving(std::chrono::steady_clock::time_point until,
                                                bool finish_waiting, std::chrono::milliseconds cancel_time) {
    schedules->stop();
    replayer->stop();
    for (auto& chore : chores) chore->stop();
    for (auto& [name, lane] : lanes) lane->ask_to_stop(finish_waiting);
    std::vector<std::string> left;
    std::set<std::string> cancelled;
    for (auto& [name, lane] : lanes) {
        if (lane->ends_by(until)) continue;
        lane->cancel();
        cancelled.insert(name);
    }
    const auto last = std::chrono::steady_clock::now() + cancel_time;
    for (auto& [name, lane] : lanes) {
        if (lane->ends_by(last))
            lane->join(last);
        else
            left.push_back("connector '" + name + "' has not come back from " + lane->state().doing +
                           ", though it was cancelled");
    }
    auto out = deliver->stop(options.patience, cancel_time);
    out.left.insert(out.left.begin(), left.begin(), left.end());
    out.cancelled.merge(cancelled);
    engine->stop();
    return out;
}

std::set<std::string> Hub::Parts::stop_to_exchange() {
    auto ended = stop_moving(std::chrono::steady_clock::now() + options.patience, true, kLongestCall);
    if (!ended.left.empty()) end_for_a_restart("hub.left_behind", ended.left.front());
    return std::move(ended.cancelled);
}

void Hub::Parts::end_for_a_restart(std::string_view event, const std::string& reason) {
    const auto why = reason + "; so the hub ends, to be started again by its service manager";
    log.error(event, {{"reason", why}});
    std::fprintf(stderr, "maillon: %s\n", why.c_str());
    {
        const std::scoped_lock lock(reload_mutex);
        reloads_done = reloads_wanted;
        reload_result = internal(why);
        reloaded.notify_all();
    }
    // Stopping the server would wait for requests that wait for this exchange.
    std::this_thread::sleep_for(kFarewell);
    std::_Exit(kOnlyRestart);
}

Result<> Hub::Parts::renew(const std::set<std::string>& cancelled) {
    for (const auto& name : cancelled) {
        auto made = create_instance(prepared.instances.at(name), ground(prepared));
        if (!made) return made.error();
        std::swap(instances.at(name), *made);
    }
    return {};
}

void Hub::Parts::settle() {
    const auto until = std::chrono::steady_clock::now() + kSettling;
    // What failed together is written once more, each alone, behind everything else.
    bool is_settled = !ingest || ingest->is_idle_by(until);
    // What budgets have spent is kept by units as well.
    while (is_settled) {
        const auto done = database->run([](db::Unit&) -> Result<> { return {}; });
        if (done) return;
        log.warning("hub.reload", {{"reason", done.error().what}});
        is_settled = std::chrono::steady_clock::now() < until;
        std::this_thread::sleep_for(kBetweenTries);
    }
    end_for_a_restart("hub.store_lost", "the store has not answered for " +
                                            std::to_string(kSettling.count()) +
                                            " s while what moved was exchanged");
}

void Hub::Parts::unwire() {
    settle();
    watchdog.reset();
    sink_health.clear();
    searches.reset();
    admin.reset();
    lanes.clear();
    chores.clear();
    replayer.reset();
    retention.reset();
    closing.reset();
    schedules.reset();
    ingest.reset();
    engine.reset();
    matchers.clear();
    deliver.reset();
    budgets.reset();
}

Result<> Hub::Parts::replace(Prepared next) {
    if (auto may = may_follow(prepared.config.hub, next.config.hub); !may) return may;
    if (!watchdog->hanging().empty())
        return config_fault(watchdog->hanging() +
                            ", and only a restart of the hub ends that; it takes on the new configuration as "
                            "well (systemctl restart maillon)");
    auto fresh = make_instances(next);
    if (!fresh) return fresh.error();
    auto open = database->read([](db::Reader& reader) { return store::Calls::open_instances(reader); });
    if (!open) return open.error();
    for (const auto& name : *open) {
        if (!next.instances.contains(name)) return still_has_calls(name);
    }
    auto done = database->run([&](db::Unit& unit) {
        return store::Configs::put(unit, next.config.hash, next.config.text, clock.now());
    });
    if (!done) return done;

    const std::unique_lock lock(exchange);
    webhooks->close();
    const auto cancelled = stop_to_exchange();
    const auto exchange_and_wire = [&](const std::set<std::string>& to_be_renewed) -> Result<> {
        unwire();
        std::swap(prepared, next);
        std::swap(instances, *fresh);
        if (auto renewed = renew(to_be_renewed); !renewed) return renewed;
        wire();
        return bring_back();
    };
    done = exchange_and_wire({});
    if (!done) {
        done = done.error().in("the old configuration goes on, since the new one cannot");
        if (auto back = exchange_and_wire(cancelled); !back)
            end_for_a_restart(
                "hub.reload_stuck",
                "neither the new configuration nor the old one can go on: " + back.error().what);
    }
    start_moving();
    watch_progress();
    metrics.rest_gauges();
    webhooks->open();
    return done;
}

void Hub::Parts::be_quiet() {
    const LongerWatchdog busy(kLongestExchange);
    const std::unique_lock lock(exchange);
    webhooks->close();
    const auto cancelled = stop_to_exchange();
    unwire();
    eraser->be_quiet();
    auto done = renew(cancelled);
    if (done) {
        wire();
        done = bring_back();
    }
    if (!done) end_for_a_restart("hub.erasure", "cannot go on after an erasure: " + done.error().what);
    start_moving();
    watch_progress();
    webhooks->open();
}

Result<std::string> Hub::Parts::wait_for_reload() {
    if (!options.ask_for_reload) return rejected("this hub cannot reload");
    std::unique_lock lock(reload_mutex);
    const auto ticket = ++reloads_wanted;
    options.ask_for_reload();
    reloaded.wait(lock, [&] { return reloads_done >= ticket || reload_closed; });
    if (reloads_done < ticket) return rejected("the hub is stopping");
    return reload_result;
}

Admin::Answer Hub::Parts::ask_admin(const web::HttpRequest& request) {
    if (request.method == "POST" && request.path == "/v1/reload") {
        const auto done = wait_for_reload();
        if (!done) return {409, {{"error", done.error().what}}};
        return {200, {{"reloaded", true}, {"config", *done}}};
    }
    const std::shared_lock lock(exchange);
    return admin->handle(request.method, request.target, request.body);
}

Result<> Hub::reload(const std::function<Result<Prepared>()>& prepare) {
    const LongerWatchdog busy(kLongestExchange);
    auto& p = *parts_;
    std::uint64_t wanted = 0;
    {
        const std::scoped_lock lock(p.reload_mutex);
        wanted = p.reloads_wanted;
    }
    auto next = prepare();
    Result<> done;
    if (!next)
        done = next.error();
    else if (!is_same(*next, p.prepared))
        done = p.replace(std::move(*next));
    if (done) p.files_health.reset();
    if (done)
        p.log.info("hub.reloaded", {{"config", p.prepared.config.hash}});
    else
        p.log.error("hub.reload_refused", {{"reason", done.error().what}});
    const std::scoped_lock lock(p.reload_mutex);
    p.reloads_done = wanted;
    p.reload_result = done ? Result<std::string>(p.prepared.config.hash) : done.error();
    p.reloaded.notify_all();
    return done;
}

}  // namespace maillon::hub
