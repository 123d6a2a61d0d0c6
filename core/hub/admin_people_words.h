#pragma once

#include "core/db/session.h"
#include "core/event/json.h"
#include "core/hub/admin_query.h"
#include "core/route/linking.h"

#include <boost/json/object.hpp>

/// Words that the parts of the admin API about people share. Not part of the room's face.
namespace maillon::hub {

template <class E>
boost::json::string word_of(E value) {
    const auto word = db::kWords<E>[static_cast<std::size_t>(value)];
    return boost::json::string(boost::json::string_view(word.data(), word.size()));
}

inline boost::json::value parsed(const std::string& text) {
    const auto value = Json::parse(text);
    return value ? value->to_boost() : boost::json::value();
}

inline route::Saying saying_in(const boost::json::object& arguments) {
    return {text_in(arguments, "by"), text_in(arguments, "note")};
}

}  // namespace maillon::hub
