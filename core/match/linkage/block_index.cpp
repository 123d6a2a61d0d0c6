#include "core/match/linkage/block_index.h"

#include "core/match/linkage/parallel.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace maillon::match {
namespace {

constexpr std::int64_t kBetweenLooks = 4096;

}  // namespace

Result<BlockIndex> BlockIndex::build(const Model& model, const Records& records, const Watch& watch,
                                     unsigned threads) {
    BlockIndex out(model);
    out.records_ = &records;
    out.largest_block_ = model.largest_block;
    out.most_candidates_ = model.most_candidates;
    out.rules_.resize(model.blocking.size());
    SharedWatch shared(watch, "indexing",
                       static_cast<std::int64_t>(model.blocking.size() * records.rows(Side::left)));
    in_pieces(out.rules_.size(), threads, [&](std::size_t at) { out.fill(out.rules_[at], at, shared); });
    if (!shared.finish()) return Fault{FaultKind::cancelled, "ended while indexing", {}};
    return out;
}

void BlockIndex::fill(Rule& rule, std::size_t number, SharedWatch& watch) const {
    struct Entry {
        std::uint64_t key;
        Records::Row row;
    };
    std::vector<Entry> entries;
    std::vector<std::uint64_t> keys;
    const auto rows = records_->rows(Side::left);
    entries.reserve(rows);
    for (Records::Row row = 0; row < rows; ++row) {
        maker_.of(*records_, number, Side::left, row, keys);
        for (const auto key : keys) entries.push_back({key, row});
        if ((row + 1) % kBetweenLooks == 0 && !watch.add(kBetweenLooks)) return;
    }
    watch.add(static_cast<std::int64_t>(rows % kBetweenLooks));
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
        return a.key != b.key ? a.key < b.key : a.row < b.row;
    });
    rule.keys.reserve(entries.size());
    rule.rows.reserve(entries.size());
    for (const auto& entry : entries) {
        rule.keys.push_back(entry.key);
        rule.rows.push_back(entry.row);
    }
    const int bits = std::clamp(static_cast<int>(std::bit_width(entries.size())), 1, 30);
    rule.shift = 64 - bits;
    rule.starts.assign((std::size_t{1} << bits) + 1, 0);
    for (const auto key : rule.keys) ++rule.starts[(key >> rule.shift) + 1];
    std::partial_sum(rule.starts.begin(), rule.starts.end(), rule.starts.begin());
}

void BlockIndex::add_blocks(std::size_t at, std::span<const std::uint64_t> keys,
                            std::vector<Block>& out) const {
    const Rule& rule = rules_[at];
    for (const auto key : keys) {
        const auto prefix = key >> rule.shift;
        const auto first = rule.keys.begin() + rule.starts[prefix],
                   last = rule.keys.begin() + rule.starts[prefix + 1];
        const auto [begin, end] = std::equal_range(first, last, key);
        const auto size = static_cast<std::size_t>(end - begin);
        if (size == 0 || size > largest_block_) continue;
        out.push_back({static_cast<std::size_t>(begin - rule.keys.begin()),
                       static_cast<std::size_t>(end - rule.keys.begin()), at});
    }
}

void BlockIndex::look_up(Records::Row right, std::vector<Found>& out) const {
    out.clear();
    thread_local std::vector<Block> blocks;
    thread_local std::vector<std::uint64_t> some, keys;
    thread_local std::vector<std::size_t> ends;
    blocks.clear();
    keys.clear();
    ends.clear();
    for (std::size_t at = 0; at < rules_.size(); ++at) {
        maker_.of(*records_, at, Side::right, right, some);
        for (const auto key : some) __builtin_prefetch(&rules_[at].starts[key >> rules_[at].shift]);
        keys.insert(keys.end(), some.begin(), some.end());
        ends.push_back(keys.size());
    }
    // The waits for memory overlap: first where all keys begin, then the keys, then the rows.
    const auto of_rule = [&](std::size_t at) {
        return std::span(keys).subspan(at == 0 ? 0 : ends[at - 1], ends[at] - (at == 0 ? 0 : ends[at - 1]));
    };
    for (std::size_t at = 0; at < rules_.size(); ++at) {
        for (const auto key : of_rule(at))
            __builtin_prefetch(rules_[at].keys.data() + rules_[at].starts[key >> rules_[at].shift]);
    }
    for (std::size_t at = 0; at < rules_.size(); ++at) add_blocks(at, of_rule(at), blocks);
    for (const auto& block : blocks) __builtin_prefetch(&rules_[block.rule].rows[block.begin]);
    std::ranges::stable_sort(blocks, {}, [](const Block& block) { return block.end - block.begin; });
    const bool is_one = records_->is_one_table();
    std::size_t taken = 0;
    for (const auto& block : blocks) {
        if (taken >= most_candidates_) break;
        const auto& rows = rules_[block.rule].rows;
        for (auto at = block.begin; at < block.end; ++at) {
            if (is_one && rows[at] >= right) break;  // rows of a key ascend
            out.push_back({rows[at], 1U << block.rule});
        }
        taken = out.size();
    }
    std::ranges::sort(out, {}, &Found::left);
    std::size_t kept = 0;
    for (const auto& one : out) {
        if (kept > 0 && out[kept - 1].left == one.left)
            out[kept - 1].rules |= one.rules;
        else
            out[kept++] = one;
    }
    out.resize(kept);
}

std::size_t BlockIndex::bytes() const {
    std::size_t sum = 0;
    for (const auto& rule : rules_)
        sum += rule.keys.capacity() * 8 + rule.rows.capacity() * 4 + rule.starts.capacity() * 4;
    return sum;
}

}  // namespace maillon::match
