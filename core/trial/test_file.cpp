#include "core/trial/test_file.h"

#include "core/base/time.h"
#include "core/config/files.h"
#include "core/config/scalars.h"
#include "core/config/yaml_reader.h"
#include "core/trial/reader.h"
#include "core/trial/shapes.h"

#include <fstream>
#include <sstream>

namespace maillon::trial {
namespace {

using config::Fields;
using config::Member;
using config::ValueTree;

constexpr std::uintmax_t kLargest = 1 << 20;
/// A Thursday morning, so that tests without `now` have one time for good.
constexpr std::string_view kUsualNow = "2026-01-01T10:00:00Z";

std::optional<std::string> text_of_file(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error) || std::filesystem::file_size(path, error) > kLargest)
        return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? std::optional(text.str()) : std::nullopt;
}

void read_environment(TestFile& out, config::Reading& reading, const Member* member) {
    if (member == nullptr) return;
    const ValueTree tree = map_of(reading, member);
    for (const auto& entry : tree.members) {
        if (const auto text = config::read_text(reading, &entry))
            out.environment.variables[entry.key.text] = config::literal_text(*text);
    }
}

void read_bodies(TestFile& out, FileReading& file, const Member* member) {
    const ValueTree tree = map_of(file.reading, member);
    for (const auto& body : tree.members) {
        UsualBody usual{{body.key.text, config::inside(body.key)}, {}, {}, map_of(file.reading, &body)};
        const auto parts = in_two(file.reading, body.key, "x.message.received");
        if (!parts) continue;
        std::tie(usual.connector, usual.type) = *parts;
        file.bodies[usual.event.value] = usual.body;
        out.bodies.push_back(std::move(usual));
    }
}

TestCase read_case(FileReading& file, const ValueTree& tree) {
    TestCase out;
    Fields fields(tree, "this test", file.reading, kCaseShape);
    const Member* name = fields.require("name", "name: an unhappy message opens one case");
    if (const auto* scalar = config::read_scalar(file.reading, name))
        out.name = {scalar->text, config::inside(*scalar)};
    const auto* now = fields.take("now");
    out.now = moment_of(file.reading, now).value_or(*parse_rfc3339(kUsualNow));
    out.records = read_records(file, fields.take("records"));
    out.given =
        read_given(file, fields.require("given", "given: [ { event: x.message.received, body: { … } } ]"));
    out.answers = read_answers(file, fields.take("answers"));
    out.expected = read_expected(file, fields.require("expect", "expect: { calls: [] }"));
    fields.finish();
    return out;
}

void read_cases(TestFile& out, FileReading& file, const Member* member) {
    if (member == nullptr) return;
    if (!member->value.is_list()) {
        file.reading.diagnostics.error(member->value.place, "'tests' must be a list",
                                       "begin each test with '- name: …'");
        return;
    }
    std::map<std::string, config::Place> names;
    for (const auto& item : member->value.items) {
        auto one = read_case(file, item);
        const auto [before, is_new] = names.try_emplace(one.name.value, one.name.place);
        if (!is_new && !one.name.value.empty()) {
            file.reading.diagnostics.error(one.name.place, "another test of this file has the same name",
                                           "it is at " + file.reading.sources.where(before->second));
        }
        out.cases.push_back(std::move(one));
    }
    if (out.cases.empty()) file.reading.diagnostics.error(member->key.place, "there is no test in this file");
}

}  // namespace

std::optional<std::pair<std::string, std::string>> in_two(config::Reading& reading,
                                                          const config::Scalar& name,
                                                          std::string_view example) {
    const auto dot = name.text.find('.');
    if (dot != std::string::npos && dot > 0 && dot + 1 < name.text.size())
        return std::pair{name.text.substr(0, dot), name.text.substr(dot + 1)};
    reading.diagnostics.error(name.place, "'" + name.text + "' has no two parts",
                              "write it like  " + std::string(example));
    return std::nullopt;
}

ValueTree no_members() {
    ValueTree out;
    out.kind = ValueTree::Kind::map;
    return out;
}

ValueTree laid_over(const ValueTree& under, const ValueTree& over) {
    if (!under.is_map() || !over.is_map()) return over;
    ValueTree out = under;
    out.place = over.place;
    for (const auto& member : over.members) {
        const auto there = std::ranges::find_if(
            out.members, [&](const Member& one) { return one.key.text == member.key.text; });
        if (there == out.members.end())
            out.members.push_back(member);
        else
            *there = {member.key, laid_over(there->value, member.value)};
    }
    return out;
}

ValueTree map_of(config::Reading& reading, const Member* member) {
    if (member == nullptr || member->value.is_null()) return no_members();
    if (member->value.is_map()) return member->value;
    reading.diagnostics.error(member->value.place,
                              "'" + member->key.text + "' must be a map of keys and values");
    return no_members();
}

std::optional<TimePoint> moment_of(config::Reading& reading, const Member* member) {
    const auto* scalar = config::read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    const auto moment = parse_rfc3339(scalar->text);
    if (moment) return *moment;
    reading.diagnostics.error(scalar->place,
                              "'" + member->key.text + "' is no moment: " + moment.error().what,
                              "write for instance  2026-03-01T10:00:00Z");
    return std::nullopt;
}

std::optional<TestFile> read_test_file(const std::filesystem::path& path, config::Sources& sources,
                                       config::Diagnostics& diagnostics) {
    const auto text = text_of_file(path);
    const auto file_number = sources.add(path.string(), text ? config::canonical_text(*text) : std::string());
    if (!text) {
        diagnostics.error({.file = file_number}, "this file of tests cannot be read",
                          "it must be a regular file of 1 MiB at the most");
        return std::nullopt;
    }
    const auto before = diagnostics.errors();
    const auto tree = config::read_yaml(sources, file_number, diagnostics);
    if (!tree) return std::nullopt;
    const config::Environment none;
    config::Reading reading{sources, diagnostics, none, path.parent_path()};
    TestFile out;
    out.path = path;
    Fields fields(*tree, "a file of tests", reading, kFileShape, {.file = file_number});
    const Member* config_member = fields.require("config", "config: maillon.yaml");
    if (auto config = config::read_path(reading, config_member)) {
        out.config = config->lexically_normal();
        out.config_place = config_member->value.place;
    }
    read_environment(out, reading, fields.take("environment"));
    FileReading file{reading, {}};
    read_bodies(out, file, fields.take("bodies"));
    read_cases(out, file, fields.require("tests", "tests: [ { name: …, given: […], expect: {…} } ]"));
    fields.finish();
    if (diagnostics.errors() > before) return std::nullopt;
    return out;
}

}  // namespace maillon::trial
