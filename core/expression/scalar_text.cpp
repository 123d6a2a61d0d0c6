#include "core/expression/scalar_text.h"

#include "core/base/text.h"
#include "core/expression/net_address.h"
#include "core/expression/numbers.h"
#include "core/expression/time_text.h"

#include <array>
#include <charconv>

namespace maillon::expression {
namespace {

template <class Int>
void append_whole(std::string& out, Int value) {
    std::array<char, 24> digits;
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

bool append_scalar(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Kind::text: out += value.as_text(); return true;
        case Kind::boolean: out += value.is_true() ? "true" : "false"; return true;
        case Kind::integer: append_whole(out, value.as_integer()); return true;
        case Kind::unsigned_integer: append_whole(out, value.as_unsigned()); return true;
        case Kind::real: out += real_to_text(value.as_real()); return true;
        case Kind::timestamp: out += timestamp_to_text(value); return true;
        case Kind::duration: out += duration_to_text(value.as_integer()); return true;
        case Kind::ip: out += ip_to_text(*value.pointer<NetAddress>()); return true;
        case Kind::cidr: out += cidr_to_text(*value.pointer<NetAddress>()); return true;
        case Kind::bytes:
            if (!is_utf8(value.as_text())) return false;
            out += value.as_text();
            return true;
        default: return false;
    }
}

}  // namespace maillon::expression
