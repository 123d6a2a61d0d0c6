#include "core/hub/admin_doubts.h"

#include "core/base/time.h"
#include "core/event/json_text.h"
#include "core/hub/admin_views.h"

namespace maillon::hub {
namespace {

namespace json = boost::json;

json::object view_of(const store::DoubtRow& row) {
    const auto arguments = Json::parse(row.args);
    return {{"id", row.id.value()},
            {"tried", row.first_tried ? json::value(to_rfc3339(*row.first_tried)) : json::value()},
            {"attempts", row.attempts},
            {"route", row.route},
            {"step", row.step},
            {"call", row.instance + '.' + row.operation},
            {"reaches_a_person", row.outbound},
            {"arguments", arguments ? arguments->to_boost() : json::value(row.args)},
            {"idempotency_key", row.idempotency_key},
            {"reason", row.detail},
            {"key", row.key},
            {"event", row.event.value()},
            {"run", row.run.value()}};
}

Result<store::Verdict> verdict_of(const std::string& word, const json::object& arguments) {
    const auto text = [&](std::string_view name) {
        const auto* found = arguments.if_contains(name);
        return found && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    store::Verdict out{.remote_id = text("id"), .by = text("by"), .note = text("note")};
    if (word == "again")
        out.kind = store::Verdict::Kind::again;
    else if (word == "failed")
        out.kind = store::Verdict::Kind::failed;
    else if (word != "done")
        return Fault{FaultKind::unsupported, "no such path", {}};
    if (out.kind != store::Verdict::Kind::done && (!out.remote_id.empty() || arguments.contains("result")))
        return rejected("'id' and 'result' are known only of a call that is done");
    if (const auto* result = arguments.if_contains("result")) {
        if (!result->is_object())
            return rejected("'result' must be an object, as the operation would give it");
        out.result = json_text(*result);
    }
    if (out.kind == store::Verdict::Kind::failed && out.note.empty())
        return rejected("say why: a call is given up with a reason");
    return out;
}

}  // namespace

Result<json::object> AdminDoubts::list(const store::DoubtFilter& filter) {
    const auto rows =
        parts_.database.read([&](db::Reader& reader) { return store::Doubts::list(reader, filter); });
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view_of(row));
    return json::object{{"in_doubt", std::move(out)}};
}

Result<json::object> AdminDoubts::show(CallId id) {
    const auto row =
        parts_.database.read([&](db::Reader& reader) { return store::Doubts::by_id(reader, id); });
    if (!row) return row.error();
    if (!*row)
        return Fault{FaultKind::unsupported, "no call " + std::to_string(id.value()) + " is in doubt", {}};
    auto out = view_of(**row);
    const auto event = parts_.journal.by_seq((*row)->event);
    if (!event) return event.error();
    if (*event) out["cause"] = hub::view_of(**event, true);
    return out;
}

Result<json::object> AdminDoubts::decide(CallId id, const std::string& word, const json::object& arguments) {
    const auto verdict = verdict_of(word, arguments);
    if (!verdict) return verdict.error();
    const auto done = hub::decide(parts_, id, *verdict);
    if (!done) return done.error();
    return json::object{{word, id.value()}};
}

}  // namespace maillon::hub
