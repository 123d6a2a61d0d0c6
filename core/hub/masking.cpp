#include "core/hub/masking.h"

#include "core/base/text.h"
#include "core/event/json_text.h"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace maillon::hub {
namespace {

namespace json = boost::json;

/// Shorter ones stand in too many texts that mean something else.
constexpr std::size_t kShortestId = 6, kShortestHandle = 3;

/// Letters beyond ASCII are words, too.
bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// What an object that stands for another person keeps: a namesake their name, and an account of another
/// network or page its id, though it is the same.
bool is_own(std::string_view key) {
    return key == "name" || key == "id";
}

bool stands_for_somebody(const simdjson::dom::object& object) {
    for (const auto* key : {"network", "email", "phone"}) {
        if (object.at_key(key).error() == simdjson::SUCCESS) return true;
    }
    return false;
}

bool mask_object(json::object& object, const Masking& masking) {
    const auto told = People::of_object(Json::from(object));
    const bool is_person = !told.group.empty();
    if (is_person && masking.is_them(told)) {
        for (auto& member : object) member.value() = json::string(kMask);
        return true;
    }
    bool any = false;
    json::object out;
    for (auto& member : object) {
        std::string key(member.key());
        any |= masking.text(key);
        if (!is_person || !is_own(key)) any |= mask(member.value(), masking);
        out[key] = std::move(member.value());
    }
    object = std::move(out);
    return any;
}

}  // namespace

bool mask(json::value& value, const Masking& masking) {
    if (auto* object = value.if_object()) return mask_object(*object, masking);
    if (auto* array = value.if_array()) {
        bool any = false;
        for (auto& item : *array) any |= mask(item, masking);
        return any;
    }
    std::string text;
    if (const auto* string = value.if_string())
        text = *string;
    else if (value.is_int64() || value.is_uint64())
        text = json_text(value);
    else
        return false;
    if (!masking.text(text)) return false;
    value = json::string(text);
    return true;
}

bool mask_text(std::string& text, const Masking& masking) {
    if (text.starts_with('{') || text.starts_with('[')) {
        json::error_code error;
        auto value = json::parse(text, error);
        if (!error) {
            if (!mask(value, masking)) return false;
            text = json_text(value);
            return true;
        }
    }
    return masking.text(text);
}

Needles::Needles(const Person& person) {
    for (const auto& identity : person.identities) {
        const auto& [field, value] = identity;
        // What is somebody else's id, too, tells in a text of neither.
        if (person.shares(identity)) continue;
        if (field.starts_with("handle_")) {
            if (value.size() < kShortestHandle) continue;
            add('@' + value, false);
            add('/' + value, false);
            add(value, true);
        } else if (field == "email" || field == "phone") {
            add(value, false);
        } else {
            add(value, value.size() < kShortestId);
            if (field.starts_with("record_") && value.size() >= kShortestId) own_.push_back(value);
        }
    }
    for (const auto& name : person.names) {
        if (name.find(' ') != std::string::npos) add(name, false);
    }
    for (const auto& thing : person.things) {
        if (thing.size() < kShortestId) continue;
        add(thing, false);
        own_.push_back(thing);
    }
}

void Needles::add(std::string_view text, bool is_whole) {
    all_.push_back({ascii_lower(text), is_whole});
}

std::size_t Needles::next(std::string_view lower, const Needle& needle, std::size_t from) {
    constexpr auto kNone = std::string_view::npos;
    if (needle.is_whole) return from == 0 && lower == needle.text ? lower.size() : kNone;
    for (auto at = lower.find(needle.text, from); at != kNone; at = lower.find(needle.text, at + 1)) {
        const auto end = at + needle.text.size();
        const bool begins = at == 0 || !is_word(needle.text.front()) || !is_word(lower[at - 1]);
        if (begins && (end == lower.size() || !is_word(lower[end]))) return end;
    }
    return kNone;
}

bool Needles::is_in(std::string_view text) const {
    const auto lower = ascii_lower(text);
    return std::ranges::any_of(
        all_, [&](const Needle& needle) { return next(lower, needle, 0) != std::string_view::npos; });
}

bool Needles::may_be_in(std::string_view text) const {
    const auto lower = ascii_lower(text);
    return std::ranges::any_of(
        all_, [&](const Needle& needle) { return lower.find(needle.text) != std::string::npos; });
}

bool Needles::is_in(simdjson::dom::element value) const {
    if (value.is_string()) return is_in(value.get_string().value_unsafe());
    if (value.is_int64()) return is_in(std::to_string(value.get_int64().value_unsafe()));
    if (value.is_array()) {
        for (const auto item : simdjson::dom::array(value.get_array().value_unsafe()))
            if (is_in(item)) return true;
    } else if (value.is_object()) {
        const simdjson::dom::object object(value.get_object().value_unsafe());
        const bool is_somebody = stands_for_somebody(object);
        for (const auto member : object)
            if (is_in(member.key) || (!(is_somebody && is_own(member.key)) && is_in(member.value)))
                return true;
    }
    return false;
}

bool Needles::is_about(simdjson::dom::element value) const {
    if (value.is_string()) return std::ranges::find(own_, value.get_string().value_unsafe()) != own_.end();
    if (value.is_array()) {
        for (const auto item : simdjson::dom::array(value.get_array().value_unsafe()))
            if (is_about(item)) return true;
    } else if (value.is_object()) {
        for (const auto member : simdjson::dom::object(value.get_object().value_unsafe()))
            if (is_about(member.value)) return true;
    }
    return false;
}

void Needles::mask_about_them(std::string& text) const {
    mask(text);
    Needles words(*this);
    for (auto& needle : words.all_) needle.is_whole = false;
    words.mask(text);
}

bool Needles::mask(std::string& text) const {
    bool any = false;
    for (const auto& needle : all_) {
        for (std::size_t from = 0;;) {
            const auto end = next(ascii_lower(text), needle, from);
            if (end == std::string::npos) break;
            // The slash of an address is not the handle's.
            const auto size = needle.text.size() - (needle.text.front() == '/' ? 1 : 0);
            text.replace(end - size, size, kMask);
            from = end - size + kMask.size();
            any = true;
        }
    }
    return any;
}

}  // namespace maillon::hub
