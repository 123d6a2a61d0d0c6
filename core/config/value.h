#pragma once

#include "core/config/position.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace maillon::config {

struct Member;

/// A piece of YAML with all its places: a scalar, a list or a map with text keys, each key once, in the order
/// of the file. Scalars are kept as written; what type they have depends on who asks. Text may contain
/// `${…}`: other rooms compile it.
struct ValueTree {
    enum class Kind : std::uint8_t { scalar, list, map };

    Kind kind = Kind::scalar;
    Place place{};
    Scalar scalar;                 ///< when kind is scalar
    std::vector<ValueTree> items;  ///< when kind is list
    std::vector<Member> members;   ///< when kind is map

    bool is_scalar() const { return kind == Kind::scalar; }
    bool is_list() const { return kind == Kind::list; }
    bool is_map() const { return kind == Kind::map; }
    bool is_null() const { return is_scalar() && scalar.is_null(); }
    /// The member of a map, or null.
    const ValueTree* find(std::string_view key) const;
    const Member* find_member(std::string_view key) const;
};

struct Member {
    Scalar key;
    ValueTree value;
};

/// True when the text holds an expression `${…}` (`$${` is a literal and does not count).
bool has_expression(std::string_view text);
bool has_expression(const ValueTree& tree);

/// Text with `$${` as the `${` that it stands for.
std::string literal_text(std::string_view text);

/// What a constant scalar means where no schema says otherwise. Quoted and block text is text. Of plain text
/// only `true`, `false`, `null`, `~`, nothing at all and JSON numbers have a type; `+336…`, `007`, `0x1F`,
/// `1_000`, `yes` and `2026-09-14` stay text. `$${` becomes `${`. Integers beyond 64 bits stay text, so that
/// no digit is lost.
boost::json::value natural_value(const Scalar& scalar);
boost::json::value natural_value(const ValueTree& tree);

}  // namespace maillon::config
