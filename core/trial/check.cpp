#include "core/trial/check.h"

#include "core/config/reading.h"
#include "core/config/schema_check.h"

namespace maillon::trial {
namespace {

namespace json = boost::json;
using config::Name;
using config::ValueTree;

const json::object* object_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found ? found->if_object() : nullptr;
}

/// The schema with nothing required, at no depth: for values of which only a part is written.
json::object partial(const json::object& schema) {
    json::object out = schema;
    out.erase("required");
    for (const auto* key : {"minItems", "maxItems"}) out.erase(key);
    if (auto* properties = out.if_contains("properties"); properties && properties->is_object()) {
        for (auto& [name, inner] : properties->get_object()) {
            if (inner.is_object()) inner = partial(inner.get_object());
        }
    }
    if (auto* items = out.if_contains("items"); items && items->is_object())
        *items = partial(items->get_object());
    return out;
}

/// A required yes/no that was not written: no.
void fill_in_flags(ValueTree& tree, const json::object& schema) {
    const auto* properties = object_at(schema, "properties");
    const auto* required = schema.if_contains("required");
    if (!tree.is_map() || !properties || !required || !required->is_array()) return;
    for (const auto& name : required->get_array()) {
        if (!name.is_string() || tree.find(name.get_string())) continue;
        const auto* inner = object_at(*properties, name.get_string());
        const auto* type = inner ? inner->if_contains("type") : nullptr;
        if (!type || !type->is_string() || type->get_string() != "boolean") continue;
        config::Member flag;
        flag.key.text = std::string(name.get_string());
        flag.key.place = flag.value.place = tree.place;
        flag.value.scalar.text = "false";
        tree.members.push_back(std::move(flag));
    }
}

class Checking {
public:
    Checking(const hub::Prepared& prepared, config::Sources& sources, config::Diagnostics& diagnostics)
        : prepared_(prepared), sources_(sources), diagnostics_(diagnostics) {}

    void check(TestCase& test) {
        for (const auto& [directory, records] : test.records) check_directory(directory, records);
        for (auto& given : test.given) {
            if (auto* event = std::get_if<GivenEvent>(&given.what)) check(*event);
        }
        for (auto& answer : test.answers) check(answer);
        for (auto& call : test.expected.calls.value_or(std::vector<ExpectedCall>{})) check(call);
        for (const auto& [directory, records] : test.expected.records) check_directory(directory, records);
        for (const auto& [kind, list] : test.expected.lists) check_routes(list);
    }

private:
    const hub::PreparedInstance* instance(const Name& at, const std::string& name, bool is_processor) {
        const auto found = prepared_.instances.find(name);
        if (found != prepared_.instances.end() && found->second.is_processor == is_processor)
            return &found->second;
        std::vector<std::string> known;
        for (const auto& [one, settings] : prepared_.instances) {
            if (settings.is_processor == is_processor) known.push_back(one);
        }
        diagnostics_.error(
            at.place,
            std::string("there is no ") + (is_processor ? "processor" : "connector") + " '" + name + "'",
            config::suggest(name, known));
        return nullptr;
    }

    void check(GivenEvent& event) {
        if (event.connector.empty()) return;
        json::object schema;
        if (event.connector != "hub") {
            const auto* from = instance(event.event, event.connector, false);
            if (!from) return;
            const auto& events = from->found.entry->info.events;
            const auto type = events.find(event.type);
            if (type == events.end()) {
                std::vector<std::string> known;
                for (const auto& [name, info] : events) known.push_back(event.connector + '.' + name);
                diagnostics_.error(event.event.place,
                                   "connector '" + event.connector + "' emits no such event",
                                   config::suggest(event.event.value, known));
                return;
            }
            schema = type->second.data;
        }
        fill_in_flags(event.body, schema);
        if (auto value = typed(event.event.value, event.body, schema)) event.value = std::move(*value);
    }

    void check(Answer& answer) {
        const bool is_processor = answer.operation.empty();
        const auto* from = instance(answer.target, answer.instance, is_processor);
        if (!from) return;
        if (is_processor) {
            answer.value = config::natural_value(answer.returns).as_object();
            return;
        }
        const auto* operation = this->operation(*from, answer.target, answer.operation);
        if (!operation) return;
        config::check_template(answer.with, partial(operation->arguments), answer.target.value, answer.place,
                               diagnostics_);
        if (answer.fails && answer.returns.members.empty()) return;
        if (auto value = typed("what " + answer.target.value + " returns", answer.returns, operation->result))
            answer.value = std::move(*value);
    }

    void check(ExpectedCall& call) {
        const auto found = prepared_.instances.find(call.instance);
        const bool is_processor = found != prepared_.instances.end() && found->second.is_processor;
        const auto* from = instance(call.target, call.instance, is_processor);
        if (!from || is_processor) return;
        if (const auto* operation = this->operation(*from, call.target, call.operation)) {
            config::check_template(call.arguments, partial(operation->arguments), call.target.value,
                                   call.place, diagnostics_);
        }
    }

    const plugin::OperationInfo* operation(const hub::PreparedInstance& from, const Name& at,
                                           const std::string& name) {
        const auto& info = from.found.entry->info;
        if (const auto* found = info.operation(name)) return found;
        std::vector<std::string> known;
        for (const auto& [one, operation] : info.operations) known.push_back(one);
        diagnostics_.error(at.place, "plug-in '" + info.id + "' offers no operation '" + name + "'",
                           config::suggest(name, known));
        return nullptr;
    }

    void check_directory(const std::string& name, const config::Member& records) {
        if (prepared_.config.directories.contains(name)) return;
        std::vector<std::string> known;
        for (const auto& [one, directory] : prepared_.config.directories) known.push_back(one);
        diagnostics_.error(records.key.place, "there is no directory '" + name + "'",
                           config::suggest(name, known, "the configuration has no directories"));
    }

    void check_routes(const config::Member& list) {
        for (const auto& item : list.value.items) {
            const auto* route = item.find("route");
            if (!route || !route->is_scalar() || prepared_.plan->routes.contains(route->scalar.text))
                continue;
            std::vector<std::string> known;
            for (const auto& [name, plan] : prepared_.plan->routes) known.push_back(name);
            diagnostics_.error(route->place, "there is no route '" + route->scalar.text + "'",
                               config::suggest(route->scalar.text, known));
        }
    }

    std::optional<json::object> typed(const std::string& what, const ValueTree& tree,
                                      const json::object& schema) {
        config::Instance carrier;
        carrier.name = {what, tree.place};
        carrier.settings = tree;
        return config::check_against_schema(carrier, schema, diagnostics_, sources_);
    }

    const hub::Prepared& prepared_;
    config::Sources& sources_;
    config::Diagnostics& diagnostics_;
};

}  // namespace

void check(TestFile& file, const hub::Prepared& prepared, config::Sources& sources,
           config::Diagnostics& diagnostics) {
    Checking checking(prepared, sources, diagnostics);
    for (auto& test : file.cases) checking.check(test);
}

}  // namespace maillon::trial
