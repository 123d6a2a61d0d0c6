#include "tests/unit/route/world.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::route {
namespace {

namespace json = boost::json;

World::Report dead() {
    return {Fault{FaultKind::in_doubt, "the hub is dead", {}}, {}, {}, {}};
}

std::string text(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

void World::die_at(int n, bool after_effect) {
    const std::scoped_lock lock(mutex_);
    calls_ = 0;
    dies_at_ = n;
    dies_after_ = after_effect;
}

bool World::is_dead() const {
    const std::scoped_lock lock(mutex_);
    return dead_;
}

void World::revive() {
    const std::scoped_lock lock(mutex_);
    dead_ = false;
    dies_at_ = 0;
}

int World::effects() const {
    const std::scoped_lock lock(mutex_);
    return effects_;
}

World::Report World::deliver(const std::string& instance, const plugin::OutCall& call) {
    if (script && !is_dead()) {
        if (auto answer = script(instance, call)) return *answer;
    }
    const std::scoped_lock lock(mutex_);
    if (dead_) return dead();
    const bool last = ++calls_ == dies_at_;
    if (last && !dies_after_) {
        dead_ = true;
        return dead();
    }
    auto report = act(instance, call);
    ++effects_;
    done_[call.idempotency_key] = report;
    dead_ = last;
    return last ? dead() : report;
}

World::Report World::reconcile(const plugin::OutCall& call) const {
    const std::scoped_lock lock(mutex_);
    if (dead_) return dead();
    const auto found = done_.find(call.idempotency_key);
    return found == done_.end() ? Report{retry("it never arrived"), {}, {}, {}} : found->second;
}

World::Report World::process(const plugin::OutCall& call) const {
    const auto body = json::parse(call.arguments).as_object();
    return {{},
            text(body, "text").starts_with("bonjour") ? R"({"language":"fr"})" : R"({"language":"en"})",
            {},
            {}};
}

World::Report World::act(const std::string& instance, const plugin::OutCall& call) {
    const auto arguments = json::parse(call.arguments).as_object();
    if (call.operation == "create")
        return create(text(arguments, "module"), arguments.at("fields").as_object());
    if (call.operation == "upsert") return upsert(arguments);
    if (call.operation == "link") {
        for (const auto& id : arguments.at("ids").as_array()) {
            links_.insert(thread_of(text(arguments, "id")) + " to " + name_of(std::string(id.as_string())));
        }
        return {{}, "{}", {}, {}};
    }
    if (call.operation == "like") return {{}, "{}", {}, {}};
    answers_.push_back(instance + ' ' + text(arguments, "to") + ": " + text(arguments, "text"));
    const auto id = "answer-" + std::to_string(answers_.size());
    return {{}, json::serialize(json::object{{"id", id}}), id, {}};
}

World::Report World::create(const std::string& module, Object record) {
    auto& there = records_[module];
    const auto id = module + '-' + std::to_string(there.size() + 1);
    record["id"] = id;
    there.push_back(record);
    return {{}, json::serialize(record), id, "1"};
}

World::Report World::upsert(const Object& arguments) {
    const auto thread = text(arguments.at("key").as_object(), "thread_c");
    for (const auto& record : records_["Cases"]) {
        if (text(record, "thread_c") != thread) continue;
        const json::object value{{"id", record.at("id")}, {"number", "N-" + thread}, {"created", false}};
        return {{}, json::serialize(value), text(record, "id"), "2"};
    }
    Object record = arguments.at("create").as_object();
    record["thread_c"] = thread;
    const auto made = create("Cases", std::move(record));
    return {
        {},
        json::serialize(json::object{{"id", made.remote_id}, {"number", "N-" + thread}, {"created", true}}),
        made.remote_id,
        "1"};
}

std::string World::thread_of(const std::string& case_id) const {
    const auto cases = records_.find("Cases");
    if (cases == records_.end()) return {};
    const auto found =
        std::ranges::find_if(cases->second, [&](const Object& one) { return text(one, "id") == case_id; });
    return found == cases->second.end() ? "?" : text(*found, "thread_c");
}

std::string World::name_of(const std::string& contact_id) const {
    const auto contacts = records_.find("Contacts");
    if (contacts == records_.end()) return {};
    const auto found = std::ranges::find_if(contacts->second,
                                            [&](const Object& one) { return text(one, "id") == contact_id; });
    return found == contacts->second.end() ? "?" : text(*found, "last_name");
}

std::vector<std::string> World::summary() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    for (const auto& [module, records] : records_) {
        for (const auto& record : records) {
            if (module == "Contacts")
                out.push_back("contact " + text(record, "last_name") + " @" + text(record, "twitter_c"));
            else if (module == "Cases")
                out.push_back("case " + text(record, "thread_c"));
            else
                out.push_back("note '" + text(record, "name") + "' on " +
                              thread_of(text(record, "parent_id")) + " by " +
                              name_of(text(record, "contact_id")));
        }
    }
    for (const auto& link : links_) out.push_back("link " + link);
    for (const auto& answer : answers_) out.push_back("answer " + answer);
    std::ranges::sort(out);
    return out;
}

std::vector<std::string> World::notes() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    if (const auto found = records_.find("Notes"); found != records_.end()) {
        for (const auto& record : found->second) out.push_back(text(record, "name"));
    }
    return out;
}

std::vector<std::string> World::answers() const {
    const std::scoped_lock lock(mutex_);
    return answers_;
}

std::size_t World::count(const std::string& module) const {
    const std::scoped_lock lock(mutex_);
    const auto found = records_.find(module);
    return found == records_.end() ? 0 : found->second.size();
}

}  // namespace maillon::route
