#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// The ids of rows, and the newest row of each id: texts in one piece of memory, some thirty bytes a row
/// beside them.
class RecordIds {
public:
    using Row = std::uint32_t;

    /// Rows count up from 0; an older row of the same id is no longer found.
    Row add(std::string_view id);
    std::optional<Row> find(std::string_view id) const;
    void remove(std::string_view id);
    std::string_view id(Row row) const;

    /// Ids that are found.
    std::size_t size() const { return rows_.size(); }
    std::size_t bytes() const;

private:
    std::string texts_;
    std::vector<std::uint64_t> ends_;
    boost::unordered_flat_map<std::uint64_t, Row> rows_;  ///< by 64 bits of the id
};

}  // namespace maillon::match
