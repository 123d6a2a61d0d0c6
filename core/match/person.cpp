#include "core/match/person.h"

#include "core/base/text.h"
#include "core/match/normalise/email.h"
#include "core/match/normalise/placeholder.h"

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>

namespace maillon::match {
namespace {

std::string text_at(const Json& json, std::string_view key) {
    const auto member = json.at(key);
    if (!member) return {};
    if (const auto text = member->string()) return std::string(*text);
    return member->element().is_number() ? member->dump() : std::string();
}

bool is_one_digit_or_a_row(std::string_view digits) {
    if (digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.size() < 7) return false;
    const auto tail = digits.substr(digits.size() - 7);
    const bool alike = tail.find_first_not_of(tail.front()) == std::string_view::npos;
    return alike || std::string_view("012345678901").find(digits) != std::string_view::npos;
}

}  // namespace

bool is_role_mailbox(std::string_view address) {
    auto plain = ascii_lower(address.substr(0, address.find('@')));
    std::erase_if(plain, [](char c) { return c == '-' || c == '.' || c == '_'; });
    if (plain.starts_with("noreply") || plain.starts_with("donotreply")) return true;
    // Whatever the domain is.
    const auto read = email(std::string(address.substr(0, address.find('@'))) + "@mailbox.fr");
    return read && read->is_role;
}

bool is_placeholder(std::string_view field, std::string_view value) {
    if (field == "phone") return is_one_digit_or_a_row(value);
    if (field == "email") {
        // Short ones are somebody's initials.
        const auto local = value.substr(0, value.find('@'));
        return local.size() > 3 && is_placeholder(local);
    }
    const bool is_number = value.find_first_of("123456789") != std::string_view::npos;
    return field.starts_with("handle_") ? is_placeholder(value) : !is_number && is_placeholder(value);
}

Person person_of(const Json& json, const DirectoryKeys& keys) {
    Person out{.json = json, .keys = keys.of_person(json)};
    std::erase_if(out.keys, [](const auto& key) { return is_placeholder(key.field, key.value); });
    out.network = text_at(json, "network");
    out.name = text_at(json, "name");
    out.handle = normalised("handle_", text_at(json, "handle")).value_or("");
    // Who shows their handle shows no name.
    if (!out.handle.empty() && normalised("handle_", out.name) == out.handle) out.name.clear();
    const auto add = [&](std::string network, std::string scope, std::string id) {
        store::Identity identity{std::move(network), std::move(scope), std::move(id)};
        if (identity.is_set() && std::ranges::find(out.identities, identity) == out.identities.end())
            out.identities.push_back(std::move(identity));
    };
    const bool is_mail = out.network == "email" || out.network == "mail";
    if (const auto id = normalised(is_mail ? "email" : "id_", text_at(json, "id"));
        id && !is_placeholder("id_", *id))
        add(is_mail ? "email" : out.network, text_at(json, "scope"), *id);
    for (const auto* field : {"email", "phone"}) {
        const auto value = normalised(field, text_at(json, field));
        if (value && !is_placeholder(field, *value)) add(field, {}, *value);
    }
    if (out.identities.empty() && !out.handle.empty() && !is_placeholder("handle_", out.handle))
        add(out.network, text_at(json, "scope"), '@' + out.handle);
    return out;
}

Json person_behind(const store::Identity& who) {
    boost::json::object out{{"network", who.network}};
    if (who.network == "email" || who.network == "phone")
        out[who.network] = who.id;
    else if (who.id.starts_with('@'))
        out["handle"] = who.id.substr(1);
    else
        out["id"] = who.id;
    if (!who.scope.empty()) out["scope"] = who.scope;
    return Json::from(out);
}

}  // namespace maillon::match
