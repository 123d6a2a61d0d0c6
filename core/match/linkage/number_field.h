#pragma once

#include "core/match/linkage/field_data.h"

#include <array>

namespace maillon::match {

/// Prices and other amounts, by how far they are apart in proportion; years, by how many.
class NumberField final : public FieldData {
public:
    explicit NumberField(Kind kind) : is_year_(kind == Kind::year) {}

    void add(Side side, std::span<const Cell> cells) override;
    Level compare(Row left, Row right) const override;
    bool has_value(Side side, Row row) const override;
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

    /// The first number in a text, "," and blanks between thousands passed over; NaN when there is none.
    static double number_in(std::string_view text);

protected:
    void forget_right() override { numbers_[1].clear(); }

private:
    bool is_year_;
    std::array<std::vector<double>, 2> numbers_;
};

}  // namespace maillon::match
