#include "core/hub/letter_query.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/hub/admin_query.h"
#include "core/route/frame.h"

#include <algorithm>
#include <iterator>

namespace maillon::hub {
namespace {

namespace json = boost::json;

Result<> read_state(const std::string& text, store::DeadLetterFilter& filter) {
    const auto& states = db::kWords<store::LetterState>;
    if (text == "all") {
        filter.state.reset();
    } else if (!text.empty()) {
        const auto found = std::ranges::find(states, text);
        if (found == std::end(states)) return rejected("state: open, replayed, dropped or all");
        filter.state = static_cast<store::LetterState>(found - std::begin(states));
    }
    return {};
}

Result<> read_kind(const std::string& text, store::DeadLetterFilter& filter) {
    if (text.empty()) return {};
    filter.kind = fault_kind_from(text);
    if (filter.kind) return {};
    std::vector<std::string> known;
    for (int i = static_cast<int>(FaultKind::retry); i <= static_cast<int>(FaultKind::in_doubt); ++i)
        known.emplace_back(name_of(static_cast<FaultKind>(i)));
    const auto near = did_you_mean(text, known);
    return rejected(
        "kind: there is no '" + text + "'; " +
        (near.empty() ? "there are " + enumerate(known) : "did you mean '" + std::string(near) + "'?"));
}

/// The order of the slots is that of `judge`.
expression::Scope scope_of_letters() {
    expression::Scope out;
    out.declare("event").declare("meta").declare("values");
    for (const auto* text : {"reason", "route", "step", "kind", "connector", "key"})
        out.declare(text, expression::TypeKind::text);
    return out.declare("attempts", expression::TypeKind::integer);
}

}  // namespace

Result<LetterQuery> LetterQuery::parse(const std::map<std::string, std::string>& words, TimePoint now) {
    const auto word = [&](const char* name) {
        const auto found = words.find(name);
        return found == words.end() ? std::string() : found->second;
    };
    LetterQuery out;
    out.filter.route = word("route");
    out.filter.instance = word("connector");
    out.filter.key = word("key");
    if (auto done = read_state(word("state"), out.filter); !done) return done.error();
    if (auto done = read_kind(word("kind"), out.filter); !done) return done.error();
    const auto wanted = between(word("since"), word("until"), now);
    if (!wanted) return wanted.error();
    out.filter.since = wanted->since;
    out.filter.until = wanted->until;
    out.where_text_ = word("where");
    if (out.where_text_.empty()) return out;
    out.scope_ = scope_of_letters();
    auto where =
        expression::Program::compile(out.where_text_, out.scope_, {expression::TypeKind::boolean, "where"});
    if (!where) return rejected("where: " + expression::to_string(where.error().front()));
    out.where_ = std::move(*where);
    return out;
}

json::object LetterQuery::to_json() const {
    json::object out;
    const auto put = [&](std::string_view name, std::string_view text) {
        if (!text.empty()) out[name] = text;
    };
    put("route", filter.route);
    put("connector", filter.instance);
    put("key", filter.key);
    if (filter.kind) put("kind", name_of(*filter.kind));
    if (filter.since) put("since", to_rfc3339(*filter.since));
    if (filter.until) put("until", to_rfc3339(*filter.until));
    put("where", where_text_);
    return out;
}

Result<LetterQuery> LetterQuery::from_json(const json::object& from, TimePoint now) {
    std::map<std::string, std::string> words;
    for (const auto& [name, value] : from) {
        if (value.is_string()) words[std::string(name)] = std::string(value.get_string());
    }
    return parse(words, now);
}

void LetterQuery::judge(const store::DeadLetterRow& row, const Event* event, Page& page) const {
    thread_local expression::Arena arena;
    arena.reset();
    expression::Activation activation(scope_);
    const Json meta = event ? Json::from(event->meta.to_json()) : Json();
    const Json values = Json::from(route::Frame::values_of(row.frame));
    if (event) activation.set(0, expression::Value::of(event->body.element()));
    if (event) activation.set(1, expression::Value::of(meta.element()));
    activation.set(2, expression::Value::of(values.element()));
    std::size_t slot = 3;
    const auto kind = name_of(row.kind);
    for (const std::string_view text :
         {std::string_view(row.reason), std::string_view(row.route), std::string_view(row.step), kind,
          std::string_view(row.instance), std::string_view(row.key)})
        activation.set(slot++, expression::Value::text(text));
    activation.set(slot, expression::Value::integer(row.attempts));
    const auto outcome = where_->evaluate(activation, arena);
    if (outcome && outcome.value().is(expression::Kind::boolean)) {
        if (outcome.is_true()) page.fit.push_back(row);
        return;
    }
    if (page.unclear++ == 0)
        page.problem = "dead letter " + std::to_string(row.id.value()) + ": " +
                       (outcome ? "neither true nor false" : expression::to_string(outcome.problem()));
}

Result<LetterQuery::Page> LetterQuery::page(db::Database& database, Journal& journal, DeadLetterId after,
                                            std::size_t look_at, std::size_t most) const {
    auto wanted = filter;
    wanted.after = after;
    wanted.limit = where_ ? look_at : std::min(look_at, most);
    auto rows = database.read([&](db::Reader& reader) { return store::DeadLetters::list(reader, wanted); });
    if (!rows) return rows.error();
    Page out{.reached = after, .is_last = rows->size() < wanted.limit};
    if (!where_) {
        if (!rows->empty()) out.reached = rows->back().id;
        out.fit = std::move(*rows);
        return out;
    }
    for (const auto& row : *rows) {
        if (out.fit.size() == most) {
            out.is_last = false;
            break;
        }
        const auto event = journal.by_seq(row.event);
        if (!event) return event.error();
        judge(row, *event ? &**event : nullptr, out);
        out.reached = row.id;
    }
    return out;
}

}  // namespace maillon::hub
