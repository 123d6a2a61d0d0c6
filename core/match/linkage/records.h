#pragma once

#include "core/match/linkage/columns.h"
#include "core/match/linkage/field_data.h"
#include "core/match/linkage/name_communities.h"
#include "core/match/linkage/table.h"
#include "core/match/linkage/watch.h"

#include <memory>
#include <string>
#include <vector>

namespace maillon::match {

class NameField;

/// Both tables prepared for comparing: one FieldData for each field of a model. Constant once made; any
/// number of threads may compare.
class Records {
public:
    using Row = FieldData::Row;

    /// Maps the columns; a column that the model names and a table has not is a Fault that says which may be
    /// meant. `right` null: doubles are searched in `left`. The tables may go after this. Fields are prepared
    /// on so many threads.
    static Result<Records> prepare(const Model& model, const Table& left, const Table* right,
                                   const Watch& watch, unsigned threads = 1);

    /// Records that come one by one, as to a hub: the left as `add_left` gives them, the right one at a time.
    /// Both tables only name columns.
    static Result<Records> open(const Model& model, const Table& left, const Table& right);
    /// `cells` in the order of the columns. After `finish` a row may be compared once `complete` was called.
    Row add_left(std::span<const std::string_view> cells);
    /// Many rows, one after the other; their fields on so many threads. Only before `finish`.
    void add_left_all(std::span<const std::vector<std::string_view>> rows, unsigned threads);
    /// After the last row that is there at the start: values first, which is all that keys are made of, then
    /// which halves of names stand together. While the second runs, other threads may read values.
    void finish_values(unsigned threads);
    void finish_names();
    void complete();
    /// The row is gone: what it holds no longer counts, though it may be compared until all is made anew.
    void forget_left(Row left);
    /// Rows of the left that were not forgotten.
    std::size_t present() const { return rows_[0] - forgotten_; }
    /// Puts a right record in, row 0, until `end_probe`. Nobody else may read meanwhile.
    void begin_probe(std::span<const std::string_view> cells);
    void end_probe();

    std::size_t rows(Side side) const { return rows_[is_one_ ? 0 : static_cast<std::size_t>(side)]; }
    bool is_one_table() const { return is_one_; }
    std::size_t fields() const { return data_.size(); }
    const FieldData& field(std::size_t at) const { return *data_[at]; }

    /// The levels of all fields of a pair, four bits each, the first field lowest. Where both halves of a
    /// name differ, it is looked whether they stand the other way round.
    std::uint64_t levels(Row left, Row right) const;
    /// The same of many rows on the left with one on the right; `out` is as long and all 0.
    void levels_all(std::span<const Row> lefts, Row right, std::span<std::uint64_t> out) const;
    /// Where both halves of a name agree: by how many bits they stand together more often than each by itself
    /// would tell (NameCommunities). 0 for all fields but family names.
    double together_bits(std::size_t field, std::uint64_t levels, Row left, Row right) const;
    /// together_bits() of many rows on the left with one on the right, into `out`. False, and nothing is
    /// written, where they are 0 for all.
    bool together_all(std::size_t field, std::span<const std::uint64_t> levels, std::span<const Row> lefts,
                      Row right, std::span<double> out) const;
    static Level level_of(std::uint64_t levels, std::size_t field) {
        return static_cast<Level>(levels >> (4 * field) & 0xF);
    }

private:
    struct Halves {
        std::size_t given, family;
        Level given_swapped, family_swapped;
    };
    std::uint64_t with_halves(std::uint64_t levels, Row left, Row right) const;
    const NameField& name_field(std::size_t at) const;
    std::optional<std::size_t> halves_of(std::size_t family) const;
    /// Both halves share a name whose rarity counts.
    static bool agrees(const Halves& halves, std::uint64_t levels);
    bool are_swapped(const Halves& halves, Row left, Row right) const;
    void find_halves(const Model& model);
    void add(Side side, std::span<const std::string_view> cells);

    void fit_communities();

    std::vector<std::unique_ptr<FieldData>> data_;
    std::vector<Halves> halves_;
    std::vector<NameCommunities> communities_;                      ///< of each of them
    std::vector<std::array<std::vector<BoundColumn>, 2>> columns_;  ///< of records that come one by one
    std::array<std::size_t, 2> rows_{};
    std::size_t forgotten_ = 0;
    bool is_one_ = false;
};

/// The column of a table that names its records: the first of the model's that it has, else its first column.
/// `side` is which table it is.
Result<std::size_t> id_column(const Model& model, Side side, const Table& table);

/// True when the tables fit the model only the other way round: then the caller exchanges them.
bool stand_the_other_way_round(const Model& model, const Table& left, const Table& right);

}  // namespace maillon::match
