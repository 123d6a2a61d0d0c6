#include "modules.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace sandbox {
namespace {

using Names = std::vector<std::string_view>;

Names with_common(Names own) {
    for (const std::string_view name : {"name", "description", "assigned_user_id", "sync_key", "team_name"})
        own.push_back(name);
    return own;
}

Names person_fields(Names own) {
    for (const std::string_view name : {"first_name",
                                        "last_name",
                                        "salutation",
                                        "title",
                                        "department",
                                        "email",
                                        "phone_mobile",
                                        "phone_work",
                                        "phone_home",
                                        "primary_address_street",
                                        "primary_address_city",
                                        "primary_address_state",
                                        "primary_address_postalcode",
                                        "primary_address_country",
                                        "do_not_call",
                                        "facebook",
                                        "twitter",
                                        "googleplus",
                                        "linkedin",
                                        "lead_source",
                                        "account_id",
                                        "account_name"}) {
        own.push_back(name);
    }
    return with_common(std::move(own));
}

const std::unordered_map<std::string_view, Names>& all_modules() {
    static const std::unordered_map<std::string_view, Names> kModules = {
        {"Contacts", person_fields({})},
        {"Leads", person_fields({"status", "converted", "contact_id"})},
        {"Accounts", with_common({"website", "phone_office", "billing_address_street", "billing_address_city",
                                  "billing_address_postalcode", "billing_address_country", "industry",
                                  "account_type", "email", "twitter", "facebook"})},
        {"Cases",
         with_common({"case_number", "status", "priority", "type", "resolution", "account_id", "account_name",
                      "source", "primary_contact_id", "follow_up_datetime", "work_log"})},
        {"Notes", with_common({"filename", "parent_type", "parent_id", "contact_id", "portal_flag"})},
        {"WebLogicHooks", with_common({"url", "request_method", "trigger_event", "webhook_target_module"})}};
    return kModules;
}

}  // namespace

std::span<const std::string_view> fields_of(std::string_view module) {
    const auto found = all_modules().find(module);
    return found == all_modules().end() ? std::span<const std::string_view>()
                                        : std::span<const std::string_view>(found->second);
}

bool knows_field(std::string_view module, std::string_view field) {
    if (field.ends_with("_c")) return true;
    const auto fields = fields_of(module);
    return std::find(fields.begin(), fields.end(), field) != fields.end();
}

std::string_view required_field(std::string_view module) {
    if (module == "Contacts" || module == "Leads") return "last_name";
    if (module == "Accounts" || module == "Cases") return "name";
    if (module == "WebLogicHooks") return "url";
    return "";
}

std::string_view bean_of(std::string_view module) {
    return module.ends_with('s') ? module.substr(0, module.size() - 1) : module;
}

std::string display_name(std::string_view module, const json::object& fields) {
    if (module != "Contacts" && module != "Leads") return text_of(fields, "name");
    const std::string first = text_of(fields, "first_name");
    const std::string last = text_of(fields, "last_name");
    return first.empty() || last.empty() ? first + last : first + " " + last;
}

}  // namespace sandbox
