#include "core/base/time.h"
#include "modules.h"
#include "sugar_errors.h"
#include "sugar_service.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sandbox {

using namespace sugar_errors;

namespace {

std::size_t count_in(const json::object& body, const Call& call, std::string_view name,
                     std::size_t otherwise) {
    std::string text = text_of(body, name);
    if (text.empty()) text = call.parameter(name);
    if (text == "end") return otherwise;
    std::size_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || number > 1'000'000'000) return otherwise;
        number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return text.empty() ? otherwise : number;
}

std::string text_in(const json::object& body, const Call& call, std::string_view name) {
    const json::value* value = body.if_contains(view(name));
    if (value == nullptr) return call.parameter(name);
    if (!value->is_array()) return text_of(*value);
    std::string joined;
    for (const json::value& one : value->get_array()) joined += (joined.empty() ? "" : ",") + text_of(one);
    return joined;
}

}  // namespace

SugarService::Answer SugarService::module_call(Call& call, const std::string& module) {
    const auto& path = call.path;
    if (path.size() == 1) {
        if (call.is("GET")) return list(call, module, {}, false);
        return call.is("POST") ? create(call, module) : no_such_method();
    }
    const bool is_post = call.is("POST");
    const json::object body =
        is_post ? parse_object(call.request.body).value_or(json::object()) : json::object();
    if (path[1] == "filter" && path.size() == 2) return list(call, module, body, false);
    if ((path[1] == "filter" && path.size() == 3 && path[2] == "count") ||
        (path[1] == "count" && path.size() == 2))
        return list(call, module, body, true);
    if (path[1] == "duplicateCheck" && path.size() == 2 && is_post) return duplicates(call, module);
    if (path[1] == "sync_key" && path.size() == 3) return upsert(call, module, "sync_key", path[2]);
    if (path.size() == 5 && path[2] == "link_by_sync_keys" && is_post) return link_by_sync_keys(call, module);
    if (path.size() == 4 && path[2] == "sync_key" && call.is("PUT"))
        return set_sync_key(module, path[1], path[3]);
    if (path.size() == 3 && path[2] != "link" && knows_field(module, path[1]))
        return upsert(call, module, path[1], path[2]);
    return record_call(call, module, path[1]);
}

SugarService::Answer SugarService::list(const Call& call, const std::string& module, const json::object& body,
                                        bool only_count) {
    const json::value* given = body.if_contains("filter");
    const auto tree = given != nullptr ? maillon::Result<json::value>(*given) : filter_in_query(call.query);
    if (!tree) return invalid_parameter(tree.error().what);
    const auto condition = parse_filter(*tree);
    if (!condition) return invalid_parameter(condition.error().what);
    if (only_count) {
        return json_answer(
            200, json::object{{"record_count",
                               crm_.find(module, *condition, "", 0, std::size_t{1} << 40U).records.size()}});
    }
    const std::size_t limit =
        std::clamp<std::size_t>(count_in(body, call, "max_num", 20), 1, static_cast<std::size_t>(max_num_));
    const std::size_t offset = count_in(body, call, "offset", 0);
    const auto page = crm_.find(module, *condition, text_in(body, call, "order_by"), offset, limit);
    const std::string fields = text_in(body, call, "fields");
    json::array records;
    for (const Record* record : page.records) records.push_back(render(module, *record, fields));
    json::object out;
    out["next_offset"] = page.is_more ? static_cast<std::int64_t>(offset + limit) : -1;
    out["records"] = std::move(records);
    return json_answer(200, out);
}

SugarService::Answer SugarService::create(const Call& call, const std::string& module) {
    const auto body = parse_object(call.request.body);
    if (!body) return invalid_parameter("The request body is no JSON object");
    const auto made = crm_.create(module, *body);
    if (!made) return error(422, "missing_parameter", made.error().what);
    return json_answer(200, render(module, **made, call.parameter("fields")));
}

SugarService::Answer SugarService::record_call(const Call& call, const std::string& module,
                                               const std::string& id) {
    Record* record = crm_.table(module)->find(id);
    if (record == nullptr) return no_such_record(id, module);
    if (call.path.size() > 2)
        return call.path[2] == "link" ? link_call(call, module, *record) : no_such_path();
    if (call.is("GET")) return json_answer(200, render(module, *record, call.parameter("fields")));
    if (call.is("PUT") || call.is("PATCH")) return update(call, module, *record);
    if (!call.is("DELETE")) return no_such_method();
    crm_.remove(module, *record);
    return json_answer(200, json::object{{"id", id}});
}

