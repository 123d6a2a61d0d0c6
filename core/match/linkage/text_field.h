#pragma once

#include "core/match/linkage/field_data.h"
#include "core/match/linkage/value_pool.h"

#include <array>

namespace maillon::match {

/// Titles, addresses, names of firms: how alike their words are, each word weighing by how rare it is (TF-IDF
/// cosine), and a mistyped word nearly as much as the right one.
class TextField final : public FieldData {
public:
    void add(Side side, std::span<const Cell> cells) override;
    void finish() override;
    void forget(Row left) override;
    void complete() override;
    Level compare(Row left, Row right) const override;
    bool has_value(Side side, Row row) const override { return !words_[index(side)].of(row).empty(); }
    std::string shown(Side side, Row row) const override;
    void keys(Side side, Row row, std::string_view part, std::vector<std::uint64_t>& out) const override;

    /// 0 … 1.
    double similarity(Row left, Row right) const;

protected:
    void mark() override { pool_.mark(); }
    void forget_right() override;

private:
    double near_words(std::span<const ValuePool::Id> a, std::span<const ValuePool::Id> b) const;
    std::vector<ValuePool::Id> rarest(Side side, Row row, std::size_t most) const;

    ValuePool pool_;
    std::array<ValueLists, 2> words_;                  ///< of each record, ascending, each once
    std::array<std::vector<std::uint64_t>, 2> whole_;  ///< of the text without blanks
    std::array<std::vector<float>, 2> norms_;
    std::vector<double> weights_;
    double rows_ = 0;  ///< at finish()
};

}  // namespace maillon::match
