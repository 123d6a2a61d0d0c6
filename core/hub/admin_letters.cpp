#include "core/hub/admin_letters.h"

#include "core/base/time.h"
#include "core/event/difference.h"
#include "core/hub/admin_views.h"
#include "core/hub/kept_words.h"
#include "core/hub/letter_query.h"
#include "core/hub/older_plan.h"
#include "core/route/replaying.h"
#include "core/store/state.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::hub {
namespace {

namespace json = boost::json;

constexpr std::size_t kLookAt = 2'000;
constexpr std::size_t kMostTries = 100;

json::object try_json(const store::DeadLetterRow& row) {
    json::object out{{"letter", row.id.value()}, {"run", row.run.value()},    {"failed", to_rfc3339(row.at)},
                     {"step", row.step},         {"kind", name_of(row.kind)}, {"reason", row.reason},
                     {"attempts", row.attempts}};
    if (row.closed && row.state == store::LetterState::replayed)
        out["replayed"] = json::object{{"at", to_rfc3339(*row.closed)},
                                       {"by", row.who},
                                       {"note", row.note},
                                       {"run", row.run_again.value()}};
    return out;
}

json::array differences_json(const json::value& was, const json::value& now) {
    json::array out;
    for (auto& one : differences(was, now)) {
        json::object told{{"path", one.path}};
        if (one.was) told["was"] = std::move(*one.was);
        if (one.now) told["now"] = std::move(*one.now);
        out.push_back(std::move(told));
    }
    return out;
}

}  // namespace

Result<json::object> AdminLetters::list(const AdminQuery& query) {
    const auto asked = LetterQuery::parse(query.values, parts_.clock.now());
    if (!asked) return asked.error();
    const DeadLetterId after{number(query.value("after")).value_or(0)};
    auto page = asked->page(parts_.database, parts_.journal, after, kLookAt, query.limit());
    if (!page) return page.error();
    json::array out;
    for (const auto& row : page->fit) out.push_back(view_of(row));
    return json::object{{"dead_letters", std::move(out)},
                        {"reached", page->reached.value()},
                        {"is_last", page->is_last},
                        {"unclear", page->unclear},
                        {"problem", page->problem}};
}

Result<json::object> AdminLetters::show(DeadLetterId id) {
    json::object out;
    auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        const auto row = store::DeadLetters::by_id(reader, id);
        if (!row) return row.error();
        if (!*row) return not_found("there is no dead letter " + std::to_string(id.value()));
        out = view_of(**row);
        out["where"] = place_of(reader, **row);
        out["values"] = route::Frame::values_of((*row)->frame);
        auto found = parts_.journal.by_seq((*row)->event);
        if (!found) return found.error();
        if (*found) out["cause"] = view_of(**found, true);
        auto arguments = arguments_of(reader, **row);
        if (!arguments) return arguments.error();
        if (!arguments->empty()) out["arguments"] = parsed(*arguments);
        auto tried = tries(reader, **row);
        if (!tried) return tried.error();
        out["tries"] = std::move(*tried);
        auto edited = edits(reader, **row, out);
        if (!edited) return edited.error();
        out["edits"] = std::move(*edited);
        return {};
    });
    if (!done) return done.error();
    return out;
}

Result<json::array> AdminLetters::tries(db::Session& session, const store::DeadLetterRow& row) {
    const auto before = store::DeadLetters::before(session, row, kMostTries);
    if (!before) return before.error();
    json::array out;
    for (const auto& one : *before) out.push_back(try_json(one));
    out.push_back(try_json(row));
    return out;
}

Result<std::string> AdminLetters::arguments_of(db::Session& session, const store::DeadLetterRow& row) {
    const auto calls = store::Calls::of_run(session, row.run);
    if (!calls) return calls.error();
    const auto call = std::ranges::find(*calls, row.step, &store::CallRow::step);
    if (call != calls->end()) return call->args;
    const auto steps = store::Steps::of_run(session, row.run);
    if (!steps) return steps.error();
    for (const auto& step : *steps) {
        if (step.step == row.step && step.status == store::StepStatus::failed) return step.inputs;
    }
    return std::string();
}

