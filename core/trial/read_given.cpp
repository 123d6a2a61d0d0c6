#include "core/base/text.h"
#include "core/base/time.h"
#include "core/config/files.h"
#include "core/config/scalars.h"
#include "core/config/yaml_reader.h"
#include "core/trial/reader.h"
#include "core/trial/shapes.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace maillon::trial {
namespace {

using config::Fields;
using config::Member;
using config::ValueTree;

/// A body out of a file beside the tests: JSON or YAML.
ValueTree body_of_file(config::Reading& reading, const Member& member) {
    const auto path = config::read_path(reading, &member);
    if (!path) return no_members();
    std::ifstream in(*path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        reading.diagnostics.error(member.value.place, "there is no readable file " + path->string());
        return no_members();
    }
    const auto number = reading.sources.add(path->string(), config::canonical_text(text.str()));
    auto tree = config::read_yaml(reading.sources, number, reading.diagnostics);
    if (tree && tree->is_map()) return std::move(*tree);
    if (tree) reading.diagnostics.error(tree->place, "the body of an event must be a map of keys and values");
    return no_members();
}

GivenEvent read_event(FileReading& file, Fields& fields, const Member& event) {
    GivenEvent out;
    auto& reading = file.reading;
    if (const auto* name = config::read_scalar(reading, &event)) {
        out.event = {name->text, config::inside(*name)};
        if (auto parts = in_two(reading, *name, "x.message.received"))
            std::tie(out.connector, out.type) = std::move(*parts);
    }
    const Member* body = fields.take("body");
    const Member* from_file = fields.take("file");
    ValueTree own = from_file ? body_of_file(reading, *from_file) : no_members();
    if (body) own = laid_over(own, map_of(reading, body));
    if (!own.place.is_known()) own.place = event.value.place;
    const auto usual = file.bodies.find(out.event.value);
    out.body = usual == file.bodies.end() ? std::move(own) : laid_over(usual->second, own);
    out.id = config::read_text(reading, fields.take("id")).value_or("");
    out.key = config::read_text(reading, fields.take("key")).value_or("");
    out.time = moment_of(reading, fields.take("time"));
    return out;
}

Verdict read_verdict(FileReading& file, Fields& fields, const Member& member, bool is_released) {
    Verdict out{.is_released = is_released, .role = {}, .reason = {}};
    if (const auto* role = config::read_scalar(file.reading, &member))
        out.role = {role->text, config::inside(*role)};
    if (!is_released) out.reason = config::read_text(file.reading, fields.take("reason")).value_or("");
    return out;
}

Answered read_answered(FileReading& file, Fields& fields, const Member& member, const config::Shape& shape) {
    using enum route::ReviewAnswer::Word;
    Answered out{&shape == &kAcceptedShape ? accept : &shape == &kRejectedShape ? reject : is_new, {}, {}};
    if (const auto* directory = config::read_scalar(file.reading, &member))
        out.directory = {directory->text, config::inside(*directory)};
    if (out.word == accept) out.record = config::read_text(file.reading, fields.take("record")).value_or("");
    return out;
}

/// What a line of `given` can be about.
const config::Shape* shape_of(const ValueTree& item) {
    for (const auto* shape : {&kEventShape, &kAfterShape, &kApprovedShape, &kRefusedShape, &kAcceptedShape,
                              &kRejectedShape, &kNewShape}) {
        if (item.find(shape->name)) return shape;
    }
    return nullptr;
}

void report_unknown(FileReading& file, const ValueTree& item) {
    if (!config::check_map(item, "a line of 'given'", file.reading)) return;
    const std::vector<std::string> known{"event", "after", "approve", "refuse", "accept", "reject", "new"};
    if (item.members.empty())
        return file.reading.diagnostics.error(item.place, "this line of 'given' says nothing",
                                              "write one of " + enumerate(known));
    const auto& key = item.members.front().key;
    file.reading.diagnostics.error(key.place, "unknown key '" + key.text + "' in a line of 'given'",
                                   config::suggest(key.text, known));
}

std::optional<Given> read_one(FileReading& file, const ValueTree& item) {
    const auto* shape = item.is_map() ? shape_of(item) : nullptr;
    if (!shape) {
        report_unknown(file, item);
        return std::nullopt;
    }
    Fields fields(item, "this line of 'given'", file.reading, *shape);
    const Member& about = *fields.take(shape->name);
    Given out{item.place, Passing{}};
    if (shape == &kEventShape) {
        out.what = read_event(file, fields, about);
    } else if (shape == &kAfterShape) {
        out.what = Passing{config::read_span(file.reading, &about).value_or(std::chrono::milliseconds{0})};
    } else if (shape == &kAcceptedShape || shape == &kRejectedShape || shape == &kNewShape) {
        out.what = read_answered(file, fields, about, *shape);
    } else {
        out.what = read_verdict(file, fields, about, shape == &kApprovedShape);
    }
    fields.finish();
    return out;
}

/// `fails: rejected`, or a map with more about it.
std::optional<Failing> read_fails(FileReading& file, const Member* member) {
    if (member == nullptr) return std::nullopt;
    Failing out;
    auto& reading = file.reading;
    const auto takes_class = [&](const config::Scalar& name) {
        out.kind = class_of(reading, name).value_or(FaultKind::rejected);
        out.message = "scripted: " + name.text;
    };
    if (member->value.is_scalar() && !member->value.is_null()) {
        takes_class(member->value.scalar);
        return out;
    }
    Fields fields(member->value, "'fails'", reading, kFailsShape);
    if (const auto* name = config::read_scalar(reading, fields.require("class", "class: rate_limited")))
        takes_class(*name);
    if (auto message = config::read_text(reading, fields.take("message"))) out.message = *message;
    out.retry_after = config::read_span(reading, fields.take("retry_after"));
    const Member* arrived = fields.take("arrived");
    if (arrived && out.kind != FaultKind::in_doubt)
        reading.diagnostics.error(
            arrived->key.place, "'arrived' is only about calls whose outcome is unknown", "class: in_doubt");
    if (const auto choice = config::read_choice(reading, arrived, kNoOrYes)) out.arrived = *choice == 1;
    fields.finish();
    return out;
}

std::vector<std::string> read_ids(config::Reading& reading, const Member* member) {
    std::vector<std::string> out;
    if (member == nullptr) return out;
    if (!member->value.is_list())
        reading.diagnostics.error(member->value.place, "'records' must be a list of ids",
                                  "records: [ c1, c2 ]");
    for (const auto& item : member->value.items) {
        if (item.is_scalar() && !item.scalar.text.empty())
            out.push_back(item.scalar.text);
        else
            reading.diagnostics.error(item.place, "a record is named by its id", "records: [ c1, c2 ]");
    }
    return out;
}

/// `returns: { verdict: review, records: [c1, c2] }`.
ScriptedVerdict read_scripted(config::Reading& reading, const Member& member) {
    using Kind = match::Verdict::Kind;
    Fields fields(member.value, "'returns' of a directory", reading, kVerdictShape);
    ScriptedVerdict out;
    const auto* word = fields.require("verdict", "verdict: review");
    out.kind = static_cast<Kind>(config::read_choice(reading, word, kVerdicts).value_or(2));
    out.records = read_ids(reading, fields.take("records"));
    out.probability = out.kind == Kind::link ? 0.999 : 0.5;
    if (const auto* member_of = fields.take("probability")) {
        const auto* scalar = config::read_scalar(reading, member_of);
        const auto value = scalar ? config::natural_value(*scalar) : boost::json::value();
        if (value.is_number()) out.probability = value.to_number<double>();
        if (!value.is_number() || out.probability < 0 || out.probability > 1)
            reading.diagnostics.error(member_of->value.place, "'probability' must be a number from 0 to 1",
                                      "probability: 0.7");
    }
    out.evidence_class = config::read_text(reading, fields.take("class")).value_or("scripted");
    if (fields.is_map() && out.records.empty() != (out.kind == Kind::none))
        reading.diagnostics.error(member.value.place,
                                  out.records.empty() ? "this verdict names no record"
                                                      : "'none' means that it is none of the records",
                                  out.records.empty() ? "records: [ c1 ]" : "verdict: review");
    fields.finish();
    return out;
}

std::optional<Answer> read_match_answer(FileReading& file, const ValueTree& item) {
    auto& reading = file.reading;
    Fields fields(item, "an answer", reading, kMatchAnswerShape);
    Answer out;
    out.place = item.place;
    if (const auto* name = config::read_scalar(reading, fields.take("match")))
        out.target = {name->text, config::inside(*name)};
    out.instance = out.target.value;
    out.with = map_of(reading, fields.take("with"));
    out.verdict.emplace();
    if (const auto* returns = fields.require("returns", "returns: { verdict: review, records: [ c1 ] }"))
        out.verdict = read_scripted(reading, *returns);
    out.times = config::read_integer(reading, fields.take("times"), fields.about("times")).value_or(0);
    fields.finish();
    return out;
}

std::optional<Answer> read_answer(FileReading& file, const ValueTree& item) {
    auto& reading = file.reading;
    if (item.is_map() && item.find("match") != nullptr) return read_match_answer(file, item);
    const bool is_processor = item.find("use") != nullptr;
    Fields fields(item, "an answer", reading, is_processor ? kProcessorAnswerShape : kAnswerShape);
    if (!fields.is_map()) return std::nullopt;
    Answer out;
    out.place = item.place;
    const Member* use = is_processor ? fields.take("use") : nullptr;
    const Member* call =
        use ? nullptr : fields.require("call", "call: crm.upsert   (or  use: language,  match: customers)");
    if (const auto* name = config::read_scalar(reading, use ? use : call)) {
        out.target = {name->text, config::inside(*name)};
        out.instance = name->text;
        if (call) {
            if (auto parts = in_two(reading, *name, "crm.upsert"))
                std::tie(out.instance, out.operation) = std::move(*parts);
        }
    }
    out.with = map_of(reading, fields.take("with"));
    const Member* returns = fields.take("returns");
    out.returns = map_of(reading, returns);
    if (!returns) out.returns.place = out.target.place;
    out.fails = read_fails(file, fields.take("fails"));
    if (!returns && !out.fails)
        reading.diagnostics.error(item.place, "this answer says nothing",
                                  "write  returns: { … }  or  fails: { … }");
    if (returns && out.fails && out.fails->arrived != true)
        reading.diagnostics.error(returns->key.place, "a call that fails returns nothing",
                                  "write two answers, the failing one first and with  times: 1");
    out.times = config::read_integer(reading, fields.take("times"), fields.about("times")).value_or(0);
    fields.finish();
    return out;
}

template <class T, class Read>
std::vector<T> read_list(FileReading& file, const Member* member, const Read& read) {
    std::vector<T> out;
    if (member == nullptr || member->value.is_null()) return out;
    if (!member->value.is_list()) {
        file.reading.diagnostics.error(member->value.place, "'" + member->key.text + "' must be a list",
                                       "begin each entry with '- '");
        return out;
    }
    for (const auto& item : member->value.items) {
        if (auto one = read(file, item)) out.push_back(std::move(*one));
    }
    return out;
}

}  // namespace

