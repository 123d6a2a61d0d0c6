#include "core/cli/match_rules.h"

#include "core/base/text.h"
#include "core/cli/application.h"
#include "core/cli/render.h"
#include "core/hub/older_plan.h"
#include "core/match/tables.h"

#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;

RulesOfDirectory rules_of(const config::Directory& directory, std::shared_ptr<const match::Model> model) {
    RulesOfDirectory out{std::make_shared<const match::DirectoryKeys>(directory), std::move(model), nullptr};
    if (out.model) out.matcher = match::Matcher::make(directory, out.model);
    return out;
}

/// The models that the hub has read, which may be others than their files hold by now.
Result<std::map<std::string, std::shared_ptr<const match::Model>>> models_in(const json::object& running) {
    std::map<std::string, std::shared_ptr<const match::Model>> out;
    for (const auto& [directory, one] : running.at("models").as_object()) {
        auto model = match::learned_model(std::string(directory) + "'s model as the hub has read it",
                                          std::string(one.as_object().at("text").as_string()));
        if (!model) return model.error();
        out.emplace(directory, std::move(*model));
    }
    return out;
}

/// What is in force: `present` is what the files say now.
Result<> read_before(const json::object& running, const hub::Prepared& present, MatchRules& out) {
    auto models = models_in(running);
    if (!models) return models.error();
    const auto add = [&](const config::Config& config) {
        for (const auto& [name, directory] : config.directories) {
            const auto model = models->find(name);
            out.before.emplace(name, rules_of(directory, model == models->end() ? nullptr : model->second));
        }
    };
    if (text_of(running, "hash") == present.config.hash) {
        add(present.config);
        return {};
    }
    const auto older = hub::older_configuration(present, std::string(running.at("text").as_string()));
    if (!older) return older.error();
    add(older->config);
    return {};
}

/// The directory that --model is about.
std::optional<std::string> directory_for_model(const MatchPlanQuery& query, const MatchRules& rules) {
    const auto& all = rules.next->config.directories;
    if (!query.directory.empty()) {
        if (all.contains(query.directory)) return query.directory;
        std::fprintf(stderr, "maillon: %s\n", rules.unknown(query.directory).c_str());
        return std::nullopt;
    }
    if (all.size() == 1) return all.begin()->first;
    std::vector<std::string> names;
    for (const auto& [name, directory] : all) names.push_back(name);
    std::fprintf(stderr, "maillon: say with --directory whose model it is to be: %s\n",
                 names.empty() ? "the configuration has no directories" : enumerate(names).c_str());
    return std::nullopt;
}

bool take_model(const MatchPlanQuery& query, MatchRules& rules, int& exit_code) {
    const auto name = directory_for_model(query, rules);
    if (!name) {
        exit_code = kUsage;
        return false;
    }
    auto model = match::read_learned_model(query.model);
    if (!model) {
        std::fprintf(stderr, "maillon: %s\n", model.error().what.c_str());
        exit_code = kConfig;
        return false;
    }
    rules.next->models[*name] = std::move(*model);
    return true;
}

}  // namespace

std::string RulesOfDirectory::label() const {
    return model ? model->label() : std::string();
}

std::string MatchRules::unknown(const std::string& directory) const {
    std::vector<std::string> known;
    for (const auto& [name, one] : next->config.directories) known.push_back(name);
    const auto near = did_you_mean(directory, known);
    if (known.empty()) return "the configuration has no directories";
    return "there is no directory '" + directory + "'; " +
           (near.empty() ? "known: " + enumerate(known) : "did you mean '" + std::string(near) + "'?");
}

std::optional<MatchRules> match_rules(const Context& context, const MatchPlanQuery& query, int& exit_code) {
    auto present = load(context);
    if (!present) {
        exit_code = kConfig;
        return std::nullopt;
    }
    const auto running = ask(context, "GET", "/v1/configuration", {}, exit_code);
    if (!running) return std::nullopt;
    const bool is_told = !query.file.empty() || !query.model.empty();
    if (!is_told && !running->at("running").as_bool()) {
        std::fputs(
            "maillon: no hub is running, so there is nothing to compare the files with; name what is "
            "changed: maillon match plan NEW.yaml, or --model MODEL.yaml\n",
            stderr);
        exit_code = kUsage;
        return std::nullopt;
    }
    MatchRules out;
    if (auto done = read_before(*running, *present, out); !done) {
        std::fprintf(stderr, "maillon: what the hub runs cannot be read here: %s\n",
                     done.error().what.c_str());
        exit_code = kFailed;
        return std::nullopt;
    }
    Context changed = context;
    changed.config = query.file;
    out.next = query.file.empty() ? std::move(present) : load(changed);
    if (!out.next) {
        exit_code = kConfig;
        return std::nullopt;
    }
    if (!query.model.empty() && !take_model(query, out, exit_code)) return std::nullopt;
    for (const auto& [name, directory] : out.next->config.directories) {
        const auto model = out.next->models.find(name);
        out.after.emplace(name,
                          rules_of(directory, model == out.next->models.end() ? nullptr : model->second));
    }
    return out;
}

}  // namespace maillon::cli
