#pragma once

#include "core/base/fault.h"

#include <simdjson.h>
#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace maillon {

/// An immutable parsed JSON value. Copies share one document; a part (`at`) keeps the whole document alive.
/// Thread-safe, as nothing can change. A default-made Json is `null`.
class Json {
public:
    Json();

    /// Parses one value. Refuses what RFC 8259 forbids, lone surrogates, integers beyond 64 bits (signed or
    /// unsigned) and numbers beyond double: a value that cannot be kept exactly is not an event's.
    static Result<Json> parse(std::string_view text);
    static Json from(const boost::json::value& value);

    /// View of the value; valid as long as this Json or a copy of it lives.
    simdjson::dom::element element() const { return element_; }

    bool is_null() const { return element_.is_null(); }
    /// The member, or nothing when this is no object or has no such key.
    std::optional<Json> at(std::string_view key) const;
    /// The text, or nothing when this is not a string.
    std::optional<std::string_view> string() const;

    /// Compact JSON text.
    std::string dump() const;
    boost::json::value to_boost() const;

private:
    struct Document;
    Json(std::shared_ptr<const Document> document, simdjson::dom::element element);
    std::shared_ptr<const Document> document_;
    simdjson::dom::element element_;
};

/// Copies a view into a value that can be changed.
boost::json::value to_boost(simdjson::dom::element element);

}  // namespace maillon
