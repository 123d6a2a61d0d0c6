#pragma once
#include "maillon/sdk.hpp"

namespace maillon::sugarcrm {

/// What routes and directories see of a record: without Sugar's own `_acl`, with `email1` = the primary
/// address of the `email` list and `number` = the case number, where the record has them. Anything but an
/// object becomes an empty one.
json::object shaped(json::value record);

/// Text of a member, "" when it is absent or no text. Numbers are written out.
std::string text_of(const json::object& record, std::string_view name);

/// True for true, 1 and "1": older versions of Sugar write booleans as text.
bool is_true(const json::object& record, std::string_view name);

/// Fields as Sugar takes them: `email1` becomes the primary entry of the `email` list. A PUT replaces that
/// list, so the other addresses of `present` (the record as it is now; empty for a new one) are kept. An
/// empty `email1` changes nothing.
json::object for_sugar(const json::object& fields, const json::object& present);

/// True when the record already holds all these fields. "1" equals true and 1; a field that the record lacks
/// differs.
bool holds(const json::object& record, const json::object& fields);

/// A filter array out of {field: value, …}; operators ({"$gte": …}) and arrays that are filters pass
/// unchanged. `email1` asks for any of the record's addresses.
json::array filter_of(const json::value& filter);

/// The records of a listing. Nothing when the body is no listing: "none found" must never be read out of an
/// answer that did not say so.
std::optional<json::array> records_in(json::value body);

/// Where the listing goes on; -1 at its end.
std::int64_t next_offset_in(const json::value& body);

}  // namespace maillon::sugarcrm
