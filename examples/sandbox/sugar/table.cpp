#include "table.h"

#include "core/base/text.h"

#include <algorithm>

namespace sandbox {
namespace {

const Table::Records kNone;

std::vector<std::string> addresses_of(const Record& record, bool only_primary) {
    std::vector<std::string> found;
    const json::value* list = record.fields.if_contains("email");
    if (list == nullptr || !list->is_array()) return {""};
    for (const json::value& entry : list->get_array()) {
        if (!entry.is_object()) continue;
        const json::object& address = entry.get_object();
        const bool primary = text_of(address, "primary_address") == "true";
        if (!only_primary || primary) found.push_back(text_of(address, "email_address"));
    }
    if (found.empty()) found.emplace_back();
    return found;
}

}  // namespace

std::vector<std::string> values_of(const Record& record, std::string_view field) {
    if (field == "id") return {record.id};
    if (field == "email1") return addresses_of(record, true);
    if (field == "email" || field == "email_addresses.email_address") return addresses_of(record, false);
    const json::value* value = record.fields.if_contains(view(field));
    if (value == nullptr) return {""};
    if (!value->is_array()) return {text_of(*value)};
    std::vector<std::string> all;
    for (const json::value& one : value->get_array()) all.push_back(text_of(one));
    if (all.empty()) all.emplace_back();
    return all;
}

Record& Table::insert(Record record) {
    auto owned = std::make_unique<Record>(std::move(record));
    Record& kept = *owned;
    records_.emplace(kept.id, std::move(owned));
    by_time_.emplace(std::pair(kept.modified_s, std::string_view(kept.id)), &kept);
    for (auto& [field, index] : indexes_) enter(index, field, kept);
    return kept;
}

void Table::change(Record& record, const json::object& changes, std::int64_t now_s) {
    const auto touches = [&](const std::string& field) {
        return changes.contains(field) || (field.starts_with("email") && changes.contains("email"));
    };
    for (auto& [field, index] : indexes_) {
        if (touches(field)) leave(index, field, record);
    }
    for (const auto& [key, value] : changes) {
        if (value.is_null())
            record.fields.erase(key);
        else
            record.fields[key] = value;
    }
    for (auto& [field, index] : indexes_) {
        if (touches(field)) enter(index, field, record);
    }
    by_time_.erase({record.modified_s, record.id});
    record.modified_s = now_s;
    by_time_.emplace(std::pair(now_s, std::string_view(record.id)), &record);
}

void Table::remove(Record& record) {
    for (auto& [field, index] : indexes_) leave(index, field, record);
    by_time_.erase({record.modified_s, record.id});
    records_.erase(std::string(record.id));
}

Record* Table::find(std::string_view id) const {
    const auto found = records_.find(std::string(id));
    return found == records_.end() ? nullptr : found->second.get();
}

const Table::Records& Table::with(const std::string& field, std::string_view value) {
    const Index& all = index(field);
    const auto found = all.find(maillon::ascii_lower(value));
    return found == all.end() ? kNone : found->second;
}

const Table::Index& Table::index(const std::string& field) {
    auto entry = indexes_.find(field);
    if (entry == indexes_.end()) {
        entry = indexes_.emplace(field, Index()).first;
        for (auto& [time, record] : by_time_) enter(entry->second, field, *record);
    }
    return entry->second;
}

void Table::enter(Index& index, const std::string& field, Record& record) {
    for (const std::string& value : values_of(record, field)) {
        Records& bucket = index[maillon::ascii_lower(value)];
        if (bucket.empty() || bucket.back() != &record) bucket.push_back(&record);
    }
}

void Table::leave(Index& index, const std::string& field, Record& record) {
    for (const std::string& value : values_of(record, field)) {
        const auto bucket = index.find(maillon::ascii_lower(value));
        if (bucket == index.end()) continue;
        std::erase(bucket->second, &record);
        if (bucket->second.empty()) index.erase(bucket);
    }
}

}  // namespace sandbox
