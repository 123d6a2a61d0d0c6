#pragma once

#include "core/db/field.h"
#include "core/event/json.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

/// How what the store keeps as words and texts is shown. Not part of the room's face.
namespace maillon::hub {

template <class E>
std::string_view word_of(E value) {
    return db::kWords<E>[static_cast<std::size_t>(value)];
}

/// JSON that was kept as text; as it is where it is none, and null where nothing was kept.
inline boost::json::value parsed(const std::string& text) {
    if (text.empty()) return nullptr;
    const auto value = Json::parse(text);
    return value ? value->to_boost() : boost::json::value(text);
}

}  // namespace maillon::hub
