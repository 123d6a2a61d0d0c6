#include "core/expression/output.h"

#include "core/base/digest.h"
#include "core/expression/containers.h"
#include "core/expression/numbers.h"
#include "core/expression/scalar_text.h"
#include "core/expression/time_text.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace maillon::expression {
namespace {

constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;  // whole numbers that every JSON reader keeps
constexpr std::size_t kMostBytes =
    16 * 1024 * 1024;  // values share parts, so a small value can have a huge text

bool needs_escape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kPlain = "\b\f\n\r\t\"\\";
    constexpr std::string_view kLetters = "bfnrt\"\\";
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '\\';
    if (const std::size_t found = kPlain.find(c); found != std::string_view::npos) {
        out += kLetters[found];
    } else {
        ((out += "u00") += kHex[static_cast<unsigned char>(c) >> 4]) +=
            kHex[static_cast<unsigned char>(c) & 15u];
    }
}

/// Where the first byte from `at` on stands that has to be escaped. Looks at eight bytes at a time.
std::size_t clean_until(std::string_view text, std::size_t at) {
    constexpr std::uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;
    const auto below = [](std::uint64_t word, std::uint64_t limit) {
        return (word - kOnes * limit) & ~word & kHighs;
    };
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((below(word, 0x20) | below(word ^ kOnes * '"', 1) | below(word ^ kOnes * '\\', 1)) != 0) break;
    }
    while (at < text.size() && !needs_escape(text[at])) ++at;
    return at;
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = clean_until(text, at);
        out.append(text, at, end - at);
        if (end < text.size()) append_escaped(out, text[end]);
        at = end + 1;
    }
    out += '"';
}

bool is_exact(const Value& value) {
    if (value.is(Kind::integer)) return value.as_integer() >= -kExact && value.as_integer() <= kExact;
    if (value.is(Kind::unsigned_integer)) return value.as_unsigned() <= static_cast<std::uint64_t>(kExact);
    return std::isfinite(value.as_real());
}

Fault not_json(std::string_view what) {
    return rejected("a value of type " + std::string(what) + " cannot be written as JSON");
}

/// Appends JSON; the first thing that cannot be written stops it.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out), before_(out.size()) {}

    bool write(const Value& value) {
        if (out_.size() - before_ > kMostBytes)
            return refuse(rejected("the value is too large to be written as JSON"));
        switch (value.kind()) {
            case Kind::null: out_ += "null"; return true;
            case Kind::text: append_quoted(out_, value.as_text()); return true;
            case Kind::bytes: append_quoted(out_, base64_encode(value.as_text())); return true;
            case Kind::boolean: return append_scalar(out_, value);
            case Kind::integer:
            case Kind::unsigned_integer:
            case Kind::real: return number(value);
            case Kind::timestamp:
            case Kind::ip:
            case Kind::cidr:
            case Kind::duration: return quoted(value);
            case Kind::list: return list(value);
            case Kind::map: return map(value);
            case Kind::optional: return write(value.is_present() ? value.inner() : Value::null());
            default: return refuse(not_json(name_of(value.kind())));
        }
    }
    Fault& fault() { return fault_; }

private:
    bool refuse(Fault fault) {
        fault_ = std::move(fault);
        return false;
    }

    bool quoted(const Value& value) {
        out_ += '"';
        append_scalar(out_, value);
        out_ += '"';
        return true;
    }

    bool number(const Value& value) {
        if (!is_exact(value)) return quoted(value);
        if (!value.is(Kind::real)) return append_scalar(out_, value);
        append_json_real(out_, value.as_real());
        return true;
    }

    bool list(const Value& list) {
        char before = '[';
        ListReader reader(list);
        for (Value item; reader.next(item); before = ',') {
            out_ += before;
            if (!write(item)) return false;
        }
        out_ += before == '[' ? "[]" : "]";
        return true;
    }

    bool map(const Value& map) {
        char before = '{';
        MapReader reader(map);
        for (Value key, value; reader.next(key, value); before = ',') {
            if (!key.is(Kind::text))
                return refuse(rejected("a map with keys of type " + std::string(name_of(key.kind())) +
                                       " cannot be written as JSON"));
            out_ += before;
            append_quoted(out_, key.as_text());
            out_ += ':';
            if (!write(value)) return false;
        }
        out_ += before == '{' ? "{}" : "}";
        return true;
    }

    std::string& out_;
    std::size_t before_;
    Fault fault_;
};

