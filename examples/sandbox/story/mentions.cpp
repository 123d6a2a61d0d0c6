#include "mentions.h"

#include "common/json.h"
#include "core/base/time.h"

#include <algorithm>
#include <unordered_map>

namespace sandbox {
namespace {

constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;

const json::object* member(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(view(key));
    return value == nullptr ? nullptr : value->if_object();
}

/// The author's entry among the expanded users: the one with the right id, else the only one.
const json::object* author_in(const json::object& line, const std::string& id) {
    const json::object* includes = member(line, "includes");
    const json::value* list = includes == nullptr ? nullptr : includes->if_contains("users");
    if (list == nullptr || !list->is_array()) return nullptr;
    const json::object* only = nullptr;
    for (const json::value& user : list->get_array()) {
        if (!user.is_object()) continue;
        if (text_of(user.get_object(), "id") == id) return &user.get_object();
        if (id.empty() && only == nullptr) only = &user.get_object();
    }
    return only;
}

/// What is wrong with the line, or empty.
std::string read_line(const std::string& line, std::size_t number, std::int64_t time_before,
                      Mention& mention) {
    const auto object = parse_object(line);
    if (!object) return "is no JSON object";
    const json::object* data = member(*object, "data");
    if (data == nullptr) return "has no 'data'";
    mention.text = text_of(*data, "text");
    if (mention.text.empty()) return "has no 'data.text'";
    mention.original_id = text_of(*data, "id");
    if (mention.original_id.empty()) mention.original_id = "line-" + std::to_string(number);
    mention.author_id = text_of(*data, "author_id");
    const json::object* author = author_in(*object, mention.author_id);
    if (author != nullptr) {
        if (mention.author_id.empty()) mention.author_id = text_of(*author, "id");
        mention.username = text_of(*author, "username");
        mention.name = text_of(*author, "name");
        mention.location = text_of(*author, "location");
    }
    if (mention.author_id.empty()) return "has no author";
    if (mention.username.empty()) mention.username = "user" + mention.author_id.substr(0, 11);
    if (mention.name.empty()) mention.name = mention.username;
    const auto time = maillon::parse_rfc3339(text_of(*data, "created_at"));
    mention.written_ms = time ? maillon::millis(*time) : time_before;
    return {};
}

}  // namespace

std::vector<Mention> read_mentions(std::istream& lines, std::vector<std::string>& complaints) {
    std::vector<Mention> mentions;
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        Mention mention;
        const std::int64_t before = mentions.empty() ? 0 : mentions.back().written_ms;
        const std::string problem = read_line(line, number, before, mention);
        if (problem.empty())
            mentions.push_back(std::move(mention));
        else
            complaints.push_back("line " + std::to_string(number) + " " + problem);
    }
    std::stable_sort(mentions.begin(), mentions.end(),
                     [](const Mention& a, const Mention& b) { return a.written_ms < b.written_ms; });
    group_conversations(mentions);
    return mentions;
}

void group_conversations(std::vector<Mention>& mentions) {
    std::unordered_map<std::string, std::size_t> latest;  // author → place of the mention before
    for (std::size_t place = 0; place < mentions.size(); ++place) {
        Mention& mention = mentions[place];
        const auto [entry, is_first] = latest.try_emplace(mention.author_id, place);
        const Mention& before = mentions[entry->second];
        const bool continues = !is_first && mention.written_ms - before.written_ms < kDay;
        mention.conversation = continues ? before.conversation : place;
        entry->second = place;
    }
}

}  // namespace sandbox
