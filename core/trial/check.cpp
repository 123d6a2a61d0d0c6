#include "core/trial/check.h"

#include "core/config/reading.h"
#include "core/config/schema_check.h"
#include "core/trial/partial.h"

#include <set>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using config::Name;
using config::ValueTree;

const json::object* object_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found ? found->if_object() : nullptr;
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

    void check(const UsualBody& usual) {
        const auto schema = body_of(usual.event, usual.connector, usual.type);
        if (!schema || typed(usual.event.value, usual.body, partial(*schema))) return;
        refused_.insert(usual.event.value);
    }

    void check(TestCase& test) {
        for (const auto& [directory, records] : test.records) check_directory({directory, records.key.place});
        for (auto& given : test.given) {
            if (auto* event = std::get_if<GivenEvent>(&given.what)) check(*event);
        }
        for (const auto& given : test.given) {
            if (const auto* said = std::get_if<Answered>(&given.what)) check_directory(said->directory);
        }
        for (auto& answer : test.answers) check(answer);
        for (auto& call : test.expected.calls.value_or(std::vector<ExpectedCall>{})) check(call);
        for (const auto& [directory, records] : test.expected.records)
            check_directory({directory, records.key.place});
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
        const auto schema = body_of(event.event, event.connector, event.type);
        if (!schema || refused_.contains(event.event.value)) return;
        fill_in_flags(event.body, *schema);
        if (auto value = typed(event.event.value, event.body, *schema)) event.value = std::move(*value);
    }

    /// The schema of an event's body; nothing is known of the hub's own.
    std::optional<json::object> body_of(const Name& at, const std::string& connector,
                                        const std::string& type) {
        if (connector == "hub") return json::object{};
        const auto* from = instance(at, connector, false);
        if (!from) return std::nullopt;
        const auto& events = from->found.entry->info.events;
        if (const auto found = events.find(type); found != events.end()) return found->second.data;
        std::vector<std::string> known;
        for (const auto& [name, info] : events) known.push_back(connector + '.' + name);
        diagnostics_.error(at.place, "connector '" + connector + "' emits no such event",
                           config::suggest(at.value, known));
        return std::nullopt;
    }

    void check(Answer& answer) {
        if (answer.verdict) return check_directory(answer.target);
        const bool is_processor = answer.operation.empty();
        const auto* from = instance(answer.target, answer.instance, is_processor);
        if (!from) return;
        static const plugin::OperationInfo unknown;
        const auto& process = from->found.entry->info.process;
        const auto* operation = !is_processor ? this->operation(*from, answer.target, answer.operation)
                                : process     ? &*process
                                              : &unknown;
        if (!operation) return;
        config::check_template(answer.with, expected_part(operation->arguments), answer.target.value,
                               answer.place, diagnostics_);
        if (answer.fails && answer.returns.members.empty()) return;
        if (auto value = typed("what " + answer.target.value + " returns", answer.returns, operation->result))
            answer.value = std::move(*value);
    }

    void check(ExpectedCall& call) {
        const auto* from = instance(call.target, call.instance, false);
        if (!from) return;
        if (const auto* operation = this->operation(*from, call.target, call.operation)) {
            config::check_template(call.arguments, expected_part(operation->arguments), call.target.value,
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

    void check_directory(const Name& at) {
        const auto& name = at.value;
        if (prepared_.config.directories.contains(name)) return;
        std::vector<std::string> known;
        for (const auto& [one, directory] : prepared_.config.directories) known.push_back(one);
        diagnostics_.error(at.place, "there is no directory '" + name + "'",
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
    std::set<std::string> refused_;  ///< events whose usual body is wrong, which is said once
};

}  // namespace

void check(TestFile& file, const hub::Prepared& prepared, config::Sources& sources,
           config::Diagnostics& diagnostics) {
    Checking checking(prepared, sources, diagnostics);
    for (const auto& usual : file.bodies) checking.check(usual);
    for (auto& test : file.cases) checking.check(test);
}

}  // namespace maillon::trial
