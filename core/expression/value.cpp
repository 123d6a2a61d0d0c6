#include "core/expression/value.h"

#include "core/expression/containers.h"

#include "core/base/assert.h"

#include <array>

namespace maillon::expression {

std::string_view name_of(Kind kind) {
    static constexpr std::array<std::string_view, 17> kNames{"unset",
                                                             "error",
                                                             "null_type",
                                                             "bool",
                                                             "int",
                                                             "uint",
                                                             "double",
                                                             "string",
                                                             "bytes",
                                                             "list",
                                                             "map",
                                                             "google.protobuf.Timestamp",
                                                             "google.protobuf.Duration",
                                                             "type",
                                                             "optional_type",
                                                             "net.IP",
                                                             "net.CIDR"};
    return kNames[static_cast<std::size_t>(kind)];
}

Value Value::list(std::span<const Value> items) {
    return Value(Kind::list, static_cast<std::uint32_t>(items.size()),
                 reinterpret_cast<std::int64_t>(items.data()));
}

Value Value::map(Arena& arena, std::span<const MapEntry> entries) {
    MapBuilder builder(arena, entries.size());
    for (const MapEntry& entry : entries) {
        MAILLON_ASSERT(can_be_key(entry.key.kind()), "a map's key is bool, int, uint or string");
        const bool added = builder.add(entry.key, entry.value);
        MAILLON_ASSERT(added, "the keys of a map differ");
    }
    return builder.finish();
}

Value Value::timestamp(TimePoint t) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(t);
    const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(t - seconds);
    return timestamp(seconds.time_since_epoch().count(), static_cast<std::uint32_t>(rest.count()));
}

Value Value::some(Arena& arena, Value inner) {
    return Value(Kind::optional, 0, reinterpret_cast<std::int64_t>(arena.make<Value>(inner)));
}

Value Value::of(simdjson::dom::element json) {
    // An element is a document and an index on its tape; simdjson has a public type for that pair but no
    // accessor.
    using Reference = simdjson::internal::tape_ref;
    static_assert(sizeof(simdjson::dom::element) == sizeof(Reference));
    static_assert(std::is_trivially_copyable_v<simdjson::dom::element> &&
                  std::is_trivially_copyable_v<Reference>);
    const auto reference = std::bit_cast<Reference>(json);
    if (reference.doc == nullptr) return Value::null();
    return Tape(reference.doc).at(static_cast<std::uint32_t>(reference.json_index));
}

}  // namespace maillon::expression
