#pragma once

#include "core/match/linkage/records.h"

#include <cstdint>
#include <string>
#include <vector>

namespace maillon::match {

/// The names of the records of one table, and where they stand.
class Ids {
public:
    /// `column` holds them. Two records of one name are a Fault with both lines.
    static Result<Ids> read(const Table& table, std::size_t column);

    const std::string& name(Records::Row row) const { return names_[row]; }
    std::optional<Records::Row> row(std::string_view name) const;
    std::size_t size() const { return names_.size(); }

private:
    std::vector<std::string> names_;
    std::size_t place(std::string_view name) const;

    std::vector<std::uint32_t> slots_;  ///< open addressing by the name: a row + 1, 0 is free
};

/// Which pairs belong together indeed. Scores are measured against it; nothing is ever learned from it.
class Truth {
public:
    struct Pair {
        Records::Row left = 0, right = 0;
        std::uint32_t label = 0;  ///< index into labels()
    };

    /// Pairs of names in two columns, in either order of the tables; a further column labels them. For one
    /// table also each record's name and its cluster. A pair without one of the names says that the other
    /// record has nobody. Names that no table has are a Fault when they are many, else counted.
    static Result<Truth> read(const Table& table, const Ids& left, const Ids* right);

    const std::vector<Pair>& pairs() const { return pairs_; }
    bool has(Records::Row left, Records::Row right) const;
    const std::vector<std::string>& labels() const { return labels_; }
    std::size_t unknown() const { return unknown_; }

private:
    Result<void> read_clusters(const Table& table, const Ids& ids);
    void add(Records::Row left, Records::Row right, std::string_view label, bool is_one);
    void finish();

    std::vector<Pair> pairs_;  ///< by right, then left
    std::vector<std::string> labels_{""};
    std::size_t unknown_ = 0;
};

}  // namespace maillon::match
