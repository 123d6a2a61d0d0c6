#pragma once

#include "core/hub/admin_query.h"
#include "core/hub/kept_words.h"
#include "core/route/linking.h"

#include <boost/json/object.hpp>

/// Words that the parts of the admin API about people share. Not part of the room's face.
namespace maillon::hub {

inline route::Saying saying_in(const boost::json::object& arguments) {
    return {text_in(arguments, "by"), text_in(arguments, "note")};
}

}  // namespace maillon::hub
