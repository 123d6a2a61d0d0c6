#include "core/cli/application.h"
#include "core/cli/operation_commands.h"
#include "core/cli/progress.h"
#include "core/cli/render.h"
#include "core/cli/store_place.h"
#include "core/hub/doctor.h"
#include "core/web/unix_client.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;
using hub::Finding;
using Level = Finding::Level;

constexpr std::chrono::milliseconds kPatience{10'000};
constexpr std::int64_t kManyUnits = 10'000;

/// What keeps it from being ready, as /readyz tells.
void components(const json::object& status, hub::Findings& out) {
    const auto* health = status.if_contains("health");
    const auto* all =
        health && health->is_object() ? health->get_object().if_contains("components") : nullptr;
    if (!all || !all->is_array()) return;
    const auto before = out.size();
    for (const auto& one : all->get_array()) {
        const auto& component = one.as_object();
        const auto state = text_of(component, "state");
        if (state == "ok") continue;
        const auto reason = text_of(component, "reason");
        out.push_back({Level::warning, "hub.ready",
                       text_of(component, "name") + " is " + state + " since " + text_of(component, "since") +
                           (reason.empty() ? "" : ": " + reason),
                       "the hub is not ready: what waits for it does not move",
                       "maillon status; see the log"});
    }
    if (out.size() == before) out.push_back({Level::fine, "hub.ready", "the hub is ready"});
}

/// What only the running hub can tell.
void ask_hub(const config::Config& config, hub::Findings& out) {
    const auto answer =
        request_over_unix_socket(config.hub.admin.string(), "GET", "/v1/status", {}, kPatience);
    if (!answer) {
        if (answer.error().kind == FaultKind::not_connected) return;
        out.push_back({Level::broken, "hub.answer", answer.error().what,
                       "a hub that does not answer does not work", "see its log; maillon status"});
        return;
    }
    json::error_code error;
    const auto value = json::parse(answer->body, error);
    if (error || !value.is_object() || answer->status != 200) {
        out.push_back({Level::broken, "hub.answer",
                       "the hub could not tell its status: " + cut(answer->body, 200),
                       "it cannot read its store", "see its log"});
        return;
    }
    const auto& status = value.get_object();
    const auto* trouble = status.if_contains("trouble");
    if (trouble && trouble->is_string() && !trouble->get_string().empty())
        out.push_back({Level::broken, "hub.trouble", std::string(trouble->get_string()),
                       "runs do not move until this is over", "see the log around route.trouble"});
    components(status, out);
    const auto* store = status.if_contains("store");
    const auto queued = store && store->is_object() ? json::value_to<std::int64_t>(store->at("queued")) : 0;
    if (queued >= kManyUnits)
        out.push_back({Level::warning, "hub.writer", std::to_string(queued) + " units wait for the writer",
                       "the disk does not keep up with what comes in", "iostat -x 1; a faster disk"});
    else
        out.push_back({Level::fine, "hub.writer", std::to_string(queued) + " units wait for the writer"});
}

json::object view_of(const Finding& finding) {
    return {{"level", hub::name_of(finding.level)},
            {"check", finding.check},
            {"what", finding.what},
            {"why", finding.why},
            {"todo", finding.todo}};
}

void print(const Finding& finding) {
    const auto mark =
        finding.level == Level::fine ? std::string("ok") : std::string(hub::name_of(finding.level));
    std::printf("%s%s%s\n", column(mark, 7).c_str(), column(finding.check, 17).c_str(), finding.what.c_str());
    if (!finding.why.empty()) std::printf("%s%s\n", column("", 7).c_str(), ("why: " + finding.why).c_str());
    if (!finding.todo.empty()) std::printf("%s%s\n", column("", 7).c_str(), ("do:  " + finding.todo).c_str());
}

int code_of(const hub::Findings& findings) {
    const auto worst = std::ranges::max(findings, {}, &Finding::level).level;
    if (worst == Level::broken) return 2;
    return worst == Level::warning ? 1 : 0;
}

}  // namespace

int doctor_command(const Context& context, const DoctorOptions& options) {
    const auto place = find_store(context, options.store);
    if (!place) return kConfig;
    const SystemClock clock;
    hub::Patient patient{
        .url = place->url, .file = place->file, .deep = options.deep, .clock = clock, .go_on = {}};
    if (place->config) {
        patient.config = &*place->config;
        patient.plugins = place->config->hub.plugins;
        if (patient.plugins.empty()) patient.plugins = {context.plugins};
    }
    hub::Findings findings;
    {
        Progress progress;
        patient.go_on = [&](std::string_view what) { return progress(what, 0, 0); };
        findings = hub::examine(patient);
        if (place->config) ask_hub(*place->config, findings);
    }
    std::ranges::stable_sort(findings, std::greater<>(), &Finding::level);
    if (context.json) {
        json::array all;
        for (const auto& finding : findings) all.push_back(view_of(finding));
        std::printf(
            "%s\n",
            json::serialize(json::object{{"code", code_of(findings)}, {"findings", std::move(all)}}).c_str());
    } else {
        for (const auto& finding : findings) print(finding);
    }
    return code_of(findings);
}

}  // namespace maillon::cli