std::vector<std::string> classes_of_failure() {
    std::vector<std::string> out;
    for (int i = 1; i <= static_cast<int>(FaultKind::in_doubt); ++i)
        out.emplace_back(name_of(static_cast<FaultKind>(i)));
    return out;
}

std::optional<FaultKind> class_of(config::Reading& reading, const config::Scalar& name) {
    const auto known = classes_of_failure();
    if (std::ranges::find(known, name.text) != known.end()) return fault_kind_from(name.text);
    reading.diagnostics.error(name.place, "there is no class of failure '" + name.text + "'",
                              config::suggest(name.text, known));
    return std::nullopt;
}

std::vector<Given> read_given(FileReading& file, const Member* member) {
    return read_list<Given>(file, member, read_one);
}

std::vector<Answer> read_answers(FileReading& file, const Member* member) {
    return read_list<Answer>(file, member, read_answer);
}

std::map<std::string, Member> read_records(FileReading& file, const Member* member) {
    std::map<std::string, Member> out;
    const auto tree = map_of(file.reading, member);
    for (const auto& directory : tree.members) {
        if (!directory.value.is_list()) {
            file.reading.diagnostics.error(directory.value.place,
                                           "the records of a directory must be a list");
            continue;
        }
        out.emplace(directory.key.text, directory);
    }
    return out;
}

}  // namespace maillon::trial
