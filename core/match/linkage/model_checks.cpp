#include "core/match/linkage/model_checks.h"

#include "core/match/linkage/levels.h"

#include <algorithm>

namespace maillon::match {
namespace {

class Check {
public:
    Check(const Model& model, const config::ValueTree& tree, config::Reading& reading)
        : model_(model), tree_(tree), reading_(reading) {
        for (const auto& field : model.fields) names_.push_back(field.name);
    }

    void run() {
        constexpr std::size_t kMost = 16;  // a pattern of levels is kept in 64 bits
        if (model_.fields.empty()) error("fields", "the model compares nothing; 'fields' is empty");
        if (model_.fields.size() > kMost) error("fields", "a model has up to 16 fields");
        for (const auto& field : model_.fields) check(field);
        if (model_.blocking.empty()) error("blocking", "'blocking' is empty: nothing would be compared");
        if (model_.blocking.size() > 32) error("blocking", "there are up to 32 keys");
        for (const auto& rule : model_.blocking) {
            for (const auto& part : rule) check(part);
        }
        for (const auto& one : model_.classes) {
            for (const auto* list : {&one.all, &one.any, &one.none}) {
                for (const auto& demand : *list) check(demand, one.name);
            }
        }
        if (model_.review > model_.link) error("review", "'review' must not be above 'link'");
    }

private:
    void error(std::string_view key, std::string message, std::string hint = {}) {
        const auto* member = tree_.find_member(key);
        reading_.diagnostics.error(member != nullptr ? member->key.place : tree_.place, std::move(message),
                                   std::move(hint));
    }

    bool known(std::string_view section, const std::string& field, const std::string& where) {
        if (model_.field(field) != nullptr) return true;
        error(section, where + " names the field '" + field + "', which the model has not",
              config::suggest(field, names_));
        return false;
    }

    void check(const FieldModel& field) {
        const std::string where = "field '" + field.name + "'";
        if (!field.swaps_with.empty()) known("fields", field.swaps_with, where);
        for (const auto& name : field.without) known("fields", name, where);
    }

    void check(const KeyPart& part) {
        if (!known("blocking", part.field, "a key") || part.part.empty()) return;
        const auto parts = key_parts_of(model_.field(part.field)->kind);
        if (std::ranges::find(parts, part.part) == parts.end())
            error("blocking", "a key cannot take '" + part.part + "' of the field '" + part.field + "'",
                  config::suggest(part.part, parts, "its kind has no parts"));
    }

    void check(const Demand& demand, const std::string& name) {
        const std::string where = "class '" + name + "'";
        if (!known("classes", demand.field, where)) return;
        std::vector<std::string> levels;
        for (const auto& level : levels_of(model_.field(demand.field)->kind)) levels.emplace_back(level.name);
        for (const auto& level : demand.levels) {
            if (std::ranges::find(levels, level) == levels.end())
                error("classes", where + " asks for the level '" + level + "' of '" + demand.field + "'",
                      config::suggest(level, levels));
        }
    }

    const Model& model_;
    const config::ValueTree& tree_;
    config::Reading& reading_;
    std::vector<std::string> names_;
};

}  // namespace

std::vector<std::string> key_parts_of(Kind kind) {
    switch (kind) {
        case Kind::given_name:
        case Kind::family_name: return {"word", "sound", "initial", "first3"};
        case Kind::text:
        case Kind::names: return {"words", "rare", "pairs"};
        case Kind::city:
        case Kind::company:
        case Kind::phrase: return {"first3"};
        case Kind::date: return {"year"};
        case Kind::code: return {"first3"};
        case Kind::image_hash: return {"bands"};
        default: return {};
    }
}

void check_model(const Model& model, const config::ValueTree& tree, config::Reading& reading) {
    Check(model, tree, reading).run();
}

}  // namespace maillon::match
