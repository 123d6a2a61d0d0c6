#include "core/config/language_schema.h"

#include "core/config/schema_parts.h"
#include "core/config/step_kinds.h"

#include <boost/json/array.hpp>

#include <set>
#include <vector>

namespace maillon::config {
namespace {

namespace json = boost::json;

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

class Language {
public:
    explicit Language(std::span<const PluginWords> plugins) : plugins_(plugins) {}

    json::object schema() {
        definitions_ = language_definitions();
        add_sections();
        add_plugins();
        add_steps();
        add_trigger();
        add_calls();
        json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "Maillon configuration"}};
        for (auto& [key, value] : shape_schema(kRootShape, false)) out[key] = value;
        out["$defs"] = std::move(definitions_);
        return out;
    }

private:
    void define(std::string_view name, json::object schema) { definitions_[view(name)] = std::move(schema); }

    void add_sections() {
        for (const Shape* shape :
             {&kHubShape, &kKeepShape, &kLogShape, &kLimitsShape, &kCommitShape, &kRetryShape})
            define(shape->name, shape_schema(*shape, true));
        definitions_["hub"].get_object()["type"] = json::array{"object", "null"};
        for (const Shape* shape :
             {&kDirectoryShape, &kConversationShape, &kBudgetShape, &kRouteShape, &kScheduleShape,
              &kMatchingShape, &kMatchingLinkShape, &kMatchingReviewShape, &kCreateShape, &kApproveShape,
              &kBranchShape, &kElseShape})
            define(shape->name, shape_schema(*shape, false));
    }

    void add_plugins() {
        add_instances("connectors", kConnectorShape, &PluginWords::is_connector);
        add_instances("processors", kProcessorShape, &PluginWords::is_processor);
    }

    /// A section of instances: which plug-in it is decides what else may stand there.
    void add_instances(std::string_view section, const Shape& shape, bool PluginWords::*plays) {
        json::array ids, cases;
        std::string words;
        for (const auto& plugin : plugins_) {
            if (!(plugin.*plays)) continue;
            ids.emplace_back(plugin.id);
            words += "\n- `" + plugin.id + "`: " + plugin.summary;
            const std::string name = std::string(shape.name) + '_' + plugin.id;
            define(name, settings_schema(plugin, shape));
            cases.push_back(if_then(has_value("plugin", {{"const", plugin.id}}), ref_to(name)));
        }
        define(std::string(shape.name) + "_plugin",
               ids.empty()
                   ? json::object{{"not", json::object{}}}
                   : json::object{{"enum", std::move(ids)}, {"markdownDescription", "One of" + words}});
        auto instance = shape_schema(shape, true);
        instance.erase("additionalProperties");  // the case of the plug-in is closed
        if (!cases.empty()) instance["allOf"] = std::move(cases);
        define(shape.name, std::move(instance));
        define(section, {{"type", json::array{"object", "null"}},
                         {"propertyNames", ref_to("instance_name")},
                         {"additionalProperties", ref_to(shape.name)}});
    }

    /// The key of its kind decides what else a step may have: an editor then tells what is missing in this
    /// one, not that it is none of twelve.
    void add_steps() {
        json::object keys;
        json::array cases, kinds;
        for (const auto& kind : step_kinds()) {
            auto all = shape_schema(kind.shape, false);
            for (const auto& key : kStepShape.keys)
                all["properties"].get_object()[view(key.name)] = key_schema(key, false);
            define(kind.shape.name, std::move(all));
            keys[view(kind.key)] = json::object{{"description", view(kind.shape.words)}};
            kinds.push_back(json::object{{"required", json::array{view(kind.key)}}});
            cases.push_back(if_then({{"required", json::array{view(kind.key)}}}, ref_to(kind.shape.name)));
        }
        for (const auto& key : kStepShape.keys) keys[view(key.name)] = key_schema(key, false);
        define(kStepShape.name, {{"type", "object"},
                                 {"description", view(kStepShape.words)},
                                 {"properties", std::move(keys)},
                                 {"anyOf", std::move(kinds)},
                                 {"allOf", std::move(cases)}});
    }

    void add_trigger() {
        std::set<std::string> types;
        json::array examples;
        std::string words = "A connector and what happened there.";
        for (const auto& plugin : plugins_) {
            for (const auto& [type, event] : plugin.events) {
                types.insert(escaped(type));
                examples.emplace_back(plugin.id + '.' + type);
                words += "\n- `" + type + "`: " + event.title + " (" + plugin.title + ')';
            }
        }
        // Of configurations for the hub: `pipe.line` is for `maillon pipe` alone, and the hub refuses it.
        std::string pattern = "^(?:hub(?:\\.[a-z0-9_]+)+";
        if (!types.empty()) pattern += "|" + std::string(kNamePattern) + "\\." + alternatives(types);
        define("trigger", {{"type", "string"},
                           {"pattern", pattern + ")$"},
                           {"description", "A connector and what happened there."},
                           {"markdownDescription", words},
                           {"examples", std::move(examples)}});
    }

    struct Operation {
        const PluginWords* plugin;
        const PluginWords::Operation* operation;
    };

    /// `with:` by the name of the operation; of which plug-in the connector is stands elsewhere in the file,
    /// so any plug-in's operation of that name will do.
    void add_calls() {
        std::map<std::string, std::vector<Operation>> by_name;
        for (const auto& plugin : plugins_) {
            for (const auto& [name, operation] : plugin.operations)
                by_name[name].push_back({&plugin, &operation});
        }
        std::set<std::string> names;
        json::array examples, cases;
        std::string words = "A connector and its operation.";
        for (const auto& [name, operations] : by_name) {
            names.insert(escaped(name));
            cases.push_back(if_then(has_value("call", {{"pattern", "\\." + escaped(name) + '$'}}),
                                    with(name, operations)));
            for (const auto& one : operations) {
                examples.emplace_back(one.plugin->id + '.' + name);
                words += "\n- `" + name + "`: " + one.operation->title + " (" + one.plugin->title + ')';
            }
        }
        if (by_name.empty()) return define("target", {{"not", json::object{}}});
        define("target", {{"type", "string"},
                          {"pattern", '^' + std::string(kNamePattern) + "\\." + alternatives(names) + '$'},
                          {"markdownDescription", words},
                          {"examples", std::move(examples)}});
        definitions_[view(kCallShape.name)].get_object()["allOf"] = std::move(cases);
    }

    json::object with(const std::string& name, const std::vector<Operation>& operations) {
        json::array any;
        bool is_needed = true;
        for (const auto& one : operations) {
            auto arguments = arguments_schema(one.operation->arguments);
            is_needed =
                is_needed && arguments.contains("required") && !arguments.at("required").as_array().empty();
            arguments["title"] = one.plugin->title;
            arguments["description"] = one.operation->title;
            const std::string definition = "arguments_" + one.plugin->id + '_' + name;
            define(definition, std::move(arguments));
            any.push_back(ref_to(definition));
        }
        json::object out{
            {"properties",
             json::object{{"with", any.size() == 1 ? any.front() : json::value{{"anyOf", any}}}}}};
        if (is_needed) out["required"] = json::array{"with"};
        return out;
    }

    std::span<const PluginWords> plugins_;
    json::object definitions_;
};

}  // namespace

json::object language_schema(std::span<const PluginWords> plugins) {
    return Language(plugins).schema();
}

}  // namespace maillon::config
