#pragma once

#include "core/match/linkage/blocking_keys.h"

#include <vector>

namespace maillon::match {

/// Which records of the left table share a blocking key with one of the right: those worth comparing.
///
/// For each rule the keys of all left records, sorted, with a table of where each prefix begins: a look-up
/// costs two or three cache misses. 12 bytes for each key. Constant once made; any number of threads may ask.
class BlockIndex {
public:
    struct Found {
        Records::Row left = 0;
        std::uint32_t rules = 0;  ///< bit k: rule k found it
        friend bool operator==(const Found&, const Found&) = default;
    };

    static Result<BlockIndex> build(const Model& model, const Records& records, const Watch& watch,
                                    unsigned threads = 1);

    /// The candidates of a right record in the order of their rows. Keys of more than `largest_block` left
    /// records are passed over; of the others the rare come first until there are `most_candidates`. In one
    /// table that is searched for doubles, only rows before `right`.
    void look_up(Records::Row right, std::vector<Found>& out) const;

    std::size_t bytes() const;

private:
    struct Rule {
        std::vector<std::uint64_t> keys;
        std::vector<Records::Row> rows;
        std::vector<std::uint32_t> starts;  ///< of each prefix of `shift` bits less
        int shift = 0;
    };
    struct Block {
        std::size_t begin, end;
        std::size_t rule;
    };

    void fill(Rule& rule, std::size_t number, SharedWatch& watch) const;
    void add_blocks(std::size_t rule, std::span<const std::uint64_t> keys, std::vector<Block>& out) const;

    explicit BlockIndex(const Model& model) : maker_(model) {}

    const Records* records_ = nullptr;
    BlockingKeys maker_;
    std::vector<Rule> rules_;
    std::uint32_t largest_block_ = 0;
    std::uint32_t most_candidates_ = 0;
};

}  // namespace maillon::match