SugarService::Answer SugarService::update(const Call& call, const std::string& module, Record& record) {
    const auto body = parse_object(call.request.body);
    if (!body) return invalid_parameter("The request body is no JSON object");
    if (const auto seen = call.request.header("X-TIMESTAMP"); seen) {
        const auto time = maillon::parse_rfc3339(*seen);
        if (!time || maillon::millis(*time) / 1000 != record.modified_s) {
            json::object conflict{{"error", "edit_conflict"},
                                  {"error_message", "Edit conflict, please reload the record data."}};
            conflict["record"] = render(module, record);
            return json_answer(409, conflict);
        }
    }
    crm_.update(module, record, *body);
    return json_answer(200, render(module, record, call.parameter("fields")));
}

SugarService::Answer SugarService::upsert(const Call& call, const std::string& module,
                                          const std::string& field, const std::string& key) {
    if (!call.is("PATCH") && !call.is("PUT")) return no_such_method();
    if (!admin_) return not_authorized();
    auto body = parse_object(call.request.body.empty() ? "{}" : call.request.body);
    if (!body) return invalid_parameter("The request body is no JSON object");
    const auto& found = crm_.table(module)->with(field, key);
    if (!found.empty()) {
        Record& record = *found.front();
        crm_.update(module, record, *body);
        return json_answer(200, json::object{{"record", record.id}});
    }
    (*body)[field] = key;
    const auto made = crm_.create(module, *body);
    if (!made) return error(422, "missing_parameter", made.error().what);
    return json_answer(201, json::object{{"record", (*made)->id}});
}

SugarService::Answer SugarService::set_sync_key(const std::string& module, const std::string& id,
                                                const std::string& key) {
    if (!admin_) return not_authorized();
    Record* record = crm_.table(module)->find(id);
    if (record == nullptr) return no_such_record(id, module);
    crm_.update(module, *record, {{"sync_key", key}});
    return json_answer(200, json::object{{"success", true}});
}

SugarService::Answer SugarService::duplicates(const Call& call, const std::string& module) {
    const auto body = parse_object(call.request.body);
    if (!body) return invalid_parameter("The request body is no JSON object");
    Table& table = *crm_.table(module);
    const bool is_person = module == "Contacts" || module == "Leads";
    const std::string field = is_person ? "last_name" : "name";
    Table::Records found;
    if (!text_of(*body, field).empty()) found = table.with(field, text_of(*body, field));
    if (is_person && body->contains("first_name")) {
        std::erase_if(found, [&](const Record* record) {
            return text_of(record->fields, "first_name") != text_of(*body, "first_name");
        });
    }
    if (const std::string address = text_of(*body, "email1"); !address.empty()) {
        for (Record* record : table.with("email", address)) {
            if (std::find(found.begin(), found.end(), record) == found.end()) found.push_back(record);
        }
    }
    json::array records;
    for (const Record* record : found) {
        json::object one = render(module, *record);
        one["duplicate_check_rank"] = 8;
        records.push_back(std::move(one));
    }
    return json_answer(200, json::object{{"next_offset", -1}, {"records", std::move(records)}});
}

std::string SugarService::time_text(std::int64_t seconds) const {
    std::string text = maillon::to_rfc3339(maillon::from_millis((seconds + utc_offset_minutes_ * 60) * 1000));
    const std::int64_t size = std::abs(utc_offset_minutes_);
    std::array<char, 16> offset{};
    std::snprintf(offset.data(), offset.size(), "%c%02d:%02d", utc_offset_minutes_ < 0 ? '-' : '+',
                  static_cast<int>(size / 60) % 24, static_cast<int>(size % 60));
    return text.substr(0, 19) + offset.data();
}

json::object SugarService::render(const std::string& module, const Record& record,
                                  const std::string& fields) const {
    json::object out{{"id", record.id}, {"date_modified", time_text(record.modified_s)}};
    const auto put = [&](std::string_view name) {
        if (name == "date_entered")
            out["date_entered"] = time_text(record.entered_s);
        else if (name == "email1")
            out["email1"] = values_of(record, "email1").front();
        else if (name == "deleted")
            out["deleted"] = false;
        else if (name != "id" && name != "date_modified") {
            const json::value* value = record.fields.if_contains(view(name));
            if (value != nullptr)
                out[view(name)] = *value;
            else if (name == "email")
                out["email"] = json::array();
            else if (knows_field(module, name))
                out[view(name)] = "";
        }
    };
    if (fields.empty()) {
        for (const std::string_view name : fields_of(module)) put(name);
        for (const auto& [key, value] : record.fields) out[key] = value;
        for (const char* name : {"date_entered", "deleted"}) put(name);
        out["created_by"] = "1";
        out["modified_user_id"] = "1";
        out["my_favorite"] = false;
    } else {
        for (const std::string& name : split_list(fields)) put(name);
    }
    out["_acl"] = {{"fields", json::object()}};
    out["_module"] = module;
    return out;
}

}  // namespace sandbox
