#include "core/match/bans.h"

#include "core/event/json_text.h"
#include "core/store/sightings.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <set>

namespace maillon::match {
namespace {

namespace json = boost::json;

std::string text_of(const store::RecordKey& key) {
    return key.field + '=' + key.value;
}

void add(std::set<std::string>& to, const std::vector<store::RecordKey>& keys) {
    for (const auto& key : keys) to.insert(text_of(key));
}

void add(std::set<std::string>& to, const std::string& kept, std::string_view side) {
    const auto parsed = Json::parse(kept);
    const auto list = parsed ? parsed->at(side) : std::nullopt;
    if (!list || !list->element().is_array()) return;
    const simdjson::dom::array items = list->element().get_array().value_unsafe();
    for (const auto one : items) {
        if (one.is_string()) to.emplace(one.get_string().value_unsafe());
    }
}

std::string text_of(const std::set<std::string>& person, const std::set<std::string>& record) {
    return json_text(json::object{{"person", json::array(person.begin(), person.end())},
                                  {"record", json::array(record.begin(), record.end())}});
}

bool has_all(const std::string& kept, std::string_view side, const std::vector<store::RecordKey>& keys) {
    std::set<std::string> known;
    add(known, kept, side);
    return std::ranges::all_of(keys, [&](const auto& key) { return known.contains(text_of(key)); });
}

}  // namespace

Result<std::string> known_keys(db::Session& session, const BothSides& sides) {
    std::set<std::string> person, record;
    add(person, sides.person.keys);
    add(person, sides.before, "person");
    const auto values = store::Sightings::values(session, sides.identity);
    if (!values) return values.error();
    add(person, *values);
    const auto names = store::Sightings::names(session, sides.identity);
    if (!names) return names.error();
    for (const auto& one : *names) person.insert("handle_" + one.identity.network + '=' + one.name);
    add(record, sides.record.keys);
    add(record, sides.before, "record");
    return text_of(person, record);
}

std::string keys_of_pair(const Person& person, const store::DirectoryRecord& record) {
    std::set<std::string> left, right;
    add(left, person.keys);
    add(right, record.keys);
    return text_of(left, right);
}

bool still_forbids(const store::LinkEvent& word, const Person& person, const store::DirectoryRecord& record) {
    return has_all(word.keys, "person", person.keys) && has_all(word.keys, "record", record.keys);
}

}  // namespace maillon::match
