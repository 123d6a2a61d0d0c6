#include "core/expression/containers.h"

#include "core/expression/compare.h"

#include <algorithm>

namespace maillon::expression {
namespace {

constexpr std::size_t kSearchedFromTheFront = 8;
constexpr std::uint32_t kSaturated = 0xFFFFFF;

std::size_t buckets_for(std::size_t entries) {
    return entries <= kSearchedFromTheFront ? 0 : std::bit_ceil(entries * 2);
}

std::size_t count_on_tape(const Value& container) {
    const Tape tape(container.pointer<simdjson::dom::document>());
    const std::uint32_t count = tape.count(container.aux());
    if (count < kSaturated) return count;
    std::size_t exact = 0;
    for (std::uint32_t i = tape.first(container.aux()); i < tape.last(container.aux()); i = tape.after(i))
        ++exact;
    return container.is(Kind::map) ? exact / 2 : exact;
}

Value find_in_table(const MapTable& table, const Value& key) {
    if (table.buckets == nullptr) {
        for (std::uint32_t i = 0; i < table.size; ++i) {
            if (equal_scalars(table.entries[i].key, key)) return table.entries[i].value;
        }
        return Value();
    }
    for (std::size_t at = hash(key) & table.mask; table.buckets[at] != 0; at = (at + 1) & table.mask) {
        const MapEntry& entry = table.entries[table.buckets[at] - 1];
        if (equal_scalars(entry.key, key)) return entry.value;
    }
    return Value();
}

}  // namespace

std::size_t size_of(const Value& container) {
    if (container.is_json()) return count_on_tape(container);
    return container.is(Kind::list) ? container.aux() : container.pointer<MapTable>()->size;
}

Value find(const Value& map, std::string_view key) {
    if (!map.is_json()) return find_in_table(*map.pointer<MapTable>(), Value::text(key));
    const Tape tape(map.pointer<simdjson::dom::document>());
    const std::uint32_t found = tape.find(map.aux(), key);
    return found == 0 ? Value() : tape.at(found);
}

Value find(const Value& map, const Value& key) {
    if (key.is(Kind::text)) return find(map, key.as_text());
    if (map.is_json()) return Value();
    return find_in_table(*map.pointer<MapTable>(), key);
}

Value element_at(const Value& list, std::size_t index) {
    if (!list.is_json()) return index < list.aux() ? list.pointer<Value>()[index] : Value();
    const Tape tape(list.pointer<simdjson::dom::document>());
    const std::uint32_t end = tape.last(list.aux());
    std::uint32_t at = tape.first(list.aux());
    for (; at < end && index > 0; --index) at = tape.after(at);
    return at < end ? tape.at(at) : Value();
}

ListReader::ListReader(const Value& list) {
    if (list.is_json()) {
        document_ = list.pointer<simdjson::dom::document>();
        at_ = Tape(document_).first(list.aux());
        end_ = Tape(document_).last(list.aux());
    } else {
        item_ = list.pointer<Value>();
        left_ = list.aux();
    }
}

bool ListReader::next(Value& item) {
    if (document_ == nullptr) {
        if (left_ == 0) return false;
        --left_;
        item = *item_++;
        return true;
    }
    if (at_ >= end_) return false;
    const Tape tape(document_);
    item = tape.at(at_);
    at_ = tape.after(at_);
    return true;
}

MapReader::MapReader(const Value& map) {
    if (map.is_json()) {
        document_ = map.pointer<simdjson::dom::document>();
        at_ = Tape(document_).first(map.aux());
        end_ = Tape(document_).last(map.aux());
    } else {
        entry_ = map.pointer<MapTable>()->entries;
        left_ = map.pointer<MapTable>()->size;
    }
}

bool MapReader::next(Value& key, Value& value) {
    if (document_ == nullptr) {
        if (left_ == 0) return false;
        --left_;
        key = entry_->key;
        value = (entry_++)->value;
        return true;
    }
    if (at_ >= end_) return false;
    const Tape tape(document_);
    key = Value::text(tape.text_at(at_));
    value = tape.at(at_ + 1);
    at_ = tape.after(at_ + 1);
    return true;
}

MapBuilder::MapBuilder(Arena& arena, std::size_t capacity)
    : arena_(arena),
      entries_(arena.array<MapEntry>(capacity)),
      buckets_(arena.array<std::uint32_t>(buckets_for(capacity))) {}

std::uint32_t* MapBuilder::place_of(const Value& key) const {
    const std::size_t mask = buckets_.size() - 1;
    std::size_t at = hash(key) & mask;
    while (buckets_[at] != 0 && !equal_scalars(entries_[buckets_[at] - 1].key, key)) at = (at + 1) & mask;
    return &buckets_[at];
}

void MapBuilder::grow() {
    const std::span<MapEntry> old = entries_.first(size_);
    entries_ = arena_.array<MapEntry>(std::max<std::size_t>(4, 2 * size_));
    std::ranges::copy(old, entries_.begin());
    buckets_ = arena_.array<std::uint32_t>(buckets_for(entries_.size()));
    if (buckets_.empty()) return;
    for (std::uint32_t i = 0; i < size_; ++i) *place_of(entries_[i].key) = i + 1;
}

bool MapBuilder::add(const Value& key, const Value& value) {
    if (size_ == entries_.size()) grow();
    if (buckets_.empty()) {
        for (std::uint32_t i = 0; i < size_; ++i) {
            if (equal_scalars(entries_[i].key, key)) return false;
        }
    } else {
        std::uint32_t* place = place_of(key);
        if (*place != 0) return false;
        *place = size_ + 1;
    }
    entries_[size_++] = {key, value};
    return true;
}

Value MapBuilder::finish() const {
    const auto* table = arena_.make<MapTable>(
        MapTable{.size = size_,
                 .mask = buckets_.empty() ? 0 : static_cast<std::uint32_t>(buckets_.size() - 1),
                 .entries = entries_.data(),
                 .buckets = buckets_.empty() ? nullptr : buckets_.data()});
    return Value::map(table);
}

}  // namespace maillon::expression
