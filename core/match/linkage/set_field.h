#pragma once

#include "core/match/linkage/field_data.h"
#include "core/match/linkage/value_pool.h"

#include "core/match/normalise/phone.h"

namespace maillon::match {

/// Values that are equal or not, several of a record: addresses, numbers, handles, links, categories, and
/// what a handle says beside the name.
class SetField final : public FieldData {
public:
    SetField(const FieldModel& field, const std::string& country);

    void add(Side side, std::span<const Cell> cells) override;
    void finish() override;
    void forget(Row left) override;
    Level compare(Row left, Row right) const override;
    void compare_all(std::span<const Row> lefts, Row right, int shift,
                     std::span<std::uint64_t> levels) const override;
    std::optional<double> rarity(Row left, Row right, Level level) const override;
    std::optional<double> equal_share() const override;
    bool has_value(Side side, Row row) const override { return !lists_[index(side)].of(row).empty(); }
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

protected:
    void mark() override { pool_.mark(); }
    void forget_right() override {
        pool_.release();
        lists_[1].clear();
    }

private:
    void read(std::string_view text, std::vector<std::string>& out);
    ValuePool::Id shared(Row left, Row right) const;
    bool is_shared_by_too_many(ValuePool::Id value) const;

    double share_of(ValuePool::Id value) const;

    Kind kind_;
    bool is_key_;
    double usual_ = 0;
    std::uint32_t most_shared_;
    PhoneReader phones_;
    ValuePool pool_;
    std::array<ValueLists, 2> lists_;
    std::array<std::size_t, 2> filled_{};
};

}  // namespace maillon::match
