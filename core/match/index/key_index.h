#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace maillon::match {

/// Which rows bear a key: what a look-up of one profile against millions of records begins with.
///
/// A table with open addressing from 32 bits of a key to one row or to a list of rows; eight bytes a slot.
/// Two keys that share these bits share their rows: with ten million keys one look-up in four hundred meets a
/// stranger, who is then compared in vain. A key of more than `largest` rows tells nobody apart: its rows are
/// let go, and it is passed over from then on.
///
/// Keys come and go one by one. Not thread-safe: many may look up at once, or one may change it.
class KeyIndex {
public:
    using Row = std::uint32_t;

    struct Limits {
        std::uint32_t largest = 256;  ///< rows of one key
        std::uint32_t most = 256;     ///< rows of one look-up
    };
    struct Found {
        Row row = 0;
        std::uint32_t rules = 0;  ///< bit n: key n of the look-up has it
        friend bool operator==(const Found&, const Found&) = default;
    };

    explicit KeyIndex(Limits limits);

    /// Makes room, so that filling does not move what is there.
    void reserve(std::size_t keys);
    /// Keys are well mixed numbers. A row that has the key already stays once.
    void add(std::uint64_t key, Row row);
    struct Entry {
        std::uint64_t key = 0;
        Row row = 0;
    };
    /// One after the other, as `add`, with the waits for memory overlapping. Some hundred at a time are best.
    void add_all(std::span<const Entry> entries);
    /// Nothing happens when the row does not have the key.
    void remove(std::uint64_t key, Row row);
    void clear();

    /// The rows that have any of the keys, those of rare keys first, by row within one key; no more than
    /// `most`. `rules[n]` (below 32) tells of which rule key n is.
    struct Asked {
        std::uint64_t key = 0;
        std::uint32_t rule = 0;
    };
    void look_up(std::span<const Asked> keys, std::vector<Found>& out) const;
    /// 0 when nobody has the key; `Limits::largest` + 1 when too many have.
    std::size_t rows_of(std::uint64_t key) const;

    std::size_t keys() const { return used_ - gone_; }
    std::size_t bytes() const;

private:
    /// `rows`: a row below kList; a list from kList on; or one of the two words below.
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t rows = kFree;
    };
    static constexpr std::uint32_t kList = 0x8000'0000, kFree = 0xFFFF'FFFF, kGone = 0xFFFF'FFFE,
                                   kCommon = 0xFFFF'FFFD;
    /// Lists lie in one pool: number of rows, room, rows. Freed ones wait by their room's power of two.
    static constexpr std::size_t kClasses = 16;

    static std::uint32_t tag_of(std::uint64_t key) { return static_cast<std::uint32_t>(key >> 32); }
    std::size_t home(std::uint32_t tag) const;
    const Slot* find(std::uint32_t tag) const;
    void grow(std::size_t slots);
    std::uint32_t new_list(std::size_t size_class);
    void free_list(std::uint32_t at);
    void add_to_list(Slot& slot, Row row);
    std::span<const Row> rows(const Slot& slot) const;
    std::span<Row> list(std::uint32_t at) { return {&pool_[at + 2], pool_[at]}; }

    Limits limits_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> pool_;
    std::vector<std::uint32_t> free_[kClasses];
    std::size_t used_ = 0;  ///< slots that are not free
    std::size_t gone_ = 0;  ///< of these, whose last row has left
};

}  // namespace maillon::match
