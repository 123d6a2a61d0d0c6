#include "core/match/directory_keys.h"

#include "core/base/text.h"
#include "core/match/normalise/phone.h"

#include <algorithm>
#include <set>

namespace maillon::match {
namespace {

bool identifies(std::string_view field) {
    return field == "email" || field == "phone" || field.starts_with("handle_") || field.starts_with("id_");
}

std::string text_of(const Json& json, std::string_view key) {
    const auto member = json.at(key);
    if (!member) return {};
    if (const auto text = member->string()) return std::string(*text);
    // Ids that a service sends as numbers.
    return member->element().is_number() ? member->dump() : std::string();
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string digits_of(std::string_view phone) {
    std::string out;
    for (const char c : phone) {
        if ((c >= '0' && c <= '9') || (c == '+' && out.empty())) out += c;
    }
    return out;
}

}  // namespace

std::optional<std::string> normalised(std::string_view person_field, std::string_view value) {
    value = trimmed(value);
    std::string out;
    if (person_field == "phone") {
        // One line however it is written; without a country the digits must do.
        const auto read = phone(value, {});
        out = read ? read->key : digits_of(value);
        if (out.size() < 7) return std::nullopt;
    } else if (person_field == "email") {
        out = ascii_lower(value);
        if (out.find('@') == std::string::npos) return std::nullopt;
    } else if (person_field.starts_with("handle_")) {
        if (value.starts_with('@')) value.remove_prefix(1);
        out = ascii_lower(value);
    } else {
        out = std::string(value);
    }
    return out.empty() ? std::nullopt : std::optional(std::move(out));
}

DirectoryKeys::DirectoryKeys(const config::Directory& directory)
    : name_(directory.name.value),
      policy_(directory.match),
      reads_(directory.instance + '.' + directory.module) {
    std::set<std::string> said;  // in whatever order it is written
    for (const auto& field : directory.fields) {
        const auto& record_field = field.value.scalar.text;
        record_fields_.push_back(record_field);
        said.insert(field.name.value + '=' + record_field);
        if (identifies(field.name.value)) keys_.push_back({field.name.value, record_field});
        if (field.name.value == "name") full_name_ = record_field;
        if (field.name.value == "given_name") given_name_ = record_field;
        if (field.name.value == "family_name") family_name_ = record_field;
    }
    for (const auto& one : said) reads_ += ' ' + one;
}

const DirectoryKeys::Key* DirectoryKeys::key(std::string_view person_field) const {
    const auto found = std::ranges::find(keys_, person_field, &Key::person_field);
    return found == keys_.end() ? nullptr : &*found;
}

std::vector<std::string> DirectoryKeys::fields() const {
    std::vector<std::string> out;
    for (const auto& known : keys_) out.push_back(known.person_field);
    return out;
}

std::vector<store::RecordKey> DirectoryKeys::of_record(const Json& record) const {
    std::vector<store::RecordKey> out;
    for (const auto& known : keys_) {
        if (auto value = normalised(known.person_field, text_of(record, known.record_field))) {
            out.push_back({known.person_field, std::move(*value)});
        }
    }
    return out;
}

std::string DirectoryKeys::name_of(const Json& record) const {
    if (auto full = text_of(record, full_name_); !full.empty()) return full;
    auto given = text_of(record, given_name_);
    const auto family = text_of(record, family_name_);
    if (!given.empty() && !family.empty()) given += ' ';
    return given + family;
}

std::vector<store::RecordKey> DirectoryKeys::of_person(const Json& person) const {
    const std::string network = text_of(person, "network");
    std::vector<store::RecordKey> out;
    const auto take = [&](const std::string& field, std::string_view from) {
        if (!key(field)) return;
        if (auto value = normalised(field, text_of(person, from))) out.push_back({field, std::move(*value)});
    };
    if (const auto scope = text_of(person, "scope"); !scope.empty())
        take("id_" + network + '/' + scope, "id");
    take("id_" + network, "id");
    take("email", "email");
    take("phone", "phone");
    take("handle_" + network, "handle");
    return out;
}

}  // namespace maillon::match