Result<boost::json::value> scalar_json(const Value& value) {
    switch (value.kind()) {
        case Kind::null: return boost::json::value(nullptr);
        case Kind::boolean: return boost::json::value(value.is_true());
        case Kind::bytes: return boost::json::value(base64_encode(value.as_text()));
        case Kind::integer:
            if (is_exact(value)) return boost::json::value(value.as_integer());
            break;
        case Kind::unsigned_integer:
            if (is_exact(value)) return boost::json::value(value.as_unsigned());
            break;
        case Kind::real:
            if (is_exact(value)) return boost::json::value(value.as_real());
            break;
        default: break;
    }
    std::string text;
    if (!append_scalar(text, value)) return not_json(name_of(value.kind()));
    return boost::json::value(text);
}

/// `left` counts down the values that may still be made.
Result<boost::json::value> json_of(const Value& value, std::size_t& left) {
    if (left == 0) return rejected("the value is too large to be written as JSON");
    --left;
    if (value.is(Kind::optional)) return json_of(value.is_present() ? value.inner() : Value::null(), left);
    if (value.is(Kind::list)) {
        boost::json::array out;
        ListReader reader(value);
        for (Value item; reader.next(item);) {
            auto made = json_of(item, left);
            if (!made) return made.error();
            out.push_back(std::move(*made));
        }
        return boost::json::value(std::move(out));
    }
    if (!value.is(Kind::map)) return scalar_json(value);
    boost::json::object out;
    MapReader reader(value);
    for (Value key, item; reader.next(key, item);) {
        if (!key.is(Kind::text)) return not_json("map with keys of type " + std::string(name_of(key.kind())));
        auto made = json_of(item, left);
        if (!made) return made.error();
        out.insert_or_assign(key.as_text(), std::move(*made));
    }
    return boost::json::value(std::move(out));
}

std::string shortened(std::string text) {
    constexpr std::size_t kMost = 120;
    if (text.size() <= kMost) return text;
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
    return text.substr(0, end) + "\xE2\x80\xA6";
}

}  // namespace

Result<boost::json::value> to_json(const Value& value) {
    std::size_t left = 500'000;
    return json_of(value, left);
}

Result<> append_json(std::string& out, const Value& value) {
    const std::size_t before = out.size();
    Writer writer(out);
    if (writer.write(value)) return {};
    out.resize(before);
    return std::move(writer.fault());
}

Result<std::string> to_text(const Value& value) {
    std::string out;
    if (append_scalar(out, value)) return out;
    std::string hint;
    if (value.is(Kind::null)) hint = "; give another value for null, as in x == null ? '' : x";
    if (value.is(Kind::optional)) hint = "; take the value out with .orValue('')";
    if (value.is(Kind::list)) hint = "; join its texts with .join(', ')";
    return rejected("a value of type " + std::string(name_of(value.kind())) + " cannot stand inside text" +
                    hint);
}

std::string to_display(const Value& value) {
    std::string out;
    if (value.is(Kind::type)) return std::string(value.as_text());
    if (value.is(Kind::optional))
        return value.is_present() ? "optional.of(" + to_display(value.inner()) + ")" : "optional.none()";
    if (append_json(out, value)) return shortened(std::move(out));
    return "a value of type " + std::string(name_of(value.kind()));
}

}  // namespace maillon::expression
