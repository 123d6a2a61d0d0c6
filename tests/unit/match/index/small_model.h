#pragma once

#include "core/match/linkage/levels.h"

namespace maillon::match {

/// A model of persons that has learned what tables usually teach: names, an address, a number, a city.
inline Model small_model() {
    Model out;
    out.name = "small";
    out.cardinality = Cardinality::many_to_one;
    out.overlap = 0.7;
    out.review = 0.5;
    out.namesakes = 0;  // bars are those of the fields alone
    const auto add = [&](std::string name, Kind kind, std::vector<std::string> left,
                         std::vector<std::pair<std::string, std::string>> right) {
        FieldModel field;
        field.name = std::move(name);
        field.kind = kind;
        field.columns[0].push_back({std::move(left), {}, {}});
        for (auto& [column, part] : right) field.columns[1].push_back({{column}, part, {}});
        const auto levels = levels_of(kind);
        for (const auto& level : levels) {
            field.weights.m.push_back(std::max(level.typical_m, 1e-3));
            field.weights.u.push_back(1e-3);
        }
        field.weights.u.back() = 1 - 1e-3 * static_cast<double>(levels.size() - 2);
        out.fields.push_back(std::move(field));
    };
    add("given_name", Kind::given_name, {"given_name"}, {{"display_name", "given"}});
    add("family_name", Kind::family_name, {"family_name"}, {{"display_name", "family"}});
    add("email", Kind::email, {"email"}, {{"email", ""}});
    add("phone", Kind::phone, {"phone"}, {{"phone", ""}});
    add("city", Kind::city, {"city"}, {{"location", ""}});
    out.fields[0].swaps_with = "family_name";
    out.blocking = {{{"email", ""}},
                    {{"phone", ""}},
                    {{"family_name", ""}, {"given_name", ""}},
                    {{"family_name", ""}, {"city", ""}}};
    EvidenceClass name_and_city;
    name_and_city.name = "name+city";
    for (const auto* field : {"given_name", "family_name", "city"}) name_and_city.all.push_back({field, {}});
    name_and_city.link = 0.9;
    out.classes.push_back(std::move(name_and_city));
    return out;
}

}  // namespace maillon::match
