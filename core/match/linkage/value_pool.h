#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// Distinct texts under small numbers, with how many records of either side hold each.
class ValuePool {
public:
    using Id = std::uint32_t;
    static constexpr Id kNone = 0xFFFF'FFFF;

    Id put(std::string_view text);
    /// kNone when it was never put.
    Id find(std::string_view text) const;
    const std::string& text(Id id) const { return texts_[id]; }
    void fetch(Id id) const { __builtin_prefetch(&texts_[id]); }
    std::size_t size() const { return texts_.size(); }

    void count(std::size_t side, Id id) { ++counts_[side][id]; }
    void uncount(std::size_t side, Id id) { --counts_[side][id]; }
    /// `release` takes back every value that was put since `mark`: nobody may hold one.
    void mark() { mark_ = texts_.size(); }
    void release();

    std::uint32_t counted(std::size_t side, Id id) const { return counts_[side][id]; }

private:
    std::deque<std::string> texts_;
    boost::unordered_flat_map<std::string_view, Id> ids_;
    std::array<std::vector<std::uint32_t>, 2> counts_;
    std::size_t mark_ = 0;
};

/// For each record the numbers of its values. Most have one or none, which stands in the record's own place:
/// one wait for memory, four bytes.
class ValueLists {
public:
    using Id = ValuePool::Id;

    void add(std::span<const Id> values) {
        has_values_ = has_values_ || !values.empty();
        if (values.size() <= 1) {
            own_.push_back(values.empty() ? ValuePool::kNone : values.front());
            return;
        }
        own_.push_back(kSeveral + static_cast<Id>(several_.size()));
        several_.push_back(static_cast<Id>(values.size()));
        several_.insert(several_.end(), values.begin(), values.end());
    }
    std::span<const Id> of(std::size_t row) const {
        const auto& own = own_[row];
        if (own < kSeveral) return {&own, 1};
        if (own == ValuePool::kNone) return {};
        const auto* list = &several_[own - kSeveral];
        return {list + 1, *list};
    }
    /// Asks memory for the values of many rows, so that the waits overlap.
    void fetch(std::span<const std::uint32_t> rows) const {
        for (const auto row : rows) __builtin_prefetch(&own_[row]);
        for (const auto row : rows) {
            const auto own = own_[row];
            if (own >= kSeveral && own != ValuePool::kNone) __builtin_prefetch(&several_[own - kSeveral]);
        }
    }
    bool has_values() const { return has_values_; }
    std::size_t rows() const { return own_.size(); }
    void clear() {
        own_.clear();
        several_.clear();
        has_values_ = false;
    }

private:
    static constexpr Id kSeveral = 0x8000'0000;  ///< from here on: where a list begins in `several_`

    std::vector<Id> own_;
    std::vector<Id> several_;  ///< how many, and they
    bool has_values_ = false;
};

/// Remembers what a text was turned into, since columns hold few distinct texts.
template <class Value>
class Remembered {
public:
    template <class Make>
    const Value& of(std::string_view text, Make&& make) {
        const auto found = known_.find(text);
        if (found != known_.end()) return found->second;
        if (known_.size() >= kMost) known_.clear();
        return known_.emplace(std::string(text), make(text)).first->second;
    }

    /// Gives the memory back.
    void forget() {
        if (!known_.empty()) known_ = {};
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    static constexpr std::size_t kMost = 200'000;
    boost::unordered_flat_map<std::string, Value, Hash, std::equal_to<>> known_;
};

}  // namespace maillon::match
