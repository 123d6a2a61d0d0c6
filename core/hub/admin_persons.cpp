#include "core/hub/admin_persons.h"

#include "core/base/time.h"
#include "core/hub/eraser.h"
#include "core/hub/person_export.h"
#include "core/hub/searches.h"

#include <boost/json/parse.hpp>

namespace maillon::hub {
namespace {

namespace json = boost::json;

/// The knowledge of erased persons: the hub's, or one of our own where none runs.
class Knowledge {
public:
    explicit Knowledge(const AdminParts& parts)
        : own_secrets_(config::Secrets::of_process(parts.prepared.config.hub.secrets)),
          own_(parts.database, own_secrets_, parts.prepared.config.hub.secrets),
          erased_(parts.erased ? *parts.erased : own_),
          is_own_(!parts.erased) {}

    Result<Erased*> get() {
        if (is_own_) {
            if (auto done = own_.load(); !done) return done.error();
        }
        return &erased_;
    }

private:
    config::Secrets own_secrets_;
    Erased own_;
    Erased& erased_;
    bool is_own_;
};

bool is_true(const json::object& arguments, std::string_view name) {
    const auto* found = arguments.if_contains(name);
    return found && found->is_bool() && found->get_bool();
}

json::array records_of(const Person& person) {
    json::array out;
    for (const auto& one : person.identities)
        if (one.field.starts_with("record_"))
            out.push_back(json::string(one.field.substr(7) + '/' + one.value));
    return out;
}

}  // namespace

json::object AdminPersons::view_of(const store::ErasureRow& row) const {
    const auto removed = Json::parse(row.report.empty() ? "{}" : row.report);
    json::object out{
        {"id", row.id.value()},
        {"state", db::kWords<store::ErasureState>[static_cast<std::size_t>(row.state)]},
        {"reason", row.reason},
        {"by", row.who},
        {"begun", to_rfc3339(row.created)},
        {"done", row.finished ? json::value(to_rfc3339(*row.finished)) : json::value()},
        {"removed", removed ? removed->to_boost() : json::object{}},
        {"kept_out", json::object{{"events", row.events_refused},
                                  {"mentions_masked", row.events_masked},
                                  {"records", row.records_refused}}},
        {"last_kept_out", row.last_kept_out ? json::value(to_rfc3339(*row.last_kept_out)) : json::value()}};
    if (parts_.eraser && !row.finished) {
        const auto state = parts_.eraser->state();
        out["looked_at"] = state.done;
        out["of"] = state.all;
        out["trouble"] = state.trouble;
    }
    return out;
}

Result<json::object> AdminPersons::erasures(std::size_t limit) {
    const auto rows =
        parts_.database.read([&](db::Reader& reader) { return store::Erasures::list(reader, limit); });
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view_of(row));
    return json::object{{"erasures", std::move(out)}};
}

Result<json::object> AdminPersons::erasure(store::ErasureId id) {
    const auto row =
        parts_.database.read([&](db::Reader& reader) { return store::Erasures::by_id(reader, id); });
    if (!row) return row.error();
    if (!*row) return not_found("there is no erasure " + std::to_string(id.value()));
    return view_of(**row);
}

Result<json::object> AdminPersons::act(const std::string& word, const json::object& arguments) {
    const auto what = text_in(arguments, "what");
    if (what.empty())
        return rejected(
            "say who: an e-mail, a phone, @handle, NETWORK:ID, NETWORK/PAGE:ID or DIRECTORY/RECORD");
    if (word == "readmit") return readmit(what);
    if (word != "find" && word != "export" && word != "erase") return not_found("no such path");
    if (word == "erase" && text_in(arguments, "reason").empty())
        return rejected("say why: an erasure is kept with its reason");
    const auto look_for = [this, word, arguments](const Progress& progress) {
        return look(word, arguments, progress);
    };
    if (parts_.searches) return parts_.searches->begin(look_for);
    return look_for(parts_.progress ? parts_.progress : [](std::int64_t, std::int64_t) { return true; });
}

Result<json::object> AdminPersons::search(std::int64_t id) {
    if (!parts_.searches) return not_found("no hub is running that searches");
    return parts_.searches->view(id);
}

Result<json::object> AdminPersons::cancel(std::int64_t id) {
    if (!parts_.searches) return not_found("no hub is running that searches");
    parts_.searches->cancel(id);
    return json::object{{"search", id}};
}

Result<json::object> AdminPersons::look(const std::string& word, const json::object& arguments,
                                        const Progress& progress) const {
    const auto what = text_in(arguments, "what");
    const auto people = People::of(parts_.prepared);
    const PersonSearch::Parts search_parts{parts_.database, parts_.journal, people, progress};
    PersonSearch search(search_parts);
    auto person = search.find(what);
    if (!person && person.error().kind == FaultKind::unsupported)
        return was_erased(search, what).value_or(person.error());
    if (!person) return person.error();
    if (auto done = search.add_things(*person); !done) return done.error();
    if (word == "export") return export_person(search_parts, *person, parts_.clock.now());
    if (word == "erase" && !is_true(arguments, "dry_run")) return erase(*person, arguments);
    auto holdings = search.holdings(*person);
    if (!holdings) return holdings.error();
    auto out = hub::view_of(*person);
    out["holds"] = hub::view_of(*holdings);
    out["records"] = records_of(*person);
    return out;
}

std::optional<Fault> AdminPersons::was_erased(PersonSearch& search, const std::string& what) const {
    const auto words = search.words(what);
    Knowledge knowledge(parts_);
    const auto erased = knowledge.get();
    if (!words || !erased) return std::nullopt;
    for (const auto& word : *words) {
        const auto erasure = (*erased)->whose({word});
        if (!erasure) continue;
        return not_found("'" + what + "' was erased, and nothing is kept of them: erasure " +
                         std::to_string(erasure->value()) + ", see maillon person erased");
    }
    return std::nullopt;
}

Result<json::object> AdminPersons::erase(const Person& person, const json::object& arguments) const {
    Knowledge knowledge(parts_);
    auto erased = knowledge.get();
    if (!erased) return erased.error();
    const auto people = People::of(parts_.prepared);
    Erasing erasing({parts_.database, parts_.journal, parts_.clock, people, **erased});
    auto row = erasing.begin(person, text_in(arguments, "by"), text_in(arguments, "reason"));
    if (!row) return row.error();
    if (parts_.eraser) {
        parts_.eraser->wake();
    } else {
        row = erasing.finish(std::move(*row));
        if (!row) return row.error();
    }
    auto out = view_of(*row);
    out["records"] = records_of(person);
    json::array shared;
    for (const auto& one : person.not_followed)
        shared.push_back(json::object{{"identity", spoken(one.identity)}, {"why", one.why}});
    out["not_followed"] = std::move(shared);
    return out;
}

Result<json::object> AdminPersons::readmit(const std::string& what) {
    Knowledge knowledge(parts_);
    auto erased = knowledge.get();
    if (!erased) return erased.error();
    const auto people = People::of(parts_.prepared);
    auto wanted = PersonSearch({parts_.database, parts_.journal, people}).words(what);
    if (!wanted) return wanted.error();
    auto gone = (*erased)->lift(Person{.identities = std::move(*wanted)});
    if (!gone) return gone.error();
    if (*gone == 0) return not_found("nobody who is known by '" + what + "' was erased");
    return json::object{{"readmitted", *gone}};
}

}  // namespace maillon::hub
