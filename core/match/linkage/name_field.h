#pragma once

#include "core/match/linkage/field_data.h"
#include "core/match/linkage/value_pool.h"

#include "core/match/normalise/person_name.h"

namespace maillon::match {

/// A given or a family name: nicknames and spellings, initials, compounds, and whether the name stands in a
/// handle where it is not shown.
class NameField final : public FieldData {
public:
    explicit NameField(Kind kind);

    void add(Side side, std::span<const Cell> cells) override;
    void finish() override;
    void forget(Row left) override;
    void complete() override;
    Level compare(Row left, Row right) const override;
    void compare_all(std::span<const Row> lefts, Row right, int shift,
                     std::span<std::uint64_t> levels) const override;
    std::optional<double> rarity(Row left, Row right, Level level) const override;
    std::optional<double> equal_share() const override;
    bool has_value(Side side, Row row) const override { return id(side, row) != ValuePool::kNone; }
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

    /// Its number among the distinct names of this field, of which there are `names()`; ValuePool::kNone
    /// without a value.
    ValuePool::Id number(Side side, Row row) const { return id(side, row); }
    std::size_t names() const { return pool_.size(); }
    /// Empty without a value.
    std::string_view text(Side side, Row row) const;

protected:
    void mark() override;
    void forget_right() override;

private:
    /// What is known of one distinct name.
    struct Name {
        std::uint64_t spelling = 0;  ///< of a given name: one for all its spellings
        std::uint64_t sound = 0;
        double bits = 0;  ///< how rare it is: -log2 of the share of people who have it; infinite for a letter
    };
    ValuePool::Id id(Side side, Row row) const { return ids_[index(side)][row]; }
    ValuePool::Id within(Side side, Row row) const;
    std::string half(const Cell& cell) const;
    const PersonName& split(std::string_view shown);
    Level compare_values(ValuePool::Id left, ValuePool::Id right, ValuePool::Id left_text,
                         ValuePool::Id right_text) const;
    Level compare_names(ValuePool::Id left, ValuePool::Id right) const;
    bool stands_within(ValuePool::Id name, ValuePool::Id text) const;

    bool is_given_;
    ValuePool pool_, texts_;  ///< names, and what they are looked for in
    std::vector<Name> names_;
    std::vector<ValuePool::Id> ids_[2], within_[2];
    Remembered<PersonName> remembered_;
    Remembered<std::string> halves_;  ///< of columns for this half alone
    std::array<std::size_t, 2> filled_{};
    double usual_ = 0;
};

}  // namespace maillon::match
