#pragma once

#include "core/match/linkage/field_data.h"
#include "core/match/linkage/value_pool.h"

namespace maillon::match {

/// Cities, companies, jobs: equal, similar, or one found inside of a longer text of the other side.
class PhraseField final : public FieldData {
public:
    explicit PhraseField(Kind kind) : kind_(kind) {}

    void add(Side side, std::span<const Cell> cells) override;
    void finish() override;
    void forget(Row left) override;
    void complete() override;
    Level compare(Row left, Row right) const override;
    void compare_all(std::span<const Row> lefts, Row right, int shift,
                     std::span<std::uint64_t> levels) const override;
    std::optional<double> rarity(Row left, Row right, Level level) const override;
    bool has_value(Side side, Row row) const override;
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

protected:
    void mark() override { pool_.mark(); }
    void forget_right() override {
        pool_.release();
        values_[1].clear();
        inside_[1].clear();
    }

private:
    std::string value_of(const Cell& cell) const;
    void look_inside();
    std::vector<ValuePool::Id> found_in(std::string_view text) const;
    Level compare_lists(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> a_inside,
                        Row right) const;
    bool shares(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> b) const;
    ValuePool::Id shared(Row left, Row right) const;

    double share_of(ValuePool::Id value) const;

    Kind kind_;
    double usual_ = 0;
    ValuePool pool_;
    ValuePool texts_;  ///< in which values are looked for, until finish()
    std::array<ValueLists, 2> values_, texts_of_, inside_;
    std::array<std::size_t, 2> filled_{};
};

}  // namespace maillon::match
