#include "crm.h"

#include "core/base/text.h"
#include "modules.h"

#include <algorithm>
#include <array>

namespace sandbox {
namespace {

constexpr std::array<std::string_view, 12> kReadOnly = {
    "id",      "date_entered", "date_modified", "case_number", "full_name",        "deleted",
    "_module", "_acl",         "my_favorite",   "created_by",  "modified_user_id", "following"};

bool is_read_only(std::string_view field) {
    return std::find(kReadOnly.begin(), kReadOnly.end(), field) != kReadOnly.end();
}

json::object address_entry(const std::string& address, bool is_primary) {
    return {{"email_address", address},
            {"primary_address", is_primary},
            {"reply_to_address", false},
            {"invalid_email", false},
            {"opt_out", false}};
}

/// The given list of addresses with every flag set; exactly one is primary.
json::array complete_addresses(const json::array& given) {
    json::array list;
    bool has_primary = false;
    for (const json::value& entry : given) {
        if (!entry.is_object() && !entry.is_string()) continue;
        const json::object& object =
            entry.is_object() ? entry.get_object() : address_entry(text_of(entry), false);
        json::object full = address_entry(text_of(object, "email_address"), false);
        for (const auto& [key, value] : object) full[key] = value;
        const std::string primary = text_of(full, "primary_address");
        const bool is_primary = !has_primary && (primary == "true" || primary == "1");
        full["primary_address"] = is_primary;
        has_primary = has_primary || is_primary;
        list.push_back(std::move(full));
    }
    if (!has_primary && !list.empty()) list[0].get_object()["primary_address"] = true;
    return list;
}

json::array with_primary(const Record* present, const std::string& address) {
    json::array list;
    if (!address.empty()) list.push_back(address_entry(address, true));
    const json::value* before = present == nullptr ? nullptr : present->fields.if_contains("email");
    if (before == nullptr || !before->is_array()) return list;
    for (const json::value& entry : before->get_array()) {
        const std::string other = text_of(entry.get_object(), "email_address");
        if (text_of(entry.get_object(), "primary_address") != "true" && other != address)
            list.push_back(entry);
    }
    return list;
}

}  // namespace

Crm::Crm(const maillon::Clock& clock, std::uint64_t seed) : clock_(clock), chance_(seed) {
    for (const char* module : {"Accounts", "Cases", "Contacts", "Leads", "Notes", "WebLogicHooks"})
        tables_.try_emplace(module);
}

Table* Crm::table(std::string_view module) {
    const auto found = tables_.find(module);
    return found == tables_.end() ? nullptr : &found->second;
}

const Table* Crm::table(std::string_view module) const {
    const auto found = tables_.find(module);
    return found == tables_.end() ? nullptr : &found->second;
}

json::object Crm::accepted(const std::string& module, const json::object& fields,
                           const Record* present) const {
    json::object taken;
    for (const auto& [key, value] : fields) {
        const std::string_view name(key.data(), key.size());
        if (is_read_only(name)) continue;
        if (name == "email1")
            taken["email"] = with_primary(present, text_of(value));
        else if (name == "email" && value.is_array())
            taken["email"] = complete_addresses(value.get_array());
        else if (name == "email")
            continue;  // only a list is a value for it
        else if (knows_field(module, name))
            taken[key] = value;
    }
    if (module == "Contacts" || module == "Leads") {
        json::object merged = present == nullptr ? json::object() : present->fields;
        for (const auto& [key, value] : taken) merged[key] = value;
        const std::string name = display_name(module, merged);
        taken["name"] = name;
        taken["full_name"] = name;
    }
    return taken;
}

maillon::Result<Record*> Crm::create(const std::string& module, const json::object& fields) {
    const std::string_view required = required_field(module);
    if (!required.empty() && text_of(fields, required).empty()) {
        return maillon::rejected("Missing required field " + std::string(required) + " in module: " + module);
    }
    const std::int64_t now_ms = maillon::millis(clock_.now());
    Record record{.id = chance_.uuid(),
                  .fields = accepted(module, fields, nullptr),
                  .entered_s = now_ms / 1000,
                  .modified_s = now_ms / 1000,
                  .created_ms = now_ms};
    if (module == "Cases") {
        record.fields["case_number"] = ++case_number_;
        if (!record.fields.contains("status")) record.fields["status"] = "New";
    }
    Record& made = tables_.find(module)->second.insert(std::move(record));
    if (saved_) saved_(module, made, {}, false);
    return &made;
}

void Crm::update(const std::string& module, Record& record, const json::object& fields) {
    const json::object changes = accepted(module, fields, &record);
    json::object before;
    if (saved_) {
        for (const auto& [key, value] : changes) {
            const json::value* old = record.fields.if_contains(key);
            if (old == nullptr || *old != value) before[key] = old == nullptr ? json::value("") : *old;
        }
    }
    tables_.find(module)->second.change(record, changes, maillon::millis(clock_.now()) / 1000);
    if (saved_) saved_(module, record, before, true);
}

void Crm::remove(const std::string& module, Record& record) {
    for (const auto& [link_name, ids] : std::unordered_map(record.links)) {
        const LinkKind* kind = find_link(module, link_name);
        for (const std::string& id : ids) unlink(*kind, record, id);
    }
    tables_.find(module)->second.remove(record);
}

}  // namespace sandbox
