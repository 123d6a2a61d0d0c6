#pragma once

#include "core/match/linkage/field_data.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <array>

namespace maillon::match {

/// Perceptual hashes of pictures, told apart by the bits in which they differ.
class ImageField final : public FieldData {
public:
    /// A picture of more than `most_shared` records on the left is nobody's own; 0: no limit.
    explicit ImageField(std::uint32_t most_shared) : most_shared_(most_shared) {}

    void add(Side side, std::span<const Cell> cells) override;
    void forget(Row left) override;
    Level compare(Row left, Row right) const override;
    void compare_all(std::span<const Row> lefts, Row right, int shift,
                     std::span<std::uint64_t> levels) const override;
    std::optional<double> equal_share() const override { return std::nullopt; }
    bool has_value(Side side, Row row) const override { return hash(side, row) != 0; }
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

protected:
    void forget_right() override {
        hashes_[1].clear();
        counts_[1].clear();
        common_[1].clear();
    }

private:
    /// 0: none, or one that says nothing.
    std::uint64_t hash(Side side, Row row) const;
    Level compare_hashes(std::uint64_t left, std::uint64_t right) const;

    std::uint32_t most_shared_;
    std::array<std::vector<std::uint64_t>, 2> hashes_;
    std::array<boost::unordered_flat_map<std::uint64_t, std::uint32_t>, 2> counts_;
    /// Those that more than `most_shared` have: few, where counts_ is as large as the table.
    std::array<boost::unordered_flat_set<std::uint64_t>, 2> common_;
};

}  // namespace maillon::match
