#include "core/hub/admin_people.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/hub/admin_people_words.h"
#include "core/match/calibration.h"
#include "core/match/precision.h"
#include "core/match/tables.h"
#include "core/store/directory.h"

#include <algorithm>
#include <iterator>

namespace maillon::hub {
namespace {

namespace json = boost::json;
using store::Review;
using store::ReviewKind;
using store::ReviewState;

template <class E>
std::optional<E> value_of(std::string_view word) {
    const auto& words = db::kWords<E>;
    const auto found = std::ranges::find(words, word);
    if (found == std::end(words)) return std::nullopt;
    return static_cast<E>(found - std::begin(words));
}

json::object view_of(const Review& row) {
    json::object out{{"id", row.id.value()},
                     {"directory", row.directory},
                     {"kind", word_of(row.kind)},
                     {"state", word_of(row.state)},
                     {"profile", row.identity.text()},
                     {"rule", row.rule},
                     {"class", row.evidence_class},
                     {"candidates", parsed(row.candidates)},
                     {"probability", row.probability},
                     {"asked", row.asked},
                     {"created", to_rfc3339(row.created)},
                     {"updated", to_rfc3339(row.updated)},
                     {"person", parsed(row.person)},
                     {"event", row.event.value()}};
    if (row.decided) {
        out["decided"] = to_rfc3339(*row.decided);
        out["by"] = row.decided_by;
        out["record"] = row.record;
        out["note"] = row.note;
    }
    return out;
}

json::object view_of(const store::ClassRecord& row) {
    const auto interval = match::wilson(row.right, row.right + row.wrong);
    return {{"directory", row.directory},
            {"class", row.name},
            {"right", row.right},
            {"wrong", row.wrong},
            {"precision_at_least", interval.lower},
            {"precision_at_most", interval.upper},
            {"suspended", row.suspended ? json::value(to_rfc3339(*row.suspended)) : json::value()}};
}

json::object view_of(const std::string& directory, const std::string& model,
                     const match::Calibration& calibration) {
    json::array steps;
    for (const auto& step : calibration.steps())
        steps.push_back(json::object{{"from", step.from},
                                     {"to", step.to},
                                     {"right", step.right},
                                     {"answers", step.all},
                                     {"at_least", step.least},
                                     {"at_most", step.most}});
    return {{"directory", directory},
            {"model", model},
            {"answers", calibration.answers()},
            {"in_use", calibration.is_in_use()},
            {"in_use_from", match::Calibration::kEnough},
            {"steps", std::move(steps)}};
}

}  // namespace

Result<std::string> AdminPeople::directory(const std::string& name) const {
    const auto& all = parts_.prepared.plan->directories;
    if (all.contains(name)) return name;
    std::vector<std::string> known;
    for (const auto& [one, keys] : all) known.push_back(one);
    if (name.empty() && known.size() == 1) return known.front();
    if (name.empty() && known.empty()) return not_found("the configuration has no directories");
    if (name.empty()) return rejected("say which directory: " + enumerate(known));
    return not_found("there is no directory '" + name + "'; there are " + enumerate(known));
}

Result<> AdminPeople::in_unit(const std::function<Result<>(route::Linking&)>& work) {
    if (parts_.engine) return parts_.engine->relink(work);
    return parts_.database.run([&](db::Unit& unit) -> Result<> {
        route::Linking linking({unit, parts_.journal, parts_.prepared.plan.get(), parts_.clock.now()});
        return work(linking);
    });
}

Result<json::object> AdminPeople::reviews(const AdminQuery& query) {
    store::ReviewFilter filter{.directory = query.value("directory"), .limit = query.limit()};
    if (const auto after = number(query.value("after"))) filter.after = store::ReviewId{*after};
    if (const auto word = query.value("kind"); !word.empty()) {
        filter.kind = value_of<ReviewKind>(word);
        if (!filter.kind) return rejected("kind: unsure, shared, moved, full or sample");
    }
    if (const auto word = query.value("state"); word == "all") {
        filter.state.reset();
    } else if (!word.empty()) {
        filter.state = value_of<ReviewState>(word);
        if (!filter.state) return rejected("state: open, accepted, rejected, new, superseded or all");
    }
    const auto rows =
        parts_.database.read([&](db::Reader& reader) { return store::Reviews::list(reader, filter); });
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view_of(row));
    return json::object{{"reviews", std::move(out)}};
}

