#include "sugarcrm.h"

namespace maillon::sugarcrm {
namespace {

json::object text(std::string_view title) {
    return {{"type", "string"}, {"title", title}};
}

json::object fields(std::string_view title) {
    return {{"type", "object"}, {"title", title}, {"additionalProperties", true}};
}

json::object ids(std::string_view title, json::object item) {
    return {{"type", "array"}, {"title", title}, {"minItems", 1}, {"items", std::move(item)}};
}

/// Of one end of a link: an id, or an object with fields of the relation beside it.
json::object linked() {
    return {{"type", {"string", "object"}},
            {"properties", {{"id", text("Id of the record")}}},
            {"required", {"id"}},
            {"additionalProperties", true}};
}

/// A record; which further fields it has is the CRM's affair.
json::object record(bool is_created_known) {
    json::object properties{
        {"id", text("Id of the record")},
        {"name", text("Its name")},
        {"date_modified", text("When it was changed last: the `if_modified` of an update")},
        {"number", {{"type", {"integer", "string"}}, {"title", "Number of a case"}}},
        {"email1", text("Primary e-mail address, where the module has addresses")}};
    json::array required{"id"};
    if (is_created_known) {
        properties["created"] = json::object{{"type", "boolean"}, {"title", "This call made it"}};
        required.emplace_back("created");
    }
    return {{"type", "object"},
            {"properties", properties},
            {"required", required},
            {"additionalProperties", true}};
}

json::object listing_result() {
    return {{"type", "object"},
            {"properties",
             {{"records", {{"type", "array"}, {"items", record(false)}}}, {"count", {{"type", "integer"}}}}},
            {"required", {"records", "count"}}};
}

json::object link_result() {
    return {{"type", "object"},
            {"properties",
             {{"id", text("Id of the record")},
              {"link", text("Name of the link")},
              {"ids", {{"type", "array"}, {"items", linked()}}}}},
            {"required", {"id", "link", "ids"}}};
}

Schema module_and_id() {
    return Schema().text("module", "Module, such as Cases").text("id", "Id of the record");
}

Operation find() {
    Operation out{"find", "Find records",
                  Schema()
                      .text("module", "Module, such as Contacts")
                      .any("filter", {{"type", {"object", "array"}},
                                      {"title", "{field: value, …}, or a filter array as the CRM takes it"},
                                      {"additionalProperties", true},
                                      {"items", fields("One condition")}})
                      .optional()
                      .integer("limit", "How many at most", 20)
                      .between(1, 1000)};
    out.result = listing_result();
    out.reads = true;
    return out;
}

Operation get() {
    Operation out{"get", "Read one record", module_and_id()};
    out.result = record(false);
    out.reads = true;
    return out;
}

/// Not idempotent: before a repeat the hub asks `reconcile`, which finds the record by its key.
Operation create() {
    Operation out{"create", "Create a record",
                  Schema().text("module", "Module, such as Notes").any("fields", fields("Its fields"))};
    out.result = record(true);
    return out;
}

Operation update() {
    Operation out{"update", "Change fields of a record",
                  module_and_id()
                      .any("fields", fields("The fields that change"))
                      .text("if_modified", "Only when its date_modified is still this; empty: always", "")};
    out.result = record(false);
    out.idempotent = true;
    out.target = {"module", "id"};
    return out;
}

/// Not idempotent either: repeated while the CRM still works on the first one, it would find no record and
/// make a second.
Operation upsert() {
    Operation out{"upsert", "Find a record by its key, create it or change it",
                  Schema()
                      .text("module", "Module, such as Cases")
                      .any("key", {{"type", "object"},
                                   {"title", "Fields whose values name the one record"},
                                   {"minProperties", 1},
                                   {"additionalProperties", true}})
                      .any("create", fields("Fields that are set only when it is new"))
                      .optional()
                      .any("set", fields("Fields that are set always"))
                      .optional()};
    out.result = record(true);
    out.target = {"module", "key"};
    return out;
}

Operation link(const char* name, const char* title, json::object ids) {
    Operation out{
        name, title,
        module_and_id().text("link", "Name of the link, such as contacts").any("ids", std::move(ids))};
    out.result = link_result();
    out.idempotent = true;
    out.target = {"module", "id"};
    return out;
}

}  // namespace

Operations Sugarcrm::operations() {
    Operations all;
    all.add(find()).add(get()).add(create()).add(update()).add(upsert());
    all.add(link("link", "Link records to a record",
                 ids("Ids, or objects with an id and fields of the relation", linked())));
    all.add(link("unlink", "Take links away", ids("Ids", text("Id of the record"))));
    return all;
}

}  // namespace maillon::sugarcrm
