#include "core/expression/compare.h"
#include "core/expression/containers.h"
#include "core/expression/functions.h"
#include "core/expression/utf8.h"

#include <algorithm>
#include <array>
#include <bit>

namespace maillon::expression {
namespace {

/// The elements as an array: the list's own when it has one, else copied. Empty with an exhausted budget.
std::span<const Value> elements(const Call& call, const Value& list) {
    if (!list.is_json()) return {list.pointer<Value>(), list.aux()};
    const std::size_t size = size_of(list);
    if (!call.frame.charge(size)) return {};
    const auto out = call.frame.arena.array<Value>(size);
    ListReader reader(list);
    for (Value& item : out) reader.next(item);
    return out;
}

/// A copy to rearrange; empty when the budget is used up.
std::span<Value> copy(const Call& call, std::span<const Value> items) {
    if (!call.frame.charge(items.size())) return {};
    const auto out = call.frame.arena.array<Value>(items.size());
    std::ranges::copy(items, out.begin());
    return out;
}

Value slice(const Call& call) {
    if (!call.fits({Kind::list, Kind::integer, Kind::integer})) return call.no_overload();
    const auto items = elements(call, call[0]);
    const std::int64_t from = call[1].as_integer(), to = call[2].as_integer();
    if (from < 0 || to < from || static_cast<std::uint64_t>(to) > items.size()) {
        return call.fail("the slice does not lie within the list");
    }
    return Value::list(items.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
}

void flatten_into(const Call& call, const Value& list, std::int64_t depth, std::vector<Value>& out) {
    ListReader reader(list);
    Value item;
    while (reader.next(item) && call.frame.charge(1)) {
        if (item.is(Kind::list) && depth > 0) {
            flatten_into(call, item, depth - 1, out);
        } else {
            out.push_back(item);
        }
    }
}

Value flatten(const Call& call) {
    if (!call.fits({Kind::list}) && !call.fits({Kind::list, Kind::integer})) return call.no_overload();
    const std::int64_t depth = call.size() == 2 ? call[1].as_integer() : 1;
    if (depth < 0) return call.fail("a list cannot be flattened by a negative depth");
    std::vector<Value> out;
    flatten_into(call, call[0], depth, out);
    return Value::list(copy(call, out));
}

Value distinct(const Call& call) {
    if (!call.fits({Kind::list})) return call.no_overload();
    const auto items = elements(call, call[0]);
    if (!call.frame.charge(2 * items.size())) return call.frame.cost_failure();
    const auto out = call.frame.arena.array<Value>(items.size());
    const std::size_t mask = std::bit_ceil(items.size() * 2 + 1) - 1;
    const auto buckets = call.frame.arena.array<std::uint32_t>(mask + 1);
    std::uint32_t size = 0;
    for (const Value& item : items) {
        std::size_t at = hash(item) & mask;
        while (buckets[at] != 0 && !equals(out[buckets[at] - 1], item, call.frame.meter))
            at = (at + 1) & mask;
        if (buckets[at] != 0) continue;
        out[size++] = item;
        buckets[at] = size;
    }
    return Value::list(out.first(size));
}

Value reverse_text(const Call& call, std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t end = text.size(); end > 0;) {
        std::size_t at = end - 1;
        while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) --at;
        out += text.substr(at, end - at);
        end = at;
    }
    return call.text(out);
}

Value reverse(const Call& call) {
    if (call[0].is(Kind::text)) return reverse_text(call, call[0].as_text());
    if (!call[0].is(Kind::list)) return call.no_overload();
    const auto out = copy(call, elements(call, call[0]));
    std::ranges::reverse(out);
    return Value::list(out);
}

Value sort(const Call& call) {
    if (!call.fits({Kind::list})) return call.no_overload();
    const auto out = copy(call, elements(call, call[0]));
    if (!call.frame.charge(out.size() * static_cast<std::size_t>(std::bit_width(out.size()))))
        return call.frame.cost_failure();
    for (const Value& item : out) {
        const auto fits = order(out[0], item);
        if (!fits || *fits == std::partial_ordering::unordered)
            return call.fail("the elements of the list cannot be ordered");
    }
    std::ranges::stable_sort(out, [](const Value& a, const Value& b) { return *order(a, b) < 0; });
    return Value::list(out);
}

Value range(const Call& call) {
    if (!call.fits({Kind::integer})) return call.no_overload();
    if (call[0].as_integer() < 0) return call.fail("a range cannot have a negative size");
    const auto size = static_cast<std::size_t>(call[0].as_integer());
    if (!call.frame.charge(size)) return call.frame.cost_failure();
    const auto out = call.frame.arena.array<Value>(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = Value::integer(static_cast<std::int64_t>(i));
    return Value::list(out);
}

Value end_of(const Call& call, bool last) {
    if (!call.fits({Kind::list})) return call.no_overload();
    const std::size_t size = size_of(call[0]);
    if (size == 0) return Value::none();
    call.frame.meter.spent += call[0].is_json() ? size >> 4 : 0;
    return Value::some(call.frame.arena, element_at(call[0], last ? size - 1 : 0));
}

Value first(const Call& call) {
    return end_of(call, false);
}
Value last(const Call& call) {
    return end_of(call, true);
}

bool has(const Call& call, const Value& list, const Value& wanted) {
    ListReader reader(list);
    Value item;
    while (reader.next(item) && call.frame.charge(1)) {
        if (equals(item, wanted, call.frame.meter)) return true;
    }
    return false;
}

/// Whether all of b are in a.
bool includes(const Call& call, const Value& a, const Value& b) {
    ListReader reader(b);
    Value item;
    while (reader.next(item)) {
        if (!has(call, a, item)) return false;
    }
    return true;
}

Value set_contains(const Call& call) {
    return call.fits({Kind::list, Kind::list}) ? Value::boolean(includes(call, call[0], call[1]))
                                               : call.no_overload();
}

Value set_equivalent(const Call& call) {
    if (!call.fits({Kind::list, Kind::list})) return call.no_overload();
    return Value::boolean(includes(call, call[0], call[1]) && includes(call, call[1], call[0]));
}

Value set_intersects(const Call& call) {
    if (!call.fits({Kind::list, Kind::list})) return call.no_overload();
    ListReader reader(call[1]);
    Value item;
    while (reader.next(item)) {
        if (has(call, call[0], item)) return Value::boolean(true);
    }
    return Value::boolean(false);
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"slice", method, 3, 3, slice, "(list(T), int, int) -> list(T)"},
    FunctionRow{"flatten", method, 1, 2, flatten, "(list(any), int?) -> list(dyn)"},
    FunctionRow{"distinct", method, 1, 1, distinct, "(list(T)) -> list(T)"},
    FunctionRow{"reverse", method, 1, 1, reverse, "(list(T)) -> list(T) | (string) -> string"},
    FunctionRow{"sort", method, 1, 1, sort, "(list(T)) -> list(T)"},
    FunctionRow{"lists.range", global, 1, 1, range, "(int) -> list(int)"},
    FunctionRow{"first", method, 1, 1, first, "(list(T)) -> optional(T)"},
    FunctionRow{"last", method, 1, 1, last, "(list(T)) -> optional(T)"},
    FunctionRow{"sets.contains", global, 2, 2, set_contains, "(list(T), list(T)) -> bool"},
    FunctionRow{"sets.equivalent", global, 2, 2, set_equivalent, "(list(T), list(T)) -> bool"},
    FunctionRow{"sets.intersects", global, 2, 2, set_intersects, "(list(T), list(T)) -> bool"},
};

}  // namespace

std::span<const FunctionRow> list_functions() {
    return kRows;
}

}  // namespace maillon::expression
