#include "core/base/time.h"
#include "core/match/person.h"
#include "core/route/linking.h"
#include "core/route/talk.h"
#include "core/store/books.h"
#include "core/store/directory.h"

#include <boost/json/array.hpp>

namespace maillon::route {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostTalks = 100;

json::object view_of(const store::Identity& who) {
    return {{"network", who.network}, {"scope", who.scope}, {"id", who.id}, {"text", who.text()}};
}

/// The conversations that the identity took part in, or that its question came from; the newest first.
Result<json::array> talks_of(db::Session& session, const store::Identity& who) {
    json::array out;
    const auto rows =
        store::Conversations::by_ref(session, "", {std::string(kIdentityRef), who.text()}, kMostTalks);
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        auto talk = talk_value(session, row, false);
        if (!talk) return talk.error();
        out.push_back(talk->to_boost());
    }
    return out;
}

/// As seen last. A question about a value that many have, or that has moved, is about the value.
Json person_in(const store::Review& review) {
    using Kind = store::ReviewKind;
    const bool is_about_them = review.kind == Kind::unsure || review.kind == Kind::full;
    const auto seen = is_about_them ? Json::parse(review.person) : Result<Json>(Json());
    return seen && seen->element().is_object() ? *seen : match::person_behind(review.identity);
}

}  // namespace

Result<> Linking::tell(std::string_view type, const store::LinkEvent& link, bool is_replay,
                       const store::Review* asked) {
    const auto record = store::Directory::get(parts_.unit, link.directory, link.record);
    if (!record) return record.error();
    const auto data = *record ? Json::parse((*record)->data) : Result<Json>(Json());
    json::object body{{"directory", link.directory},
                      {"by", link.decided_by},
                      {"rule", link.rule},
                      {"note", link.note},
                      {"at", to_rfc3339(parts_.now)}};
    if (!link.record.empty()) {
        body["id"] = link.record;
        body["record"] = data && data->element().is_object() ? data->to_boost() : json::object();
    }
    if (!link.other.empty()) body["other"] = link.other;
    if (link.identity.is_set()) {
        body["identity"] = view_of(link.identity);
        body["person"] = (asked ? person_in(*asked) : match::person_behind(link.identity)).to_boost();
        body["probability"] = link.probability;
        auto talks = talks_of(parts_.unit, link.identity);
        if (!talks) return talks.error();
        body["conversations"] = std::move(*talks);
    }
    const auto thing =
        asked ? "review/" + std::to_string(asked->id.value()) : "link/" + std::to_string(link.id.value());
    const Event event{{},
                      {.id = thing + '/' + std::string(type),
                       .source = "/hub",
                       .connector = "hub",
                       .type = std::string(type),
                       .subject = link.record,
                       .key = link.identity.is_set() ? link.identity.text() : link.record,
                       .time = parts_.now,
                       .received = parts_.now,
                       .hops = parts_.hops,
                       .replay = is_replay},
                      Json::from(body)};
    auto appended = parts_.journal.append(parts_.unit, std::span(&event, 1));
    if (!appended) return appended.error();
    has_told = true;
    return store::Books::add(parts_.unit, "hub",
                             store::EventBook{.received = 1, .doubles = appended->front().is_new ? 0 : 1});
}

}  // namespace maillon::route
