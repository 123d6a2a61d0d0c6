#include "core/hub/person.h"

#include "core/match/person.h"

#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>

#include <algorithm>
#include <array>

namespace maillon::hub {
namespace {

namespace json = boost::json;

/// Members of a body that stand for people, whatever else they hold. Others do when they name a network.
constexpr std::array<std::string_view, 14> kRoles{"author",   "sender", "from",    "recipient", "to",
                                                  "customer", "person", "contact", "caller",    "reviewer",
                                                  "visitor",  "buyer",  "user",    "actor"};

std::string text_at(const Json& from, std::string_view key) {
    const auto member = from.at(key);
    if (!member) return {};
    if (const auto text = member->string()) return std::string(*text);
    return member->element().is_number() ? member->dump() : std::string();
}

/// Nothing that stands for an office, or for nobody, stands for a person.
void take(Group& group, std::string field, std::string_view value) {
    auto known = match::normalised(field, value);
    if (!known || match::is_placeholder(field, *known)) return;
    if (field == "email" && match::is_role_mailbox(*known)) return;
    group.push_back({std::move(field), std::move(*known)});
}

/// The first that is told.
std::string first_of(const Json& from, std::initializer_list<std::string_view> keys) {
    for (const auto key : keys) {
        if (auto text = text_at(from, key); !text.empty()) return text;
    }
    return {};
}

std::string name_of_record(const Json& data) {
    const auto given = first_of(data, {"first_name", "firstname", "given_name", "firstName"});
    const auto family = first_of(data, {"last_name", "lastname", "family_name", "lastName"});
    if (!given.empty() && !family.empty()) return given + ' ' + family;
    return first_of(data, {"full_name", "fullname", "name"});
}

}  // namespace

std::string spoken(const Trait& identity) {
    const auto& [field, value] = identity;
    if (field.starts_with("id_")) return field.substr(3) + " account " + value;
    if (field.starts_with("handle_")) return field.substr(7) + " handle @" + value;
    if (field.starts_with("record_")) return "record " + field.substr(7) + '/' + value;
    return field + ' ' + value;
}

bool is_id(const Trait& identity) {
    return identity.field.starts_with("id_");
}

bool has_scope(const Trait& identity) {
    return is_id(identity) && identity.field.find('/') != std::string::npos;
}

Trait without_scope(const Trait& identity) {
    return {identity.field.substr(0, identity.field.find('/')), identity.value};
}

bool differ_in_scope(const Trait& one, const Trait& other) {
    return is_id(one) && one.value == other.value && one.field != other.field &&
           without_scope(one).field == without_scope(other).field;
}

void Person::learn(Trait identity) {
    if (std::ranges::find(not_followed, identity, &Shared::identity) == not_followed.end())
        identities.insert(std::move(identity));
}

std::optional<bool> Person::has_account(const Trait& id) const {
    if (identities.contains(id)) return true;
    const bool is_elsewhere = std::ranges::any_of(
        identities, [&](const Trait& one) { return has_scope(one) && differ_in_scope(one, id); });
    if (is_elsewhere && has_scope(id)) return false;
    if (is_elsewhere) return shares(id) ? std::nullopt : std::optional(true);
    if (has_scope(id) && identities.contains(without_scope(id))) return true;
    // They have another account there, so this one is somebody else's.
    const auto first = identities.lower_bound({id.field, {}});
    if (first != identities.end() && first->field == id.field) return false;
    return std::nullopt;
}

bool Person::shares(const Trait& id) const {
    return std::ranges::any_of(not_followed,
                               [&](const Shared& other) { return differ_in_scope(id, other.identity); });
}

bool Person::is(const Group& group) const {
    bool fits = false;
    for (const auto& one : group) {
        if (is_id(one) || one.field.starts_with("record_")) {
            if (const auto has = has_account(one)) return *has;
        }
        fits = fits || identities.contains(one);
    }
    return fits;
}

json::object Person::to_json() const {
    json::array known, shared;
    for (const auto& one : identities) known.push_back({json::string(one.field), json::string(one.value)});
    for (const auto& one : not_followed)
        shared.push_back(
            {json::string(one.identity.field), json::string(one.identity.value), json::string(one.why)});
    return {{"identities", std::move(known)},
            {"names", json::value_from(names)},
            {"things", json::value_from(things)},
            {"not_followed", std::move(shared)}};
}

Result<Person> Person::from_json(const std::string& text) {
    json::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return internal("whom an erasure is of cannot be read");
    const auto word = [](const json::value& from) { return std::string(from.as_string()); };
    Person out;
    const auto& from = value.as_object();
    for (const auto& one : from.at("identities").as_array())
        out.identities.insert({word(one.at(0)), word(one.at(1))});
    for (const auto& one : from.at("names").as_array()) out.names.insert(word(one));
    for (const auto& one : from.at("things").as_array()) out.things.insert(word(one));
    for (const auto& one : from.at("not_followed").as_array())
        out.not_followed.push_back({{word(one.at(0)), word(one.at(1))}, word(one.at(2))});
    return out;
}

People People::of(const Prepared& prepared) {
    People out;
    for (const auto& [name, directory] : prepared.config.directories)
        out.directories_[name] = {directory.instance, directory.module, prepared.plan->directories.at(name)};
    return out;
}

People::Told People::of_object(const Json& object, std::string_view network) {
    Told out;
    if (!object.element().is_object()) return out;
    auto named = text_at(object, "network");
    if (named.empty()) named = network;
    take(out.group, "email", text_at(object, "email"));
    take(out.group, "phone", text_at(object, "phone"));
    if (!named.empty()) {
        const bool is_mail = named == "email" || named == "mail";
        const auto scope = text_at(object, "scope");
        take(out.group, is_mail ? "email" : "id_" + named + (scope.empty() ? "" : '/' + scope),
             text_at(object, "id"));
        take(out.group, "handle_" + named, text_at(object, "handle"));
    }
    out.name = text_at(object, "name");
    return out;
}

std::vector<People::Told> People::of_event(const Event& event) const {
    std::vector<Told> out;
    const auto& body = event.body;
    if (!body.element().is_object()) return out;
    const auto keep = [&](Told told) {
        if (!told.group.empty()) out.push_back(std::move(told));
    };
    for (const auto field : simdjson::dom::object(body.element().get_object().value_unsafe())) {
        if (!field.value.is_object()) continue;
        const auto member = *body.at(field.key);
        if (std::ranges::find(kRoles, field.key) != kRoles.end())
            keep(of_object(member, event.meta.connector));
        else if (member.at("network"))
            keep(of_object(member));
    }
    // A form tells who filled it in at its top.
    Told top;
    take(top.group, "email", text_at(body, "email"));
    take(top.group, "phone", text_at(body, "phone"));
    top.name = top.group.empty() ? std::string() : name_of_record(body);
    keep(std::move(top));
    const auto module = text_at(body, "module");
    for (const auto& [name, shape] : directories_) {
        if (shape.instance != event.meta.connector || shape.module != module) continue;
        const auto record = body.at("record");
        keep(of_record(name, text_at(body, "id"), record ? *record : Json()));
    }
    return out;
}

People::Told People::of_record(const std::string& directory, const std::string& id, const Json& data) const {
    Told out;
    if (!id.empty()) out.group.push_back({"record_" + directory, id});
    const auto shape = directories_.find(directory);
    if (shape != directories_.end()) {
        for (const auto& key : shape->second.keys->of_record(data)) take(out.group, key.field, key.value);
    }
    if (shape != directories_.end()) out.name = shape->second.keys->name_of(data);
    if (out.name.empty()) out.name = name_of_record(data);
    return out;
}

}  // namespace maillon::hub