Result<json::array> AdminLetters::edits(db::Session& session, const store::DeadLetterRow& row,
                                        json::object& now) {
    json::array out;
    // What was edited before an earlier replay counts on.
    if (const auto again = route::Frame::again_of(row.frame)) {
        if (again->body) now["edited_event"] = again->body->to_boost();
        if (const auto* arguments = again->edited(row.step)) now["edited_arguments"] = parsed(*arguments);
    }
    const auto all = store::DeadLetters::edits(session, row.id);
    if (!all) return all.error();
    for (const auto& edit : *all) {
        const bool is_event = edit.what == store::LetterEdit::What::event;
        const auto* cause = now.if_contains("cause");
        const auto* arguments = now.if_contains("arguments");
        json::value was;
        if (is_event && cause) was = cause->at("event");
        if (!is_event && arguments) was = *arguments;
        auto value = parsed(edit.value);
        out.push_back(json::object{{"what", is_event ? "event" : "arguments"},
                                   {"by", edit.who},
                                   {"at", to_rfc3339(edit.at)},
                                   {"note", edit.note},
                                   {"differences", differences_json(was, value)}});
        now[is_event ? "edited_event" : "edited_arguments"] = std::move(value);
    }
    return out;
}

std::string AdminLetters::place_of(db::Session& session, const store::DeadLetterRow& row) {
    auto text = parts_.prepared.config.text;
    if (row.config_hash != parts_.prepared.config.hash) {
        auto stored = store::Configs::get(session, row.config_hash);
        if (!stored || !*stored) return {};
        text = std::move((*stored)->text);
    }
    const auto older = older_configuration(parts_.prepared, text);
    if (!older) return {};
    const auto route = older->plan->routes.find(row.route);
    if (route == older->plan->routes.end()) return {};
    if (row.step == "when") return older->sources->where(route->second->when_place);
    const auto step = route->second->step_at(route::path_of_step(row.step));
    return step ? older->sources->where(route->second->steps[*step].place) : std::string();
}

Result<json::object> AdminLetters::act(DeadLetterId id, const std::string& word,
                                       const json::object& arguments) {
    if (word == "replay") return replay(id, arguments);
    if (word == "drop") return drop(id, arguments);
    if (word == "edit") return edit(id, arguments);
    return not_found("no such path");
}

Result<json::object> AdminLetters::replay(DeadLetterId id, const json::object& arguments) {
    if (!parts_.engine) return rejected("a replay needs the running hub; start it first");
    const store::ReplayRow asked{.who = text_in(arguments, "by"), .note = text_in(arguments, "note")};
    std::vector<route::Run> runs;
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        auto run = route::replay(unit, {parts_.journal, *parts_.prepared.plan, parts_.clock}, id, asked);
        if (!run) return run.error();
        runs.push_back(std::move(*run));
        return {};
    });
    if (!done) return done.error();
    const auto run = runs.front().id;
    parts_.engine->take_in(std::move(runs));
    return json::object{{"replayed", id.value()}, {"run", run.value()}};
}

namespace {

/// A Fault unless there is a dead letter of that number which nobody has closed yet.
Result<store::DeadLetterRow> open_letter(db::Session& session, DeadLetterId id) {
    auto row = store::DeadLetters::by_id(session, id);
    if (!row) return row.error();
    if (!*row) return not_found("there is no dead letter " + std::to_string(id.value()));
    if ((*row)->state == store::LetterState::open) return std::move(**row);
    return Fault{FaultKind::conflict, "dead letter " + std::to_string(id.value()) + " is no longer open", {}};
}

}  // namespace

Result<json::object> AdminLetters::drop(DeadLetterId id, const json::object& arguments) {
    const auto reason = text_in(arguments, "reason");
    if (reason.empty()) return rejected("say why: a dead letter is dropped with a reason");
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        if (auto open = open_letter(unit, id); !open) return open.error();
        return store::DeadLetters::close(
            unit, id,
            {store::LetterState::dropped, reason, text_in(arguments, "by"), parts_.clock.now(), {}});
    });
    if (!done) return done.error();
    return json::object{{"dropped", id.value()}};
}

Result<json::object> AdminLetters::edit(DeadLetterId id, const json::object& arguments) {
    const auto* event = arguments.if_contains("event");
    const auto* call = arguments.if_contains("arguments");
    if (!event == !call) return rejected("give either 'event' or 'arguments', as a whole");
    auto row = parts_.database.read([&](db::Reader& reader) { return open_letter(reader, id); });
    if (!row) return row.error();
    auto good = event ? check_event(*row, *event) : check_arguments(*row, *call);
    if (!good) return good.error();
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        if (auto open = open_letter(unit, id); !open) return open.error();
        using What = store::LetterEdit::What;
        return store::DeadLetters::edit(
            unit, {id, event ? What::event : What::arguments, json::serialize(event ? *event : *call),
                   text_in(arguments, "by"), text_in(arguments, "note"), parts_.clock.now()});
    });
    if (!done) return done.error();
    return show(id);
}

}  // namespace maillon::hub
