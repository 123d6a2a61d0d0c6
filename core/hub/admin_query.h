#pragma once

#include "core/base/clock.h"
#include "core/journal/journal.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::hub {

/// The target of a request to the admin API, taken apart.
struct AdminQuery {
    std::vector<std::string> path;  ///< after /v1
    std::map<std::string, std::string> values;

    explicit AdminQuery(std::string_view target);
    /// Empty when it is not given.
    std::string value(const std::string& name) const;
    /// `limit`, between 1 and 1000.
    std::size_t limit() const;
    bool is(std::size_t parts, std::string_view first) const {
        return path.size() == parts && path.front() == first;
    }
};

/// A text member of a request's body; empty when there is none.
std::string text_in(const boost::json::object& arguments, std::string_view name);

/// The event of a position or id; nothing when there is none, `conflict` when several are called so.
Result<std::optional<Event>> event_named(Journal& journal, const std::string& name);

/// From when on and until when, as far as that was said.
struct Between {
    std::optional<TimePoint> since, until;
};

/// Reads spans back from now ("2h") and RFC 3339 times; an empty text says nothing. Refuses two between which
/// nothing lies.
Result<Between> between(const std::string& since, const std::string& until, TimePoint now);

/// A whole text as an integer.
std::optional<std::int64_t> number(std::string_view text);

/// A Fault that is answered with 404.
Fault not_found(std::string what);

}  // namespace maillon::hub
