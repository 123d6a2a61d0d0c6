#include "core/plugin/descriptor.h"

#include "maillon/abi.h"

#include <boost/json/parse.hpp>

namespace maillon::plugin {
namespace {

namespace json = boost::json;

constexpr std::string_view kProcess = "process";  ///< see `operations_schema` in maillon/abi.h

std::string text(maillon_str s) {
    return s.len == 0 ? std::string() : std::string(s.ptr, s.len);
}

Result<json::object> object_of(std::string_view what, maillon_str source) {
    if (source.len == 0) return json::object{};
    json::error_code error;
    auto value = json::parse(json::string_view(source.ptr, source.len), error);
    if (error || !value.is_object()) return config_fault(std::string(what) + " is not a JSON object");
    return std::move(value.as_object());
}

json::object member_object(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_object() ? found->get_object() : json::object{};
}

bool flag(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_bool() && found->get_bool();
}

std::string title_of(const json::object& from) {
    const auto* found = from.if_contains("title");
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

OperationInfo operation_from(std::string name, const json::object& from) {
    OperationInfo out{.name = std::move(name),
                      .title = title_of(from),
                      .arguments = member_object(from, "arguments"),
                      .result = member_object(from, "result"),
                      .idempotent = flag(from, "idempotent"),
                      .reads = flag(from, "reads"),
                      .outbound = flag(from, "outbound"),
                      .target = {}};
    if (const auto* budget = from.if_contains("budget"); budget && budget->is_string())
        out.budget = budget->get_string();
    if (const auto* target = from.if_contains("target"); target && target->is_array()) {
        for (const auto& part : target->get_array()) {
            if (part.is_string()) out.target.emplace_back(part.get_string());
        }
    }
    return out;
}

bool has_extension(const maillon_connector& c, const char* id) {
    return c.extension != nullptr && c.extension(id) != nullptr;
}

void read_roles(const maillon_connector& c, ConnectorInfo& out) {
    if (c.source) {
        out.polls = MAILLON_HAS(c.source, maillon_source, poll) && c.source->poll;
        out.receives = MAILLON_HAS(c.source, maillon_source, receive) && c.source->receive;
    }
    if (c.sink && MAILLON_HAS(c.sink, maillon_sink, deliver)) {
        out.delivers = c.sink->deliver != nullptr;
        out.max_batch = c.sink->max_batch;
    }
    out.processes =
        c.processor && MAILLON_HAS(c.processor, maillon_processor, process) && c.processor->process;
    out.reconciles = has_extension(c, MAILLON_RECONCILE);
    out.reads_directory = has_extension(c, MAILLON_DIRECTORY);
}

}  // namespace

const OperationInfo* ConnectorInfo::operation(std::string_view operation_name) const {
    const auto found = operations.find(operation_name);
    return found == operations.end() ? nullptr : &found->second;
}

Result<ConnectorInfo> read_descriptor(const maillon_connector& c) {
    ConnectorInfo out;
    out.id = text(c.id);
    out.name = text(c.name);
    out.version = text(c.version);
    out.vendor = text(c.vendor);
    out.summary = text(c.summary);
    out.docs_url = text(c.docs_url);
    if (out.id.empty()) return config_fault("a connector without an id");
    if (!c.create || !c.destroy) return config_fault("connector '" + out.id + "' has no create or destroy");
    auto schema = object_of("the config_schema of '" + out.id + "'", c.config_schema);
    if (!schema) return schema.error();
    out.config_schema = std::move(*schema);
    read_roles(c, out);
    if (MAILLON_HAS(&c, maillon_connector, events_schema)) {
        auto events = object_of("the events_schema of '" + out.id + "'", c.events_schema);
        if (!events) return events.error();
        for (const auto& [name, value] : *events) {
            const auto body = value.is_object() ? value.get_object() : json::object{};
            out.events.emplace(name,
                               EventTypeInfo{std::string(name), title_of(body), member_object(body, "data")});
        }
    }
    if (MAILLON_HAS(&c, maillon_connector, operations_schema)) {
        auto operations = object_of("the operations_schema of '" + out.id + "'", c.operations_schema);
        if (!operations) return operations.error();
        for (const auto& [name, value] : *operations) {
            const auto body = value.is_object() ? value.get_object() : json::object{};
            auto operation = operation_from(std::string(name), body);
            if (out.processes && name == kProcess)
                out.process = std::move(operation);
            else
                out.operations.emplace(name, std::move(operation));
        }
    }
    return out;
}

}  // namespace maillon::plugin
