#include "sugar_errors.h"
#include "sugar_service.h"

namespace sandbox {

using namespace sugar_errors;

SugarService::Answer SugarService::link_call(const Call& call, const std::string& module, Record& record) {
    const auto& path = call.path;
    if (path.size() == 3) return call.is("POST") ? link_many(call, module, record) : no_such_method();
    const LinkKind* kind = find_link(module, path[3]);
    if (kind == nullptr) return error(404, "not_found", "Could not find a relationship named: " + path[3]);
    if (path.size() == 4) {
        if (call.is("GET")) return link_list(call, *kind, record);
        return call.is("POST") ? link_new(call, *kind, record) : no_such_method();
    }
    if (path.size() != 5) return no_such_path();
    const std::string& other_id = path[4];
    Record* other = crm_.table(kind->other)->find(other_id);
    if (other == nullptr) return no_such_record(other_id, std::string(kind->other));
    if (call.is("POST") || call.is("PUT"))
        crm_.link(*kind, record, other_id);
    else if (call.is("DELETE"))
        crm_.unlink(*kind, record, other_id);
    else
        return no_such_method();
    return json_answer(200, json::object{{"record", render(module, record)},
                                         {"related_record", render(std::string(kind->other), *other)}});
}

SugarService::Answer SugarService::link_many(const Call& call, const std::string& module, Record& record) {
    const auto body = parse_object(call.request.body);
    if (!body) return invalid_parameter("The request body is no JSON object");
    const std::string name = text_of(*body, "link_name");
    const json::value* ids = body->if_contains("ids");
    if (name.empty() || ids == nullptr || !ids->is_array())
        return error(422, "missing_parameter", "Missing parameter: link_name or ids");
    const LinkKind* kind = find_link(module, name);
    if (kind == nullptr) return error(404, "not_found", "Could not find a relationship named: " + name);
    json::array related;
    for (const json::value& entry : ids->get_array()) {
        const std::string id = entry.is_object() ? text_of(entry.get_object(), "id") : text_of(entry);
        const Record* other = crm_.table(kind->other)->find(id);
        if (other == nullptr) return no_such_record(id, std::string(kind->other));
        crm_.link(*kind, record, id);
        related.push_back(render(std::string(kind->other), *other));
    }
    return json_answer(
        200, json::object{{"record", render(module, record)}, {"related_records", std::move(related)}});
}

SugarService::Answer SugarService::link_list(const Call& call, const LinkKind& kind, Record& record) {
    json::array records;
    for (const Record* other : crm_.related(kind, record))
        records.push_back(render(std::string(kind.other), *other, call.parameter("fields")));
    return json_answer(200, json::object{{"next_offset", -1}, {"records", std::move(records)}});
}

SugarService::Answer SugarService::link_new(const Call& call, const LinkKind& kind, Record& record) {
    const auto body = parse_object(call.request.body);
    if (!body) return invalid_parameter("The request body is no JSON object");
    const auto made = crm_.create(std::string(kind.other), *body);
    if (!made) return error(422, "missing_parameter", made.error().what);
    crm_.link(kind, record, (*made)->id);
    return json_answer(200, json::object{{"record", render(std::string(kind.module), record)},
                                         {"related_record", render(std::string(kind.other), **made)}});
}

SugarService::Answer SugarService::link_by_sync_keys(const Call& call, const std::string& module) {
    if (!admin_) return not_authorized();
    const LinkKind* kind = find_link(module, call.path[3]);
    if (kind == nullptr)
        return error(404, "not_found", "Could not find a relationship named: " + call.path[3]);
    const auto by_key = [this](std::string_view in, const std::string& key) -> Record* {
        const auto& found = crm_.table(in)->with("sync_key", key);
        return found.empty() ? nullptr : found.front();
    };
    Record* left = by_key(module, call.path[1]);
    if (left == nullptr)
        return invalid_parameter("Could not find record with " + call.path[1] + " in module: " + module);
    Record* right = by_key(kind->other, call.path[4]);
    if (right == nullptr)
        return invalid_parameter("Could not find record with " + call.path[4] +
                                 " in module: " + std::string(kind->other));
    crm_.link(*kind, *left, right->id);
    return json_answer(200, json::object{{"record", left->id}, {"related_record", right->id}});
}

}  // namespace sandbox
