#include "core/expression/functions.h"
#include "core/expression/net_address.h"

#include <array>

namespace maillon::expression {
namespace {

constexpr std::string_view kIpHint = "as '192.0.2.1' or '2001:db8::1'";
constexpr std::string_view kCidrHint = "as '192.0.2.0/24' or '2001:db8::/32'";

const NetAddress& address(const Value& value) {
    return *value.pointer<NetAddress>();
}

Value make(const Call& call, Kind kind, const NetAddress& address) {
    return Value::network(kind, call.frame.arena.make<NetAddress>(address));
}

/// ip(string), and the address that a range was written with.
Value ip(const Call& call) {
    if (call.fits({Kind::cidr})) {
        NetAddress out = address(call[0]);
        out.prefix = 128;
        return make(call, Kind::ip, out);
    }
    if (!call.fits({Kind::text})) return call.no_overload();
    const ParsedAddress parsed = parse_ip(call[0].as_text());
    return parsed.problem.empty() ? make(call, Kind::ip, parsed.address) : call.fail(parsed.problem, kIpHint);
}

Value ip_of_cidr(const Call& call) {
    return call[0].is(Kind::cidr) ? ip(call) : call.no_overload();
}
Value ip_of_text(const Call& call) {
    return call[0].is(Kind::text) ? ip(call) : call.no_overload();
}

Value cidr(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const ParsedAddress parsed = parse_cidr(call[0].as_text());
    return parsed.problem.empty() ? make(call, Kind::cidr, parsed.address)
                                  : call.fail(parsed.problem, kCidrHint);
}

template <ParsedAddress (*parse)(std::string_view)>
Value is_a(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    return Value::boolean(parse(call[0].as_text()).problem.empty());
}

Value is_canonical(const Call& call) {
    if (!call.fits({Kind::text})) return call.no_overload();
    const ParsedAddress parsed = parse_ip(call[0].as_text());
    if (!parsed.problem.empty()) return call.fail(parsed.problem, kIpHint);
    return Value::boolean(ip_to_text(parsed.address) == call[0].as_text());
}

template <bool (NetAddress::*property)() const>
Value has_property(const Call& call) {
    return call.fits({Kind::ip}) ? Value::boolean((address(call[0]).*property)()) : call.no_overload();
}

Value family(const Call& call) {
    return call.fits({Kind::ip}) ? Value::integer(address(call[0]).is_v4() ? 4 : 6) : call.no_overload();
}

/// The second argument is a value of the kind, or its text.
template <Kind kind, ParsedAddress (*parse)(std::string_view)>
Value contains(const Call& call) {
    if (call.fits({Kind::cidr, kind})) return Value::boolean(address(call[0]).contains(address(call[1])));
    if (!call.fits({Kind::cidr, Kind::text})) return call.no_overload();
    const ParsedAddress parsed = parse(call[1].as_text());
    if (!parsed.problem.empty()) return call.fail(parsed.problem, kind == Kind::ip ? kIpHint : kCidrHint);
    return Value::boolean(address(call[0]).contains(parsed.address));
}

Value masked(const Call& call) {
    return call.fits({Kind::cidr}) ? make(call, Kind::cidr, address(call[0]).masked()) : call.no_overload();
}

Value prefix_length(const Call& call) {
    return call.fits({Kind::cidr}) ? Value::integer(address(call[0]).prefix_length()) : call.no_overload();
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"ip", global, 1, 1, ip_of_text, "(string) -> net.IP"},
    FunctionRow{"ip", method, 1, 1, ip_of_cidr, "(net.CIDR) -> net.IP"},
    FunctionRow{"cidr", global, 1, 1, cidr, "(string) -> net.CIDR"},
    FunctionRow{"isIP", global, 1, 1, is_a<parse_ip>, "(string) -> bool"},
    FunctionRow{"isCIDR", global, 1, 1, is_a<parse_cidr>, "(string) -> bool"},
    FunctionRow{"ip.isCanonical", global, 1, 1, is_canonical, "(string) -> bool"},
    FunctionRow{"family", method, 1, 1, family, "(net.IP) -> int"},
    FunctionRow{"isUnspecified", method, 1, 1, has_property<&NetAddress::is_unspecified>, "(net.IP) -> bool"},
    FunctionRow{"isLoopback", method, 1, 1, has_property<&NetAddress::is_loopback>, "(net.IP) -> bool"},
    FunctionRow{"isGlobalUnicast", method, 1, 1, has_property<&NetAddress::is_global_unicast>,
                "(net.IP) -> bool"},
    FunctionRow{"isLinkLocalMulticast", method, 1, 1, has_property<&NetAddress::is_link_local_multicast>,
                "(net.IP) -> bool"},
    FunctionRow{"isLinkLocalUnicast", method, 1, 1, has_property<&NetAddress::is_link_local_unicast>,
                "(net.IP) -> bool"},
    FunctionRow{"containsIP", method, 2, 2, contains<Kind::ip, parse_ip>,
                "(net.CIDR, net.IP) -> bool | (net.CIDR, string) -> bool"},
    FunctionRow{"containsCIDR", method, 2, 2, contains<Kind::cidr, parse_cidr>,
                "(net.CIDR, net.CIDR) -> bool | (net.CIDR, string) -> bool"},
    FunctionRow{"masked", method, 1, 1, masked, "(net.CIDR) -> net.CIDR"},
    FunctionRow{"prefixLength", method, 1, 1, prefix_length, "(net.CIDR) -> int"},
};

}  // namespace

std::span<const FunctionRow> network_functions() {
    return kRows;
}

}  // namespace maillon::expression
