#include "records.h"

namespace maillon::sugarcrm {
namespace {

/// The address that is marked as primary, else the first.
std::string primary_address(const json::array& list) {
    std::string first;
    for (const auto& entry : list) {
        const auto* address = entry.if_object();
        if (!address) continue;
        auto text = text_of(*address, "email_address");
        if (text.empty()) continue;
        if (is_true(*address, "primary_address")) return text;
        if (first.empty()) first = std::move(text);
    }
    return first;
}

const json::array* list_in(const json::object& record, std::string_view name) {
    const auto* value = record.if_contains(name);
    return value ? value->if_array() : nullptr;
}

/// The list with `primary` in front; an entry that is there already keeps its other marks.
json::array emails_with(const json::array* present, const std::string& primary) {
    json::array out{json::object{{"email_address", primary}, {"primary_address", true}}};
    if (!present) return out;
    for (const auto& entry : *present) {
        const auto* address = entry.if_object();
        if (!address) continue;
        const bool is_primary = sdk1::detail::same_name(text_of(*address, "email_address"), primary);
        auto kept = *address;
        kept["primary_address"] = is_primary;
        if (is_primary)
            out.front() = std::move(kept);
        else
            out.push_back(std::move(kept));
    }
    return out;
}

std::string plain(const json::value& value) {
    if (value.is_string()) return std::string(value.as_string());
    if (value.is_bool()) return value.as_bool() ? "1" : "0";
    return json::serialize(value);
}

bool same(std::string_view name, const json::value& a, const json::value& b) {
    if (a == b) return true;
    if (name == "email1" && a.is_string() && b.is_string())
        return b.as_string().empty() || sdk1::detail::same_name(a.as_string(), b.as_string());
    const bool structured = a.is_structured() || b.is_structured();
    const bool missing = a.is_null() || b.is_null();
    if (structured || missing) return false;
    return plain(a) == plain(b);
}

json::value condition(const json::value& value) {
    if (value.is_object()) return value;
    if (value.is_array()) return json::object{{"$in", value}};
    if (value.is_null()) return json::object{{"$is_null", ""}};
    return json::object{{"$equals", value}};
}

}  // namespace

std::string text_of(const json::object& record, std::string_view name) {
    const auto* value = record.if_contains(name);
    if (!value || value->is_null() || value->is_structured()) return {};
    return value->is_bool() ? (value->as_bool() ? "true" : "false") : plain(*value);
}

bool is_true(const json::object& record, std::string_view name) {
    const auto* value = record.if_contains(name);
    return value && !value->is_structured() && plain(*value) == "1";
}

json::object shaped(json::value record) {
    json::object out = record.is_object() ? std::move(record.as_object()) : json::object();
    out.erase("_acl");
    const auto* emails = list_in(out, "email");
    if (emails && text_of(out, "email1").empty()) out["email1"] = primary_address(*emails);
    if (const auto* number = out.if_contains("case_number"); number && !out.contains("number"))
        out["number"] = json::value(*number);
    return out;
}

json::object for_sugar(const json::object& fields, const json::object& present) {
    json::object out = fields;
    if (!fields.contains("email1") || fields.contains("email")) return out;
    out.erase("email1");
    const auto primary = text_of(fields, "email1");
    if (!primary.empty()) out["email"] = emails_with(list_in(present, "email"), primary);
    return out;
}

bool holds(const json::object& record, const json::object& fields) {
    for (const auto& [name, wanted] : fields) {
        const auto* there = record.if_contains(name);
        if (!there || !same(name, *there, wanted)) return false;
    }
    return true;
}

json::array filter_of(const json::value& filter) {
    if (filter.is_array()) return filter.as_array();
    json::array out;
    if (!filter.is_object()) return out;
    for (const auto& [name, value] : filter.as_object()) {
        const bool is_operator = name.starts_with('$');
        const auto field = name == "email1" ? json::string_view("email_addresses.email_address") : name;
        out.push_back(json::object{{field, is_operator ? value : condition(value)}});
    }
    return out;
}

std::optional<json::array> records_in(json::value body) {
    auto* records = body.is_object() ? body.as_object().if_contains("records") : nullptr;
    return records && records->is_array() ? std::optional(std::move(records->as_array())) : std::nullopt;
}

std::int64_t next_offset_in(const json::value& body) {
    const auto* next = body.is_object() ? body.as_object().if_contains("next_offset") : nullptr;
    return next && next->is_int64() ? next->as_int64() : -1;
}

}  // namespace maillon::sugarcrm
