#include "core/match/linkage/columns.h"

#include "core/base/text.h"
#include "core/match/linkage/records.h"

#include <algorithm>

namespace maillon::match {
namespace {

/// "network:handle" is two columns, unless one is called so.
std::optional<BoundColumn> find(const Table& table, const std::string& name, const std::string& part) {
    if (const auto index = table.column(name)) return BoundColumn{*index, {}, part};
    const auto colon = name.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const auto first = table.column(name.substr(0, colon)), second = table.column(name.substr(colon + 1));
    if (!first || !second) return std::nullopt;
    return BoundColumn{*first, second, part};
}

std::optional<BoundColumn> find(const Table& table, const ColumnRef& ref, const std::string& part) {
    for (const auto& name : ref.names) {
        if (auto found = find(table, name, part)) return found;
    }
    return std::nullopt;
}

Fault missing(const Table& table, const FieldModel& field, const ColumnRef& ref) {
    const auto& name = ref.names.front();
    std::string what = ref.where + ": field '" + field.name + "' reads the column '" + name + "', which " +
                       table.name() + " does not have";
    if (const auto meant = did_you_mean(name, table.columns()); !meant.empty())
        what += "; did you mean '" + std::string(meant) + "'?";
    else if (table.columns().size() <= 20)
        what += "; it has " + enumerate(table.columns());
    return rejected(what + " (optional: true takes files without it)");
}

}  // namespace

Result<std::vector<BoundColumn>> bind(const Model& model, const FieldModel& field, Side side,
                                      const Table& table) {
    std::vector<BoundColumn> out;
    for (const auto& ref : field.columns[static_cast<std::size_t>(side)]) {
        if (auto column = find(table, ref, ref.part))
            out.push_back(std::move(*column));
        else if (!field.is_optional)
            return missing(table, field, ref);
    }
    for (const auto& name : field.without) {
        const auto* named = model.field(name);
        if (named == nullptr) continue;
        for (const auto& ref : named->columns[static_cast<std::size_t>(side)]) {
            if (ref.part == "within") continue;
            if (auto column = find(table, ref, "name")) out.push_back(std::move(*column));
        }
    }
    return out;
}

Result<std::size_t> id_column(const Model& model, Side side, const Table& table) {
    const auto& names = model.id_columns[static_cast<std::size_t>(side)];
    for (const auto& name : names) {
        if (const auto index = table.column(name)) return *index;
    }
    if (names.empty()) return std::size_t{0};
    std::string what =
        table.name() + " has no column '" + enumerate(names) + "', which the model takes for the ids";
    if (const auto meant = did_you_mean(names.front(), table.columns()); !meant.empty())
        what += "; did you mean '" + std::string(meant) + "'?";
    return rejected(what);
}

bool stand_the_other_way_round(const Model& model, const Table& left, const Table& right) {
    const auto found = [&](Side side, const Table& table) {
        std::size_t count = 0;
        for (const auto& field : model.fields) {
            for (const auto& ref : field.columns[static_cast<std::size_t>(side)])
                count += find(table, ref, ref.part) ? 1 : 0;
        }
        return count;
    };
    return found(Side::left, right) + found(Side::right, left) >
           found(Side::left, left) + found(Side::right, right);
}

}  // namespace maillon::match
