#include "core/hub/prepare.h"

#include "core/config/reading.h"
#include "core/config/schema_check.h"
#include "core/match/permission.h"

namespace maillon::hub {
namespace {

class Preparing {
public:
    Preparing(config::Config config, config::Diagnostics& diagnostics, config::Sources& sources,
              const std::filesystem::path& default_plugins)
        : out_{std::move(config), {}, nullptr},
          diagnostics_(diagnostics),
          sources_(sources),
          catalogue_(out_.config.hub.plugins.empty() ? std::vector{default_plugins}
                                                     : out_.config.hub.plugins) {}

    std::optional<Prepared> run() {
        for (const auto& [name, instance] : out_.config.connectors) add(name, instance, false);
        for (const auto& [name, instance] : out_.config.processors) add(name, instance, true);
        check_directories();
        check_budgets();
        check_doubts();
        // Routes of plug-ins that are missing would only repeat that they are.
        if (!missing_) out_.plan = route::compile(out_.config, abilities_, diagnostics_);
        if (diagnostics_.has_errors()) return std::nullopt;
        return std::move(out_);
    }

private:
    void add(const std::string& name, const config::Instance& instance, bool is_processor) {
        auto found = catalogue_.find(instance.plugin.value);
        if (!found) {
            diagnostics_.error(instance.plugin.place, found.error().what);
            missing_ = true;
            return;
        }
        const auto& info = found->entry->info;
        if (is_processor && !info.processes) {
            diagnostics_.error(instance.plugin.place, "plug-in '" + info.id + "' is no processor",
                               "move it to 'connectors:'");
        } else if (!is_processor && info.processes && !info.polls && !info.receives && !info.delivers) {
            diagnostics_.error(instance.plugin.place, "plug-in '" + info.id + "' is a processor",
                               "move it to 'processors:'");
        }
        auto values = config::check_against_schema(instance, info.config_schema, diagnostics_, sources_);
        (is_processor ? abilities_.processors : abilities_.connectors)[name] = &info;
        out_.instances.emplace(
            name, PreparedInstance{instance, *found, values.value_or(boost::json::object{}), is_processor});
    }

    void check_directories() {
        for (const auto& [name, directory] : out_.config.directories) {
            if (directory.match.model) read_model(name, directory.match);
            check_classes(name, directory.match);
            const auto instance = abilities_.connectors.find(directory.instance);
            if (instance == abilities_.connectors.end() || instance->second->reads_directory) continue;
            diagnostics_.error(directory.records_place,
                               "connector '" + directory.instance + "' cannot read records",
                               "a directory needs a CRM connector");
        }
    }

    void read_model(const std::string& directory, const config::Matching& match) {
        auto model = match::read_learned_model(*match.model);
        if (model)
            out_.models.emplace(directory, std::move(*model));
        else
            diagnostics_.error(match.model_place, model.error().what);
    }

    /// One that there is not would permit nothing, and every person would be asked about.
    void check_classes(const std::string& directory, const config::Matching& match) {
        const auto model = out_.models.find(directory);
        if (match.model && model == out_.models.end()) return;
        const auto known = match::evidence_classes(match.model ? model->second.get() : nullptr);
        for (const auto& one : match.classes) {
            if (std::ranges::find(known, one.value) != known.end()) continue;
            diagnostics_.error(
                one.place,
                "there is no class of evidence '" + one.value + "'" + (match.model ? "" : " without a model"),
                config::suggest(one.value, known));
        }
    }

    /// Settings by operation name operations that there are.
    void check_doubts() {
        for (const auto& [name, instance] : out_.config.connectors) {
            const auto found = abilities_.connectors.find(name);
            if (found == abilities_.connectors.end()) continue;
            std::vector<std::string> known;
            for (const auto& [operation, info] : found->second->operations) known.push_back(operation);
            for (const auto& [operation, word] : instance.in_doubt) {
                if (found->second->operation(operation) != nullptr) continue;
                diagnostics_.error(instance.places.at("in_doubt"),
                                   "'in_doubt': there is no operation '" + operation + "'",
                                   config::suggest(operation, known));
            }
        }
    }

    void check_budgets() {
        for (const auto& [name, budget] : out_.config.budgets) {
            for (const auto& one : budget.operations) check_operation(budget, one.value, one.place);
            for (const auto& [operation, cost] : budget.costs) {
                if (operation != "poll") check_operation(budget, operation, budget.name.place);
            }
        }
    }

    void check_operation(const config::Budget& budget, const std::string& operation,
                         const config::Place& place) {
        std::vector<std::string> known;
        for (const auto& of : budget.of) {
            const auto instance = abilities_.connectors.find(of.value);
            if (instance == abilities_.connectors.end()) return;
            if (instance->second->operation(operation) != nullptr) return;
            for (const auto& [name, info] : instance->second->operations) known.push_back(name);
        }
        diagnostics_.error(place,
                           "budget '" + budget.name.value + "': there is no operation '" + operation + "'",
                           config::suggest(operation, known));
    }

    Prepared out_;
    config::Diagnostics& diagnostics_;
    config::Sources& sources_;
    plugin::Catalogue catalogue_;
    route::Abilities abilities_;
    bool missing_ = false;
};

}  // namespace

Preparation prepare(config::LoadResult loaded, const std::filesystem::path& default_plugins) {
    Preparation out{{}, std::move(loaded.diagnostics), std::move(loaded.sources)};
    if (!loaded.config) return out;
    Preparing preparing(std::move(*loaded.config), out.diagnostics, *out.sources, default_plugins);
    out.prepared = preparing.run();
    return out;
}

Preparation prepare(const std::filesystem::path& main_file, const config::Environment& environment,
                    const std::filesystem::path& default_plugins) {
    return prepare(config::load(main_file, environment), default_plugins);
}

}  // namespace maillon::hub
