#include "core/hub/instances.h"

#include "core/net/url.h"
#include "core/plugin/in_process.h"
#include "core/store/state.h"

#include <mutex>
#include <set>

namespace maillon::hub {
namespace {

namespace json = boost::json;

bool is_marked(const json::value& schema, std::string_view mark) {
    const auto* found = schema.is_object() ? schema.get_object().if_contains(mark) : nullptr;
    return found && found->is_bool() && found->get_bool();
}

/// The hosts that the settings marked `x-maillon-egress` name.
Result<std::vector<std::string>> egress_hosts(const PreparedInstance& from) {
    std::vector<std::string> out;
    const auto* properties = from.found.entry->info.config_schema.if_contains("properties");
    if (!properties || !properties->is_object()) return out;
    for (const auto& [name, schema] : properties->get_object()) {
        const auto* value = from.values.if_contains(name);
        if (!is_marked(schema, "x-maillon-egress") || !value || !value->is_string()) continue;
        const auto url = parse_url(value->get_string());
        if (!url) return url.error().in(name);
        const std::string host = url->is_ipv6 ? '[' + url->host + ']' : url->host;
        out.push_back(host + ':' + std::to_string(url->port));
    }
    return out;
}

/// `{"$secret": "x"}` becomes "x": a plug-in asks for its secrets by name.
json::object with_secret_names(json::object values) {
    for (auto& member : values) {
        if (!member.value().is_object()) continue;
        const auto* name = member.value().get_object().if_contains("$secret");
        if (name && name->is_string()) member.value() = json::value(*name);
    }
    return values;
}

/// Tells the redactor each value once, however often it is asked for. Thread-safe.
class Seen {
public:
    explicit Seen(Redactor& redactor) : redactor_(redactor) {}
    void note(std::string_view value) {
        const std::scoped_lock lock(mutex_);
        if (values_.emplace(value).second) redactor_.add(value);
    }

private:
    Redactor& redactor_;
    std::mutex mutex_;
    std::set<std::string, std::less<>> values_;
};

plugin::Services services_of(const std::string& name, HttpClient& http, const Ground& ground) {
    plugin::Services out{.instance = name,
                         .log = ground.log,
                         .metrics = ground.metrics,
                         .clock = ground.clock,
                         .http = http,
                         .get_secret = {},
                         .put_secret = {},
                         .get_state = {},
                         .put_state = {},
                         .endpoint = {},
                         .on_budget = {}};
    const auto seen = std::make_shared<Seen>(ground.redactor);  // owned by the two functions
    out.get_secret = [ground, seen](std::string_view secret) -> Result<std::string> {
        auto value = ground.secrets.get(secret);
        if (value) seen->note(*value);
        return value;
    };
    out.put_secret = [ground, seen](std::string_view secret, std::string_view value) {
        seen->note(value);
        return ground.secrets.put(secret, value);
    };
    out.get_state = [name, ground](std::string_view key) {
        return ground.database.read(
            [&](db::Reader& reader) { return store::PluginState::get(reader, name, key); });
    };
    out.put_state = [name, ground](std::string_view key, std::string_view value,
                                   std::optional<std::string_view> expected) {
        return ground.database.run([&](db::Unit& unit) -> Result<> {
            if (!expected) return store::PluginState::set(unit, name, key, value);
            const auto there = expected->empty() ? std::nullopt : std::optional<std::string>(*expected);
            auto set = store::PluginState::compare_and_set(unit, name, key, there, value);
            if (!set) return set.error();
            if (!*set) return Fault{FaultKind::conflict, "another value is there", {}};
            return {};
        });
    };
    out.endpoint = [base = ground.public_url, name](std::string_view path) {
        std::string url = base + "/hooks/" + name;
        if (!path.empty() && !path.starts_with('/')) url += '/';
        return url.append(path);
    };
    const auto used = [metrics = &ground.metrics, name](const std::string& scope) {
        return metrics->gauge("maillon_budget_used_ratio",
                              "Share of a service's limit that is used up, as the service last said.",
                              {{"connector", name}, {"scope", scope}});
    };
    out.on_budget = [used, name, tell = ground.on_budget](const plugin::BudgetReport& report) {
        if (report.limit > 0) used(report.scope).set(report.used / report.limit);
        if (tell) tell(name, report);
    };
    return out;
}

}  // namespace

std::string credential_of(const PreparedInstance& instance) {
    std::string out;
    for (const auto& [key, value] : instance.values) {
        const auto* name = value.is_object() ? value.get_object().if_contains("$secret") : nullptr;
        if (name && name->is_string()) out += ' ' + std::string(name->get_string());
    }
    return out.empty() ? instance.settings.name.value : instance.settings.plugin.value + out;
}

Result<LiveInstance> create_instance(const PreparedInstance& from, const Ground& ground) {
    const auto& name = from.settings.name.value;
    auto hosts = egress_hosts(from);
    if (!hosts) return hosts.error().in("instance '" + name + "'");
    auto egress = Egress::make(name, *hosts);
    if (!egress) return egress.error().in("instance '" + name + "'");
    LiveInstance out;
    out.http = std::make_unique<EgressClient>(ground.http, std::move(*egress));
    auto connector = plugin::create_in_process(from.found, with_secret_names(from.values),
                                               services_of(name, *out.http, ground));
    if (!connector) return connector.error().in("instance '" + name + "'");
    out.connector = std::move(*connector);
    return out;
}

}  // namespace maillon::hub
