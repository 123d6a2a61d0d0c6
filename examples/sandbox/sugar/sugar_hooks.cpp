#include "modules.h"
#include "sugar_service.h"

namespace sandbox {

void SugarService::saved(const std::string& module, const Record& record, const json::object& before,
                         bool is_update) {
    if (!logic_hooks_ || !send_hook_ || module == "WebLogicHooks") return;
    for (const Record* hook : crm_.table("WebLogicHooks")->with("webhook_target_module", module)) {
        if (text_of(hook->fields, "trigger_event") != "after_save") continue;
        send_hook_(text_of(hook->fields, "url"),
                   json::serialize(hook_body(module, record, before, is_update)));
    }
}

int SugarService::fire_hooks(const std::string& module, const std::string& id) {
    Table* table = crm_.table(module);
    const Record* record = table == nullptr ? nullptr : table->find(id);
    if (record == nullptr || !send_hook_) return 0;
    const auto& hooks = crm_.table("WebLogicHooks")->with("webhook_target_module", module);
    for (const Record* hook : hooks) {
        send_hook_(text_of(hook->fields, "url"), json::serialize(hook_body(module, *record, {}, true)));
    }
    return static_cast<int>(hooks.size());
}

json::object SugarService::hook_body(const std::string& module, const Record& record,
                                     const json::object& before, bool is_update) const {
    json::array changes;
    for (const auto& [field, old] : before) {
        json::value now = record.fields.contains(field) ? record.fields.at(field) : json::value("");
        changes.push_back(
            {{"field_name", field}, {"data_type", "varchar"}, {"before", old}, {"after", std::move(now)}});
    }
    json::object body{
        {"isUpdate", is_update}, {"dataChanges", std::move(changes)}, {"bean", view(bean_of(module))}};
    body["data"] = render(module, record);
    return body;
}

}  // namespace sandbox
