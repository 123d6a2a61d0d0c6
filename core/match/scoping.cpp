#include "core/match/scoping.h"

#include "core/store/scopes.h"

#include <boost/json/object.hpp>

#include <algorithm>

namespace maillon::match {
namespace {

using store::Identity;
using store::Scopes;

bool may_have_a_scope(const Identity& who) {
    return who.network != "email" && who.network != "phone";
}

Person renamed(const Person& person, const Identity& to) {
    auto out = person;
    out.identities.front() = to;
    auto json = person.json.to_boost();
    if (auto* object = json.if_object()) (*object)["scope"] = to.scope;
    out.json = Json::from(json);
    return out;
}

}  // namespace

Result<bool> Scoping::may_be(const Identity& known, const std::string& connector) const {
    if (connector.empty() || connector == "hub") return true;
    const auto tellers = Scopes::tellers(session_, directory_, known);
    if (!tellers) return tellers.error();
    return tellers->empty() || std::ranges::find(*tellers, connector) != tellers->end();
}

Result<std::optional<Identity>> Scoping::with_scope(const Asked& asked) const {
    const auto scopes = Scopes::of(session_, directory_, asked.who.network, asked.who.id);
    if (!scopes) return scopes.error();
    std::vector<Identity> fitting;
    for (const auto& scope : *scopes) {
        Identity known{asked.who.network, scope, asked.who.id};
        const auto fits = may_be(known, asked.connector);
        if (!fits) return fits.error();
        if (*fits) fitting.push_back(std::move(known));
    }
    if (fitting.size() != 1) return std::optional<Identity>{};
    return std::optional(std::move(fitting.front()));
}

Result<std::optional<Identity>> Scoping::other_name(const Asked& asked) const {
    const auto& who = asked.who;
    if (!may_have_a_scope(who)) return std::optional<Identity>{};
    const Identity plain{who.network, {}, who.id};
    const auto is_kept = Scopes::has(session_, directory_, plain);
    if (!is_kept) return is_kept.error();
    if (who.scope.empty()) return *is_kept ? std::optional<Identity>{} : with_scope(asked);
    if (!*is_kept) return std::optional<Identity>{};
    const auto fits = may_be(plain, asked.connector);
    if (!fits) return fits.error();
    return *fits ? std::optional(plain) : std::optional<Identity>{};
}

Result<std::optional<Person>> under_one_name(db::Unit& unit, const std::string& directory,
                                             const Person& person, const std::string& connector) {
    const auto& who = person.identities.front();
    const auto other = Scoping(unit, directory).other_name({who, connector});
    if (!other) return other.error();
    if (!*other) return std::optional<Person>{};
    if (who.scope.empty()) return std::optional(renamed(person, **other));
    if (auto done = Scopes::move(unit, directory, **other, who); !done) return done.error();
    return std::optional(person);
}

}  // namespace maillon::match
