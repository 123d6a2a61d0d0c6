#pragma once

#include "core/base/clock.h"
#include "core/expression/arena.h"

#include <simdjson.h>

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

namespace maillon::expression {

/// What a value is. `unset` is a variable that no one has bound, `error` the outcome of a failed evaluation.
enum class Kind : std::uint8_t {
    unset,
    error,
    null,
    boolean,
    integer,
    unsigned_integer,
    real,
    text,
    bytes,
    list,
    map,
    timestamp,
    duration,
    type,
    optional,
    ip,
    cidr,
};

/// The name as CEL writes it: "int", "string", "google.protobuf.Timestamp", …
std::string_view name_of(Kind kind);

struct Failure;
struct MapEntry;
struct MapTable;
struct NetAddress;

/// One CEL value: sixteen bytes, copied freely, owning nothing.
///
/// Texts, lists and maps are views: into the event's JSON tape, into the program's constants, or into the
/// arena of the evaluation. Who makes a value from a view keeps what it points to alive; who wants a result
/// to outlive the arena's next `reset` copies it out (output.h).
class Value {
public:
    constexpr Value() = default;

    static constexpr Value null() { return Value(Kind::null, 0, 0); }
    static constexpr Value boolean(bool b) { return Value(Kind::boolean, 0, b ? 1 : 0); }
    static constexpr Value integer(std::int64_t i) { return Value(Kind::integer, 0, i); }
    static constexpr Value unsigned_integer(std::uint64_t u) {
        return Value(Kind::unsigned_integer, 0, static_cast<std::int64_t>(u));
    }
    static Value real(double d) { return Value(Kind::real, 0, std::bit_cast<std::int64_t>(d)); }
    static Value text(std::string_view text) { return view(Kind::text, text); }  ///< must be UTF-8
    static Value bytes(std::string_view bytes) { return view(Kind::bytes, bytes); }
    static Value list(std::span<const Value> items);
    /// Keys must be bool, int, uint or string and differ from each other; the table is copied to the arena.
    static Value map(Arena& arena, std::span<const MapEntry> entries);
    /// Seconds since 1970 and 0 … 999,999,999 nanoseconds; years 1 to 9999.
    static constexpr Value timestamp(std::int64_t seconds, std::uint32_t nanos) {
        return Value(Kind::timestamp, nanos, seconds);
    }
    static Value timestamp(TimePoint t);
    static constexpr Value duration(std::int64_t nanos) { return Value(Kind::duration, 0, nanos); }
    /// `name` must live as long as the value; "int", "list" …
    static Value type(std::string_view name) { return view(Kind::type, name); }
    static Value some(Arena& arena, Value inner);
    /// `kind` is ip or cidr; the address must live as long as the value.
    static Value network(Kind kind, const NetAddress* address) {
        return Value(kind, 0, reinterpret_cast<std::int64_t>(address));
    }
    static constexpr Value none() { return Value(Kind::optional, 0, 0); }
    /// JSON in: integers that fit int64 are int, larger ones uint, other numbers double.
    static Value of(simdjson::dom::element json);

    constexpr Kind kind() const { return kind_; }
    constexpr bool is(Kind kind) const { return kind_ == kind; }
    constexpr bool is_error() const { return kind_ == Kind::error; }
    constexpr bool is_true() const { return kind_ == Kind::boolean && bits_ != 0; }
    constexpr bool is_false() const { return kind_ == Kind::boolean && bits_ == 0; }

    // Each asks for exactly the kind it is named after; look at `kind` first.
    constexpr std::int64_t as_integer() const { return bits_; }  ///< int, duration (ns)
    constexpr std::uint64_t as_unsigned() const { return static_cast<std::uint64_t>(bits_); }
    double as_real() const { return std::bit_cast<double>(bits_); }
    std::string_view as_text() const { return {pointer<char>(), aux_}; }  ///< string, bytes, type
    constexpr std::int64_t seconds() const { return bits_; }              ///< timestamp
    constexpr std::uint32_t nanos() const { return aux_; }                ///< timestamp
    constexpr bool is_present() const { return bits_ != 0; }              ///< optional
    const Value& inner() const { return *pointer<Value>(); }              ///< optional, present

    // For the rooms' own readers of lists and maps (containers.h): whether the value lies on a JSON tape, and
    // where.
    constexpr bool is_json() const { return json_; }
    constexpr std::uint32_t aux() const { return aux_; }
    template <class T>
    const T* pointer() const {
        return reinterpret_cast<const T*>(bits_);
    }
    static Value error(const Failure* failure) {
        return Value(Kind::error, 0, reinterpret_cast<std::int64_t>(failure));
    }
    static Value map(const MapTable* table) {
        return Value(Kind::map, 0, reinterpret_cast<std::int64_t>(table));
    }
    static Value on_tape(Kind kind, const simdjson::dom::document* document, std::uint32_t index) {
        Value out(kind, index, reinterpret_cast<std::int64_t>(document));
        out.json_ = true;
        return out;
    }

private:
    constexpr Value(Kind kind, std::uint32_t aux, std::int64_t bits) : kind_(kind), aux_(aux), bits_(bits) {}
    static Value view(Kind kind, std::string_view text) {
        return Value(kind, static_cast<std::uint32_t>(text.size()),
                     reinterpret_cast<std::int64_t>(text.data()));
    }

    Kind kind_ = Kind::unset;
    bool json_ = false;
    std::uint32_t aux_ = 0;
    std::int64_t bits_ = 0;
};
static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

struct MapEntry {
    Value key;
    Value value;
};

}  // namespace maillon::expression