Result<json::object> AdminPeople::review(store::ReviewId id) {
    return parts_.database.read([&](db::Reader& reader) -> Result<json::object> {
        const auto row = store::Reviews::by_id(reader, id);
        if (!row) return row.error();
        if (!*row) return not_found("there is no question " + std::to_string(id.value()));
        auto out = view_of(**row);
        out["verdict"] = parsed((*row)->verdict);
        json::array records;
        for (const auto& one : out.at("candidates").as_array()) {
            const auto record =
                store::Directory::get(reader, (*row)->directory, std::string(one.as_string()));
            if (!record) return record.error();
            if (*record)
                records.push_back(json::object{{"id", (*record)->id}, {"record", parsed((*record)->data)}});
        }
        out["records"] = std::move(records);
        return out;
    });
}

Result<json::object> AdminPeople::answer(store::ReviewId id, const std::string& word,
                                         const json::object& arguments) {
    route::ReviewAnswer answer{.record = text_in(arguments, "record"), .saying = saying_in(arguments)};
    if (word == "reject")
        answer.word = route::ReviewAnswer::Word::reject;
    else if (word == "new")
        answer.word = route::ReviewAnswer::Word::is_new;
    else if (word != "accept")
        return not_found("no such path");
    if (answer.word != route::ReviewAnswer::Word::accept && !answer.record.empty())
        return rejected("'record' is named with accept alone");
    route::Linking::Answered answered;
    auto done = in_unit([&](route::Linking& linking) -> Result<> {
        auto out = linking.answer(id, answer);
        if (!out) return out.error();
        answered = std::move(*out);
        return {};
    });
    if (!done) return done.error();
    if (parts_.taught) parts_.taught(answered.review.directory);
    auto out = view_of(answered.review);
    out["was_so_already"] = answered.was_so_already;
    return out;
}

Result<json::object> AdminPeople::classes() {
    const auto rows = parts_.database.read([](db::Reader& reader) { return store::Classes::list(reader); });
    if (!rows) return rows.error();
    json::array out;
    for (const auto& row : *rows) out.push_back(view_of(row));
    json::array calibrations;
    for (const auto& [name, model] : parts_.prepared.models) {
        const auto read = parts_.database.read(
            [&](db::Reader& reader) { return match::read_calibration(reader, name, model->label()); });
        if (!read) return read.error();
        calibrations.push_back(view_of(name, model->label(), *read));
    }
    return json::object{{"classes", std::move(out)}, {"calibrations", std::move(calibrations)}};
}

Result<json::object> AdminPeople::resume(const json::object& arguments) {
    const auto name = directory(text_in(arguments, "directory"));
    if (!name) return name.error();
    const auto evidence = text_in(arguments, "class");
    bool was_suspended = false;
    auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
        const auto row = store::Classes::get(unit, *name, evidence);
        if (!row) return row.error();
        if (row->right + row->wrong == 0 && !row->suspended)
            return not_found("nobody has judged a link of the class '" + evidence + "' in '" + *name + "'");
        was_suspended = row->suspended.has_value();
        return store::Classes::put(unit, {*name, evidence, 0, 0, {}});
    });
    if (!done) return done.error();
    return json::object{{"resumed", evidence}, {"directory", *name}, {"was_suspended", was_suspended}};
}

Result<json::object> AdminPeople::summary(db::Session& session) {
    const auto open = store::Reviews::count_open(session);
    if (!open) return open.error();
    json::object kinds;
    std::int64_t all = 0;
    for (const auto& [name, kind, count] : *open) {
        auto& figure = kinds[word_of(kind)];
        figure = (figure.is_int64() ? figure.as_int64() : 0) + count;
        all += count;
    }
    const auto classes = store::Classes::list(session);
    if (!classes) return classes.error();
    json::array suspended;
    for (const auto& one : *classes) {
        if (one.suspended) suspended.push_back(view_of(one));
    }
    return json::object{{"open", all}, {"by_kind", std::move(kinds)}, {"suspended", std::move(suspended)}};
}

}  // namespace maillon::hub
