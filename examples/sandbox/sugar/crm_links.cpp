#include "crm.h"

#include <algorithm>
#include <array>

namespace sandbox {
namespace {

using Shape = LinkKind::Shape;

constexpr std::array<LinkKind, 18> kLinks = {{
    {"Contacts", "cases", "Cases", "contacts", Shape::many, ""},
    {"Cases", "contacts", "Contacts", "cases", Shape::many, ""},
    {"Contacts", "accounts", "Accounts", "contacts", Shape::parent, "account_id"},
    {"Accounts", "contacts", "Contacts", "accounts", Shape::children, "account_id"},
    {"Cases", "accounts", "Accounts", "cases", Shape::parent, "account_id"},
    {"Accounts", "cases", "Cases", "accounts", Shape::children, "account_id"},
    {"Leads", "accounts", "Accounts", "leads", Shape::parent, "account_id"},
    {"Accounts", "leads", "Leads", "accounts", Shape::children, "account_id"},
    {"Leads", "contacts", "Contacts", "leads", Shape::parent, "contact_id"},
    {"Contacts", "leads", "Leads", "contacts", Shape::children, "contact_id"},
    {"Notes", "contact", "Contacts", "notes", Shape::parent, "contact_id"},
    {"Contacts", "notes", "Notes", "contact", Shape::children, "contact_id"},
    {"Notes", "cases", "Cases", "notes", Shape::parent, "parent_id", "parent_type"},
    {"Cases", "notes", "Notes", "cases", Shape::children, "parent_id", "parent_type"},
    {"Notes", "accounts", "Accounts", "notes", Shape::parent, "parent_id", "parent_type"},
    {"Accounts", "notes", "Notes", "accounts", Shape::children, "parent_id", "parent_type"},
    {"Notes", "leads", "Leads", "notes", Shape::parent, "parent_id", "parent_type"},
    {"Leads", "notes", "Notes", "leads", Shape::children, "parent_id", "parent_type"},
}};

void add_once(std::vector<std::string>& ids, const std::string& id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

}  // namespace

const LinkKind* find_link(std::string_view module, std::string_view link) {
    const auto found = std::find_if(kLinks.begin(), kLinks.end(), [&](const LinkKind& kind) {
        return kind.module == module && kind.link == link;
    });
    return found == kLinks.end() ? nullptr : &*found;
}

bool Crm::link(const LinkKind& kind, Record& record, const std::string& other_id) {
    Record* other = table(kind.other)->find(other_id);
    if (other == nullptr) return false;
    if (kind.shape == Shape::many) {
        add_once(record.links[std::string(kind.link)], other->id);
        add_once(other->links[std::string(kind.back)], record.id);
        return true;
    }
    const bool mine = kind.shape == Shape::parent;
    json::object change{{view(kind.field), mine ? other->id : record.id}};
    if (!kind.type_field.empty()) change[view(kind.type_field)] = view(mine ? kind.other : kind.module);
    mine ? update(std::string(kind.module), record, change) : update(std::string(kind.other), *other, change);
    return true;
}

bool Crm::unlink(const LinkKind& kind, Record& record, const std::string& other_id) {
    Record* other = table(kind.other)->find(other_id);
    if (other == nullptr) return false;
    if (kind.shape == Shape::many) {
        const auto gone = std::erase(record.links[std::string(kind.link)], std::string(other->id));
        std::erase(other->links[std::string(kind.back)], std::string(record.id));
        return gone > 0;
    }
    const bool mine = kind.shape == Shape::parent;
    Record& holder = mine ? record : *other;
    const std::string& held = mine ? other->id : record.id;
    if (text_of(holder.fields, kind.field) != held) return false;
    json::object change{{view(kind.field), ""}};
    if (!kind.type_field.empty()) change[view(kind.type_field)] = "";
    update(std::string(mine ? kind.module : kind.other), holder, change);
    return true;
}

Table::Records Crm::related(const LinkKind& kind, const Record& record) {
    Table& others = *table(kind.other);
    Table::Records found;
    if (kind.shape == Shape::many) {
        const auto ids = record.links.find(std::string(kind.link));
        if (ids == record.links.end()) return found;
        for (const std::string& id : ids->second) found.push_back(others.find(id));
    } else if (kind.shape == Shape::children) {
        for (Record* other : others.with(std::string(kind.field), record.id)) {
            if (kind.type_field.empty() || text_of(other->fields, kind.type_field) == kind.module)
                found.push_back(other);
        }
    } else {
        const bool fits = kind.type_field.empty() || text_of(record.fields, kind.type_field) == kind.other;
        Record* other = fits ? others.find(text_of(record.fields, kind.field)) : nullptr;
        if (other != nullptr) found.push_back(other);
    }
    return found;
}

LinkedValues Crm::linked_values(const std::string& module) {
    return [this, module](const Record& record, std::string_view link_name, std::string_view field) {
        std::vector<std::string> values;
        if (const LinkKind* kind = find_link(module, link_name); kind != nullptr) {
            for (const Record* other : related(*kind, record)) {
                for (std::string& value : values_of(*other, field)) values.push_back(std::move(value));
            }
        }
        if (values.empty()) values.emplace_back();
        return values;
    };
}

LinkedRecords Crm::linked_records(const std::string& module) {
    return [this, module](std::string_view link_name, const std::string& id) {
        const LinkKind* kind = find_link(module, link_name);
        const LinkKind* back = kind == nullptr ? nullptr : find_link(kind->other, kind->back);
        const Record* other = back == nullptr ? nullptr : table(back->module)->find(id);
        return other == nullptr ? Table::Records() : related(*back, *other);
    };
}

}  // namespace sandbox
