#pragma once

#include "core/base/fault.h"
#include "core/web/query.h"
#include "table.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sandbox {

/// A filter of SugarCRM as a tree.
struct Condition {
    enum class Kind { all, any, compare };
    enum class Operator {
        equals,
        not_equals,
        in,
        not_in,
        gt,
        gte,
        lt,
        lte,
        between,
        starts,
        ends,
        contains,
        not_contains,
        is_empty,
        not_empty
    };

    Kind kind = Kind::all;
    std::vector<Condition> parts{};  ///< of all and any
    std::string field{};             ///< of compare
    Operator op = Operator::equals;
    std::vector<std::string> values{};
};

/// Reads `[{"name": "x"}, {"$or": […]}]`: elements and the members of one element all hold. Fault `rejected`
/// names what is wrong.
maillon::Result<Condition> parse_filter(const json::value& filter);

/// The filter of a GET: "filter[0][name][$equals]=x" or one JSON text in "filter". An empty array when there
/// is none.
maillon::Result<json::value> filter_in_query(const maillon::QueryParameters& query);

/// Answers a question with a "link.field" in it: the field's values in the records on the other side.
using LinkedValues =
    std::function<std::vector<std::string>(const Record&, std::string_view link, std::string_view field)>;

bool matches(const Condition& condition, const Record& record, const LinkedValues& linked);

/// The records that are linked to the one with this id: "contacts" of cases is asked for the cases of a
/// contact.
using LinkedRecords = std::function<Table::Records(std::string_view link, const std::string& id)>;

/// Records among which all that match are, found through indexes; nothing when only reading everything helps.
std::optional<Table::Records> candidates(const Condition& condition, Table& table,
                                         const LinkedRecords& linked);

/// The lowest date_modified that can match, in seconds; 0 when there is no such limit.
std::int64_t modified_from(const Condition& condition);

}  // namespace sandbox
