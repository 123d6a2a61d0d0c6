#include "core/expression/compare.h"

#include "core/expression/containers.h"
#include "core/expression/net_address.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace maillon::expression {
namespace {

constexpr double kTwo63 = 9223372036854775808.0;
constexpr double kTwo64 = 18446744073709551616.0;

std::partial_ordering order_real(std::int64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= kTwo63) return std::partial_ordering::less;
    if (b < -kTwo63) return std::partial_ordering::greater;
    const double whole = std::trunc(b);
    const auto part = static_cast<std::int64_t>(whole);
    return a != part ? std::partial_ordering(a <=> part) : 0.0 <=> b - whole;
}

std::partial_ordering order_real(std::uint64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= kTwo64) return std::partial_ordering::less;
    if (b < 0) return std::partial_ordering::greater;
    const double whole = std::trunc(b);
    const auto part = static_cast<std::uint64_t>(whole);
    return a != part ? std::partial_ordering(a <=> part) : 0.0 <=> b - whole;
}

std::partial_ordering reversed(std::partial_ordering o) {
    return 0 <=> o;
}

std::partial_ordering order_numbers(const Value& a, const Value& b) {
    switch (a.kind()) {
        case Kind::integer:
            if (b.is(Kind::integer)) return a.as_integer() <=> b.as_integer();
            if (b.is(Kind::real)) return order_real(a.as_integer(), b.as_real());
            return a.as_integer() < 0 ? std::partial_ordering::less
                                      : std::partial_ordering(static_cast<std::uint64_t>(a.as_integer()) <=>
                                                              b.as_unsigned());
        case Kind::unsigned_integer:
            if (b.is(Kind::unsigned_integer)) return a.as_unsigned() <=> b.as_unsigned();
            if (b.is(Kind::real)) return order_real(a.as_unsigned(), b.as_real());
            return reversed(order_numbers(b, a));
        default:
            if (b.is(Kind::real)) return a.as_real() <=> b.as_real();
            return reversed(order_numbers(b, a));
    }
}

bool equal_lists(const Value& a, const Value& b, Meter& meter) {
    if (size_of(a) != size_of(b)) return false;
    ListReader left(a), right(b);
    Value x, y;
    while (left.next(x) && right.next(y)) {
        if (!equals(x, y, meter)) return false;
    }
    return true;
}

bool equal_maps(const Value& a, const Value& b, Meter& meter) {
    if (size_of(a) != size_of(b)) return false;
    MapReader left(a);
    Value key, value;
    while (left.next(key, value)) {
        const Value other = find(b, key);
        if (other.is(Kind::unset) || !equals(value, other, meter)) return false;
    }
    return true;
}

}  // namespace

bool equal_scalars(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return is_number(a.kind()) && is_number(b.kind()) && order_numbers(a, b) == 0;
    switch (a.kind()) {
        case Kind::text:
        case Kind::bytes:
        case Kind::type: return a.as_text() == b.as_text();
        case Kind::real: return a.as_real() == b.as_real();
        case Kind::timestamp: return a.seconds() == b.seconds() && a.nanos() == b.nanos();
        case Kind::null: return true;
        case Kind::boolean:
        case Kind::integer:
        case Kind::unsigned_integer:
        case Kind::duration: return a.as_integer() == b.as_integer();
        case Kind::ip:
        case Kind::cidr: return *a.pointer<NetAddress>() == *b.pointer<NetAddress>();
        default: return false;
    }
}

bool equals(const Value& a, const Value& b, Meter& meter) {
    if (a.kind() != b.kind()) return equal_scalars(a, b);
    switch (a.kind()) {
        case Kind::list: return meter.charge(1) && equal_lists(a, b, meter);
        case Kind::map: return meter.charge(1) && equal_maps(a, b, meter);
        case Kind::optional:
            return a.is_present() == b.is_present() &&
                   (!a.is_present() || equals(a.inner(), b.inner(), meter));
        case Kind::text:
        case Kind::bytes:
            return a.aux() == b.aux() && meter.charge(1 + a.aux() / 10) && a.as_text() == b.as_text();
        default: return meter.charge(1) && equal_scalars(a, b);
    }
}

std::optional<std::partial_ordering> order(const Value& a, const Value& b) {
    if (is_number(a.kind()) && is_number(b.kind())) return order_numbers(a, b);
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::text:
        case Kind::bytes: return a.as_text() <=> b.as_text();
        case Kind::boolean:
        case Kind::duration: return a.as_integer() <=> b.as_integer();
        case Kind::timestamp:
            return a.seconds() != b.seconds() ? a.seconds() <=> b.seconds() : a.nanos() <=> b.nanos();
        default: return std::nullopt;
    }
}

std::optional<std::int64_t> whole_number(const Value& value) {
    switch (value.kind()) {
        case Kind::integer: return value.as_integer();
        case Kind::unsigned_integer:
            if (value.as_unsigned() > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
            return static_cast<std::int64_t>(value.as_unsigned());
        case Kind::real: {
            const double d = value.as_real();
            if (!(d >= -kTwo63 && d < kTwo63) || d != std::trunc(d)) return std::nullopt;
            return static_cast<std::int64_t>(d);
        }
        default: return std::nullopt;
    }
}

std::size_t hash(const Value& value) {
    const auto mixed = [](std::uint64_t x) {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
        return static_cast<std::size_t>(x ^ (x >> 27));
    };
    switch (value.kind()) {
        case Kind::text:
        case Kind::bytes:
        case Kind::type: return std::hash<std::string_view>{}(value.as_text());
        case Kind::integer:
        case Kind::unsigned_integer:
        case Kind::real:
            // A double above int64 may equal a uint, so all of those share the hash of their double.
            if (const auto whole = whole_number(value)) return mixed(static_cast<std::uint64_t>(*whole));
            return std::hash<double>{}(value.is(Kind::real) ? value.as_real()
                                                            : static_cast<double>(value.as_unsigned()));
        case Kind::ip:
        case Kind::cidr: {
            const auto& bytes = value.pointer<NetAddress>()->bytes;
            return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        }
        case Kind::boolean:
        case Kind::duration:
        case Kind::timestamp: return mixed(static_cast<std::uint64_t>(value.as_integer()) + value.aux());
        default: return static_cast<std::size_t>(value.kind());
    }
}

}  // namespace maillon::expression
