#include "core/match/index/key_index.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <bit>

namespace maillon::match {
namespace {

constexpr std::size_t kFewest = 16;

/// Full at seven tenths.
std::size_t slots_for(std::size_t keys) {
    return std::max(kFewest, keys + keys / 2);
}

}  // namespace

KeyIndex::KeyIndex(Limits limits) : limits_(limits), slots_(kFewest) {
    MAILLON_ASSERT(limits.largest < 1U << (kClasses - 1),
                   "a list of a key index has no room for so many rows");
}

std::size_t KeyIndex::home(std::uint32_t tag) const {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(tag) * slots_.size() >> 32);
}

void KeyIndex::reserve(std::size_t keys) {
    if (slots_for(keys) > slots_.size()) grow(slots_for(keys));
}

void KeyIndex::grow(std::size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(slots_);
    used_ = gone_ = 0;
    for (const auto& slot : old) {
        if (slot.rows == kFree || slot.rows == kGone) continue;
        std::size_t at = home(slot.tag);
        while (slots_[at].rows != kFree) at = at + 1 == slots_.size() ? 0 : at + 1;
        slots_[at] = slot;
        ++used_;
    }
}

const KeyIndex::Slot* KeyIndex::find(std::uint32_t tag) const {
    std::size_t at = home(tag);
    while (slots_[at].rows != kFree && slots_[at].tag != tag) at = at + 1 == slots_.size() ? 0 : at + 1;
    return &slots_[at];
}

std::span<const KeyIndex::Row> KeyIndex::rows(const Slot& slot) const {
    if (slot.rows < kList) return {&slot.rows, 1};
    if (slot.rows >= kCommon) return {};
    const std::uint32_t at = slot.rows - kList;
    return {&pool_[at + 2], pool_[at]};
}

std::uint32_t KeyIndex::new_list(std::size_t size_class) {
    auto& waiting = free_[size_class];
    if (!waiting.empty()) {
        const std::uint32_t at = waiting.back();
        waiting.pop_back();
        pool_[at] = 0;
        return at;
    }
    const auto at = static_cast<std::uint32_t>(pool_.size());
    pool_.resize(pool_.size() + 2 + (std::size_t{1} << size_class));
    pool_[at + 1] = static_cast<std::uint32_t>(size_class);
    return at;
}

void KeyIndex::free_list(std::uint32_t at) {
    free_[pool_[at + 1]].push_back(at);
}

void KeyIndex::add_to_list(Slot& slot, Row row) {
    std::uint32_t at = slot.rows - kList;
    const auto there = list(at);
    const auto place = std::ranges::lower_bound(there, row);
    if (place != there.end() && *place == row) return;
    if (there.size() >= limits_.largest) {
        free_list(at);
        slot.rows = kCommon;
        return;
    }
    const auto before = static_cast<std::size_t>(place - there.begin());
    const std::uint32_t size = pool_[at], size_class = pool_[at + 1];
    if (size == std::uint32_t{1} << size_class) {
        const std::uint32_t wider = new_list(size_class + 1);
        std::copy_n(&pool_[at + 2], size, &pool_[wider + 2]);
        free_list(at);
        at = wider;
        slot.rows = kList + at;
    }
    Row* rows = &pool_[at + 2];
    std::copy_backward(rows + before, rows + size, rows + size + 1);
    rows[before] = row;
    pool_[at] = size + 1;
}

void KeyIndex::add(std::uint64_t key, Row row) {
    MAILLON_ASSERT(row < kList, "rows of a key index are below 2^31");
    if (slots_for(used_ + 1) > slots_.size()) grow(slots_for((used_ - gone_ + 1) * 2));
    auto& slot = const_cast<Slot&>(*find(tag_of(key)));
    if (slot.rows == kFree || slot.rows == kGone) {
        slot.rows == kFree ? ++used_ : --gone_;
        slot = {tag_of(key), row};
    } else if (slot.rows < kList) {
        if (slot.rows == row) return;
        const std::uint32_t at = new_list(1);
        pool_[at] = 2;
        pool_[at + 2] = std::min(slot.rows, row);
        pool_[at + 3] = std::max(slot.rows, row);
        slot.rows = kList + at;
        if (limits_.largest < 2) {
            free_list(at);
            slot.rows = kCommon;
        }
    } else if (slot.rows < kCommon) {
        add_to_list(slot, row);
    }
}

void KeyIndex::add_all(std::span<const Entry> entries) {
    for (const auto& entry : entries) __builtin_prefetch(&slots_[home(tag_of(entry.key))], 1);
    for (const auto& entry : entries) {
        const auto rows = find(tag_of(entry.key))->rows;
        if (rows >= kList && rows < kCommon) __builtin_prefetch(&pool_[rows - kList], 1);
    }
    for (const auto& entry : entries) add(entry.key, entry.row);
}

void KeyIndex::remove(std::uint64_t key, Row row) {
    auto& slot = const_cast<Slot&>(*find(tag_of(key)));
    if (slot.rows >= kCommon) return;
    if (slot.rows < kList) {
        if (slot.rows != row) return;
        slot.rows = kGone;
        ++gone_;
        return;
    }
    const std::uint32_t at = slot.rows - kList;
    const auto there = list(at);
    const auto place = std::ranges::lower_bound(there, row);
    if (place == there.end() || *place != row) return;
    std::copy(place + 1, there.end(), place);
    if (--pool_[at] > 1) return;
    slot.rows = pool_[at + 2];
    free_list(at);
}

void KeyIndex::clear() {
    *this = KeyIndex(limits_);
}

std::size_t KeyIndex::rows_of(std::uint64_t key) const {
    const Slot* slot = find(tag_of(key));
    return slot->rows == kCommon ? limits_.largest + 1 : rows(*slot).size();
}

void KeyIndex::look_up(std::span<const Asked> keys, std::vector<Found>& out) const {
    struct Block {
        std::span<const Row> rows;
        std::uint32_t rule;
    };
    constexpr std::size_t kMostKeys = 256;
    std::array<Block, kMostKeys> blocks;
    std::size_t count = 0;
    keys = keys.first(std::min(keys.size(), kMostKeys));
    for (const auto& asked : keys) __builtin_prefetch(&slots_[home(tag_of(asked.key))]);
    for (const auto& asked : keys) {
        const auto found = rows(*find(tag_of(asked.key)));
        if (!found.empty()) blocks[count++] = {found, asked.rule};
    }
    const auto rare = std::span(blocks).first(count);
    std::ranges::stable_sort(rare, {}, [](const Block& block) { return block.rows.size(); });
    out.clear();
    // Places of rows in `out`, by the row's bits: a table that is half full at most.
    const std::size_t room = std::bit_ceil(std::size_t{limits_.most} * 2);
    thread_local std::vector<std::uint32_t> places;
    places.assign(room, 0);
    for (const auto& block : rare) {
        for (const Row row : block.rows) {
            std::size_t at = row * 0x9E3779B1U & (room - 1);
            while (places[at] != 0 && out[places[at] - 1].row != row) at = (at + 1) & (room - 1);
            if (places[at] == 0) {
                if (out.size() >= limits_.most) continue;
                out.push_back({row, 0});
                places[at] = static_cast<std::uint32_t>(out.size());
            }
            out[places[at] - 1].rules |= 1U << block.rule;
        }
    }
}

std::size_t KeyIndex::bytes() const {
    std::size_t out = slots_.capacity() * sizeof(Slot) + pool_.capacity() * sizeof(pool_[0]);
    for (const auto& waiting : free_) out += waiting.capacity() * sizeof(waiting[0]);
    return out;
}

}  // namespace maillon::match
