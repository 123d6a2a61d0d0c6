#pragma once

#include "core/expression/tape.h"

namespace maillon::expression {

/// A map of our own making. Small ones are searched from the front, larger ones through `buckets`.
struct MapTable {
    std::uint32_t size = 0;
    std::uint32_t mask = 0;  ///< buckets − 1, or 0 without buckets
    const MapEntry* entries = nullptr;
    const std::uint32_t* buckets = nullptr;  ///< index of an entry + 1, 0 is free; linear probing
};

/// Number of elements of a list or pairs of a map.
std::size_t size_of(const Value& container);

/// The value under the key, or unset. Keys of any kind may be asked for; numbers match across types.
Value find(const Value& map, const Value& key);
Value find(const Value& map, std::string_view key);
/// The element, or unset when there is none. On a JSON list this walks.
Value element_at(const Value& list, std::size_t index);

/// Runs over the elements of a list, native or JSON.
class ListReader {
public:
    explicit ListReader(const Value& list);
    /// False when there are no more.
    bool next(Value& item);

private:
    const Value* item_ = nullptr;
    std::uint32_t left_ = 0;
    const simdjson::dom::document* document_ = nullptr;
    std::uint32_t at_ = 0, end_ = 0;
};

/// Runs over the pairs of a map, native or JSON, in their order of writing.
class MapReader {
public:
    explicit MapReader(const Value& map);
    bool next(Value& key, Value& value);

private:
    const MapEntry* entry_ = nullptr;
    std::uint32_t left_ = 0;
    const simdjson::dom::document* document_ = nullptr;
    std::uint32_t at_ = 0, end_ = 0;
};

/// Collects the pairs of a map in the arena.
class MapBuilder {
public:
    MapBuilder(Arena& arena, std::size_t capacity);
    /// False when the key is there already. Pairs beyond `capacity` cost a copy of all, now and then.
    bool add(const Value& key, const Value& value);
    Value finish() const;

private:
    std::uint32_t* place_of(const Value& key) const;
    void grow();

    Arena& arena_;
    std::span<MapEntry> entries_;
    std::span<std::uint32_t> buckets_;
    std::uint32_t size_ = 0;
};

constexpr bool can_be_key(Kind kind) {
    return kind == Kind::text || kind == Kind::integer || kind == Kind::unsigned_integer ||
           kind == Kind::boolean;
}

}  // namespace maillon::expression
