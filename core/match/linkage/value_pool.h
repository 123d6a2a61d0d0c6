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
    std::size_t size() const { return texts_.size(); }

    void count(std::size_t side, Id id) { ++counts_[side][id]; }
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

/// For each record the numbers of its values, one after the other.
class ValueLists {
public:
    void add(std::span<const ValuePool::Id> values) {
        values_.insert(values_.end(), values.begin(), values.end());
        begin_.push_back(static_cast<std::uint32_t>(values_.size()));
    }
    std::span<const ValuePool::Id> of(std::size_t row) const {
        return {values_.data() + begin_[row], values_.data() + begin_[row + 1]};
    }
    /// Asks memory for the values of many rows, so that the waits overlap.
    void fetch(std::span<const std::uint32_t> rows) const {
        for (const auto row : rows) __builtin_prefetch(&begin_[row]);
        for (const auto row : rows) __builtin_prefetch(values_.data() + begin_[row]);
    }
    bool has_values() const { return !values_.empty(); }
    std::size_t rows() const { return begin_.size() - 1; }
    void clear() {
        begin_.resize(1);
        values_.clear();
    }
    /// One value's number for another, all over.
    template <class Change>
    void change(Change&& to) {
        for (auto& value : values_) value = to(value);
    }

private:
    std::vector<std::uint32_t> begin_{0};
    std::vector<ValuePool::Id> values_;
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
