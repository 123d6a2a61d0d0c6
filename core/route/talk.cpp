#include "core/route/talk.h"

#include "core/base/time.h"

namespace maillon::route {

namespace json = boost::json;

Result<Json> talk_value(db::Session& session, const store::ConversationRow& row, bool created) {
    auto refs = store::Conversations::refs(session, row.id);
    if (!refs) return refs.error();
    json::object tied;
    for (const auto& ref : *refs) {
        if (ref.kind == kIdentityRef) continue;
        auto& values = tied[ref.kind];
        if (values.is_null()) values.emplace_array();
        values.as_array().emplace_back(json::string(ref.value));
    }
    return Json::from(json::object{{"kind", "conversation"},
                                   {"row", row.id.value()},
                                   {"id", row.name + '-' + std::to_string(row.id.value())},
                                   {"name", row.name},
                                   {"channel", row.instance},
                                   {"thread", row.thread},
                                   {"created", created},
                                   {"opened", to_rfc3339(row.opened)},
                                   {"answered", row.first_answer.has_value()},
                                   {"closed", row.closed.has_value()},
                                   {"first_message", row.first_message_id},
                                   {"last_message", row.last_message_id},
                                   {"tied", std::move(tied)}});
}

ConversationId conversation_of(const Json& value) {
    const auto row = value.at("row");
    const auto kind = value.at("kind");
    if (!row || !row->element().is_int64() || !kind || kind->string() != "conversation") return {};
    return ConversationId{row->element().get_int64().value_unsafe()};
}

}  // namespace maillon::route
