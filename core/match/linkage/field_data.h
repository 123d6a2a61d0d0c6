#pragma once

#include "core/match/linkage/levels.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// One cell of a record, and which part of it counts: "given" and "family" of a whole name; "within": a
/// longer text in which values of the other side are looked for; "company" of an e-mail address; "year" of a
/// date.
struct Cell {
    std::string_view text{};
    std::string_view part{};
};

/// The prepared values of one field in both tables: read once, then compared many times.
///
/// Filled row by row, finished once, then only read: any number of threads may compare. When one table is
/// searched for doubles, its rows are added to the left side alone and the right side is the same.
class FieldData {
public:
    using Row = std::uint32_t;

    virtual ~FieldData() = default;

    virtual void add(Side side, std::span<const Cell> cells) = 0;
    /// After the last row: counts become frequencies.
    virtual void finish() {}

    // A hub goes on where a table ends: rows of the left may come after finish(), and between begin_probe()
    // and end_probe() there is one row on the right, which leaves no trace. Figures that were learned from
    // all rows stay. When there was no right side at finish(), its values are taken to be as frequent as the
    // left's.

    /// A row of the left is gone, or another has come in its place: its values no longer count. It may still
    /// be compared.
    virtual void forget(Row left) { (void)left; }
    /// Makes ready what was added since.
    virtual void complete() {}
    void begin_probe() {
        is_probe_ = true;
        mark();
    }
    void end_probe() {
        forget_right();
        is_probe_ = false;
    }

    virtual Level compare(Row left, Row right) const = 0;
    /// compare() of many rows on the left with one on the right: each level comes into the four bits from
    /// `shift` on, which are 0. Here what the right holds is looked at once.
    virtual void compare_all(std::span<const Row> lefts, Row right, int shift,
                             std::span<std::uint64_t> levels) const;
    /// By how many bits the shared value is rarer than values of the field are on the whole; nothing where
    /// rarity plays no part.
    virtual std::optional<double> rarity(Row left, Row right, Level level) const {
        (void)left, (void)right, (void)level;
        return std::nullopt;
    }
    /// How many random pairs with values on both sides come out "exact", where that can be counted rather
    /// than sampled.
    virtual std::optional<double> equal_share() const { return std::nullopt; }
    virtual bool has_value(Side side, Row row) const = 0;
    /// The value as compared, for people.
    virtual std::string shown(Side side, Row row) const = 0;
    /// Adds what a blocking key is made of; nothing when there is no value.
    virtual void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const = 0;

    /// Both sides are the same table.
    void be_one_table() { is_one_ = true; }

protected:
    /// Remembers where the values of a probe begin; forget_right() takes them and the right row back.
    virtual void mark() {}
    virtual void forget_right() = 0;

    std::size_t index(Side side) const { return is_one_ ? 0 : static_cast<std::size_t>(side); }
    bool is_one_ = false;
    bool is_probe_ = false;  ///< what is added now does not count
};

/// What may be taken from all fields of a record while one is filled: residues need the names.
std::unique_ptr<FieldData> make_field_data(const FieldModel& field, const Model& model);

/// A well mixed number for a text; the same on every machine and in every run.
std::uint64_t hash_of(std::string_view text, std::uint64_t seed = 0);
std::uint64_t mix(std::uint64_t a, std::uint64_t b);

}  // namespace maillon::match
