#include "core/base/time.h"
#include "tally.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace sandbox {
namespace {

bool is_token_sign(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

/// Replaces whole words that `names` knows by "{name}".
std::string replace_words(const std::string& text,
                          const std::unordered_map<std::string, std::string>& names) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_token_sign(text[end])) ++end;
        if (end == at) {
            out.push_back(text[at++]);
            continue;
        }
        const std::string word = text.substr(at, end - at);
        const auto found = names.find(word);
        out += found == names.end() ? word : "{" + found->second + "}";
        at = end;
    }
    return out;
}

class Dump {
public:
    explicit Dump(World& world) : world_(world) {
        name_messages();
        for (const auto& [time, record] : records("Cases")) name_case(*record);
        for (const auto& [time, record] : records("Contacts"))
            names_[record->id] = "contact:" + handle_of(*record);
        for (const char* module : {"Accounts", "Leads"}) {
            for (const auto& [time, record] : records(module))
                names_[record->id] = std::string(module) + ":" + text_of(record->fields, "name");
        }
    }

    json::object take() {
        return {{"contacts", sorted("Contacts", [this](const Record& record) { return contact(record); })},
                {"cases", sorted("Cases", [this](const Record& record) { return one_case(record); })},
                {"notes", sorted("Notes", [this](const Record& record) { return note(record); })},
                {"accounts", sorted("Accounts",
                                    [this](const Record& record) {
                                        return json::object{{"fields", fields(record)}};
                                    })},
                {"leads", sorted("Leads",
                                 [this](const Record& record) {
                                     return json::object{{"fields", fields(record)}};
                                 })},
                {"replies", replies()}};
    }

private:
    const Table::ByTime& records(const char* module) { return world_.crm.table(module)->by_time(); }

    void name_messages() {
        for (const std::uint64_t id : world_.x.posts().all()) {
            const XPost* post = world_.x.posts().find(id);
            if (post != nullptr)
                names_[std::to_string(id)] = post->original.empty() ? "x:own" : post->original;
        }
        for (const auto& comment : world_.graph.page().all()) {
            names_[comment->id] = comment->original.empty() ? "fb:own" : comment->original;
        }
    }

    void name_case(const Record& record) {
        const std::string conversation = conversation_in(text_of(record.fields, "thread_c"));
        const auto start = names_.find(conversation);
        starts_[record.id] = start == names_.end() ? "?" + conversation : start->second;
        names_[record.id] = "case:" + starts_[record.id];
        case_numbers_[conversation] = text_of(record.fields, "case_number");
    }

    static std::string handle_of(const Record& record) {
        for (const char* field : {"twitter_c", "facebook_c"}) {
            if (std::string value = text_of(record.fields, field); !value.empty()) return value;
        }
        const std::string address = values_of(record, "email1").front();
        return address.empty() ? text_of(record.fields, "name") : address;
    }

    json::value canonical(const json::value& value) const {
        if (value.is_array()) {
            json::array list;
            for (const json::value& one : value.get_array()) list.push_back(canonical(one));
            return list;
        }
        if (value.is_object()) {
            json::object object;
            for (const auto& [key, inner] : value.get_object()) object[key] = canonical(inner);
            return object;
        }
        if (!value.is_string()) return value;
        const std::string text = text_of(value);
        if (maillon::parse_rfc3339(text)) return "{time}";
        return json::value(replace_words(text, names_));
    }

    json::object fields(const Record& record, std::string_view without = {}) const {
        std::vector<std::string> keys;
        for (const auto& [key, value] : record.fields) {
            const std::string name(key);
            const bool is_empty = value.is_null() || (value.is_string() && value.get_string().empty()) ||
                                  (value.is_array() && value.get_array().empty());
            if (!is_empty && name != "case_number" && name != "sync_key" && name != without)
                keys.push_back(name);
        }
        std::sort(keys.begin(), keys.end());
        json::object out;
        for (const std::string& key : keys) out[key] = canonical(record.fields.at(key));
        return out;
    }

    json::object contact(const Record& record) const {
        return {{"handle", handle_of(record)}, {"fields", fields(record)}};
    }

    json::object one_case(const Record& record) {
        std::vector<std::string> people;
        for (const Record* other : world_.crm.related(*find_link("Cases", "contacts"), record))
            people.push_back(handle_of(*other));
        std::sort(people.begin(), people.end());
        json::array contacts(people.begin(), people.end());
        return {{"start", starts_[record.id]}, {"fields", fields(record)}, {"contacts", std::move(contacts)}};
    }

    json::object note(const Record& record) {
        const auto found = starts_.find(text_of(record.fields, "parent_id"));
        return {{"case", found == starts_.end() ? std::string() : found->second},
                {"text", canonical(json::value(text_of(record.fields, "description")))},
                {"fields", fields(record, "description")}};
    }

    template <class Make>
    json::array sorted(const char* module, Make make) {
        json::array list;
        for (const auto& [time, record] : records(module)) list.push_back(make(*record));
        return in_order(std::move(list));
    }

    static json::array in_order(json::array list) {
        std::vector<std::pair<std::string, json::value>> entries;
        for (json::value& value : list) entries.emplace_back(json::serialize(value), std::move(value));
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        json::array out;
        for (auto& [text, value] : entries) out.push_back(std::move(value));
        return out;
    }

    json::object reply(const std::string& target, const std::string& conversation,
                       const std::string& text) const {
        const auto to = names_.find(target);
        std::unordered_map<std::string, std::string> words = names_of_case(conversation);
        return {{"to", to == names_.end() ? "?" : to->second}, {"text", replace_words(text, words)}};
    }

    std::unordered_map<std::string, std::string> names_of_case(const std::string& conversation) const {
        const auto number = case_numbers_.find(conversation);
        if (number == case_numbers_.end()) return {};
        return {{number->second, "case_number"}};
    }

    json::array replies() const {
        json::array list;
        for (const std::uint64_t id : world_.x.posts().by_author(world_.x.account().id)) {
            const XPost* post = world_.x.posts().find(id);
            if (post == nullptr || post->in_reply_to == 0) continue;
            list.push_back(reply(std::to_string(post->in_reply_to), std::to_string(post->conversation),
                                 unescape_entities(post->text)));
        }
        for (const auto& comment : world_.graph.page().all()) {
            if (!comment->is_own || comment->deleted) continue;
            list.push_back(reply(comment->answers, comment->conversation(), comment->message));
        }
        return in_order(std::move(list));
    }

    World& world_;
    std::unordered_map<std::string, std::string> names_;         // generated id → name
    std::unordered_map<std::string, std::string> starts_;        // case id → name of the first message
    std::unordered_map<std::string, std::string> case_numbers_;  // conversation → number
};

}  // namespace

json::object dump_state(World& world) {
    return Dump(world).take();
}

}  // namespace sandbox
