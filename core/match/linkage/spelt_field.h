#pragma once

#include "core/match/linkage/field_data.h"
#include "core/match/linkage/value_pool.h"

namespace maillon::match {

/// Values of which one sign may be wrong: dates, postcodes, customer numbers.
class SpeltField final : public FieldData {
public:
    explicit SpeltField(Kind kind) : is_date_(kind == Kind::date) {}

    void add(Side side, std::span<const Cell> cells) override;
    void finish() override;
    void forget(Row left) override;
    Level compare(Row left, Row right) const override;
    std::optional<double> rarity(Row left, Row right, Level level) const override;
    std::optional<double> equal_share() const override;
    bool has_value(Side side, Row row) const override { return ids_[index(side)][row] != ValuePool::kNone; }
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

    /// "19830412" for "1983-04-12", "12/04/1983", "12 Apr 1983"-like digits; other texts compact as they are.
    static std::string date_of(std::string_view text);

protected:
    void mark() override { pool_.mark(); }
    void forget_right() override {
        pool_.release();
        ids_[1].clear();
    }

private:
    Level compare_dates(const std::string& a, const std::string& b) const;

    bool is_date_;
    double usual_ = 0;
    ValuePool pool_;
    std::array<std::vector<ValuePool::Id>, 2> ids_;
    std::array<std::size_t, 2> filled_{};
};

}  // namespace maillon::match
