#pragma once

#include "core/match/linkage/field_data.h"
#include "core/match/linkage/value_pool.h"

#include <array>

namespace maillon::match {

/// Lists of persons, such as authors: parted by commas, semicolons or "and", in any order, given names often
/// as initials, the list often cut short.
class NamesField final : public FieldData {
public:
    void add(Side side, std::span<const Cell> cells) override;
    void forget(Row left) override;
    Level compare(Row left, Row right) const override;
    bool has_value(Side side, Row row) const override { return !families_[index(side)].of(row).empty(); }
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

protected:
    void mark() override { pool_.mark(); }
    void forget_right() override {
        pool_.release();
        families_[1].clear();
        initials_[1].clear();
    }

private:
    /// How many persons of the shorter list are on the other one.
    std::size_t common(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> b) const;
    bool is_alike(ValuePool::Id a, ValuePool::Id b) const;

    ValuePool pool_;
    std::array<ValueLists, 2> families_;  ///< of each person in the order of the list
    std::array<ValueLists, 2> initials_;  ///< beside them: the letter, or 0
};

}  // namespace maillon::match
