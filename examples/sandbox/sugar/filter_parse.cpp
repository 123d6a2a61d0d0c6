#include "filter.h"

#include <charconv>
#include <unordered_map>

namespace sandbox {
namespace {

using Operator = Condition::Operator;

const std::unordered_map<std::string_view, Operator>& operators() {
    static const std::unordered_map<std::string_view, Operator> kAll = {
        {"$equals", Operator::equals},
        {"$not_equals", Operator::not_equals},
        {"$in", Operator::in},
        {"$not_in", Operator::not_in},
        {"$gt", Operator::gt},
        {"$gte", Operator::gte},
        {"$lt", Operator::lt},
        {"$lte", Operator::lte},
        {"$between", Operator::between},
        {"$dateBetween", Operator::between},
        {"$starts", Operator::starts},
        {"$ends", Operator::ends},
        {"$contains", Operator::contains},
        {"$not_contains", Operator::not_contains},
        {"$is_null", Operator::is_empty},
        {"$empty", Operator::is_empty},
        {"$not_null", Operator::not_empty},
        {"$not_empty", Operator::not_empty}};
    return kAll;
}

maillon::Result<Condition> parse_element(const json::value& element);

maillon::Result<Condition> parse_group(Condition::Kind kind, const json::value& list) {
    if (!list.is_array()) return maillon::rejected("$and and $or need an array");
    Condition group{.kind = kind};
    for (const json::value& element : list.get_array()) {
        auto part = parse_element(element);
        if (!part) return part.error();
        group.parts.push_back(std::move(*part));
    }
    return group;
}

std::vector<std::string> values_in(const json::value& value) {
    if (!value.is_array()) return {text_of(value)};
    std::vector<std::string> values;
    for (const json::value& one : value.get_array()) values.push_back(text_of(one));
    return values;
}

maillon::Result<Condition> parse_field(std::string_view field, const json::value& value) {
    Condition all{.kind = Condition::Kind::all};
    if (!value.is_object()) {
        const Operator op = value.is_array() ? Operator::in : Operator::equals;
        return Condition{.kind = Condition::Kind::compare,
                         .field = std::string(field),
                         .op = op,
                         .values = values_in(value)};
    }
    for (const auto& [name, operand] : value.get_object()) {
        const auto found = operators().find(view_of(json::string(name)));
        if (found == operators().end())
            return maillon::rejected("Operator '" + std::string(name) + "' is not known");
        if (found->second == Operator::between && values_in(operand).size() != 2)
            return maillon::rejected("$between needs two values");
        all.parts.push_back({.kind = Condition::Kind::compare,
                             .field = std::string(field),
                             .op = found->second,
                             .values = values_in(operand)});
    }
    if (all.parts.size() == 1) return std::move(all.parts.front());
    return all;
}

maillon::Result<Condition> parse_element(const json::value& element) {
    if (!element.is_object()) return maillon::rejected("a filter's elements must be objects");
    Condition all{.kind = Condition::Kind::all};
    for (const auto& [key, value] : element.get_object()) {
        auto part = key == "$and"  ? parse_group(Condition::Kind::all, value)
                    : key == "$or" ? parse_group(Condition::Kind::any, value)
                                   : parse_field({key.data(), key.size()}, value);
        if (!part) return part.error();
        all.parts.push_back(std::move(*part));
    }
    if (all.parts.size() == 1) return std::move(all.parts.front());
    return all;
}

/// "filter[0][a][$in][1]" as {"0", "a", "$in", "1"}; empty when the brackets are broken.
std::vector<std::string> keys_in(std::string_view name) {
    std::vector<std::string> keys;
    name.remove_prefix(std::string_view("filter").size());
    while (name.starts_with('[')) {
        const auto end = name.find(']');
        if (end == std::string_view::npos) return {};
        keys.emplace_back(name.substr(1, end - 1));
        name.remove_prefix(end + 1);
    }
    return name.empty() ? keys : std::vector<std::string>();
}

/// Puts a value at its place; objects with the keys 0, 1, 2 … become arrays later.
void put(json::value& at, const std::vector<std::string>& keys, const std::string& text) {
    json::value* place = &at;
    for (const std::string& key : keys) {
        if (!place->is_object()) *place = json::object();
        json::object& object = place->get_object();
        place = &object[key.empty() ? std::to_string(object.size()) : key];
    }
    *place = json::string(text);
}

json::value arrays_from(const json::value& value) {
    if (!value.is_object()) return value;
    const json::object& object = value.get_object();
    bool is_list = !object.empty();
    for (const auto& [key, inner] : object)
        is_list = is_list && key.find_first_not_of("0123456789") == json::string_view::npos;
    if (is_list) {
        json::array list;
        for (const auto& [key, inner] : object) list.push_back(arrays_from(inner));
        return list;
    }
    json::object out;
    for (const auto& [key, inner] : object) out[key] = arrays_from(inner);
    return out;
}

}  // namespace

maillon::Result<Condition> parse_filter(const json::value& filter) {
    if (filter.is_null()) return Condition{};
    if (filter.is_object()) return parse_element(filter);
    return parse_group(Condition::Kind::all, filter);
}

maillon::Result<json::value> filter_in_query(const maillon::QueryParameters& query) {
    json::value tree = json::object();
    for (const auto& [name, value] : query) {
        if (name == "filter") {
            boost::system::error_code failure;
            json::value parsed = json::parse(value, failure);
            if (failure) return maillon::rejected("filter is no JSON");
            return parsed;
        }
        if (!name.starts_with("filter[")) continue;
        const auto keys = keys_in(name);
        if (keys.empty()) return maillon::rejected("'" + name + "' cannot be read");
        put(tree, keys, value);
    }
    json::value list = arrays_from(tree);
    if (list.is_object() && list.get_object().empty()) return json::value(json::array());
    return list;
}

}  // namespace sandbox
