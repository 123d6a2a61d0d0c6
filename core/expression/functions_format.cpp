#include "core/base/text.h"
#include "core/expression/containers.h"
#include "core/expression/functions.h"
#include "core/expression/numbers.h"
#include "core/expression/scalar_text.h"
#include "core/expression/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace maillon::expression {
namespace {

/// Bytes as text. What is not UTF-8 becomes one replacement character, however long it is.
void append_readable(std::string& out, std::string_view bytes) {
    bool was_good = true;
    while (!bytes.empty()) {
        const std::string_view one = bytes.substr(0, sequence_length(bytes.front()));
        const bool good = is_utf8(one);
        if (good) {
            out += one;
        } else if (was_good) {
            out += "\xEF\xBF\xBD";
        }
        bytes.remove_prefix(good ? one.size() : 1);
        was_good = good;
    }
}

/// Writes `format` with its arguments. What is wrong is left in `problem`.
class Formatter {
public:
    explicit Formatter(const Call& call) : call_(call), format_(call[0].as_text()), args_(call[1]) {}

    Value run() {
        while (!format_.empty() && problem_.empty()) {
            const std::size_t percent = format_.find('%');
            if (!call_.frame.charge(1 + out_.size() / 1000)) return call_.frame.cost_failure();
            out_ += format_.substr(0, percent);
            if (percent == std::string_view::npos) break;
            format_.remove_prefix(percent + 1);
            clause();
        }
        if (call_.frame.meter.is_exhausted()) return call_.frame.cost_failure();
        return problem_.empty() ? call_.text(out_) : call_.fail(call_.frame.arena.copy(problem_));
    }

private:
    void clause() {
        if (format_.starts_with('%')) {
            out_ += '%';
            format_.remove_prefix(1);
            return;
        }
        const std::optional<int> precision = this->precision();
        if (!problem_.empty()) return;
        const char verb = format_.empty() ? '\0' : format_.front();
        if (std::string_view("sdfexXob").find(verb) == std::string_view::npos || verb == '\0') {
            problem_ = "unknown formatting clause '%" + std::string(format_.substr(0, 1)) + "'";
            return;
        }
        format_.remove_prefix(1);
        Value arg;
        if (!args_.next(arg)) {
            problem_ = "there is no argument for the formatting clause '%" + std::string(1, verb) + "'";
            return;
        }
        if (!write(verb, precision, arg)) {
            problem_ = "'%" + std::string(1, verb) + "' cannot format " + std::string(name_of(arg.kind()));
        }
    }

    std::optional<int> precision() {
        if (!format_.starts_with('.')) return std::nullopt;
        constexpr int kMost = 1000;
        int value = 0;
        const auto [end, error] = std::from_chars(format_.data() + 1, format_.data() + format_.size(), value);
        if (error != std::errc() || value < 0 || value > kMost) {
            problem_ = "the precision of a formatting clause must be 0 to 1000";
            return std::nullopt;
        }
        format_.remove_prefix(static_cast<std::size_t>(end - format_.data()));
        return value;
    }

    bool write(char verb, std::optional<int> precision, const Value& value) {
        switch (verb) {
            case 's': return write_text(value);
            case 'd': return write_whole(value, 10, true);
            case 'b':
                if (!value.is(Kind::boolean)) return write_whole(value, 2, false);
                out_ += value.is_true() ? '1' : '0';
                return true;
            case 'o': return write_whole(value, 8, false);
            case 'x':
            case 'X': return write_hex(value, verb == 'X');
            default:
                return write_real(value,
                                  verb == 'e' ? std::chars_format::scientific : std::chars_format::fixed,
                                  precision.value_or(6));
        }
    }

    bool write_whole(const Value& value, int base, bool real_too) {
        std::array<char, 72> digits;
        const char* end = nullptr;
        if (value.is(Kind::integer)) {
            end = std::to_chars(digits.data(), digits.data() + digits.size(), value.as_integer(), base).ptr;
        } else if (value.is(Kind::unsigned_integer)) {
            end = std::to_chars(digits.data(), digits.data() + digits.size(), value.as_unsigned(), base).ptr;
        } else {
            return real_too && value.is(Kind::real) && write_text(value);
        }
        out_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
        return true;
    }

    bool write_hex(const Value& value, bool upper) {
        const std::size_t start = out_.size();
        if (value.is(Kind::text) || value.is(Kind::bytes)) {
            if (!call_.frame.charge(value.aux() / 5)) return true;
            constexpr std::string_view kDigits = "0123456789abcdef";
            for (const char c : value.as_text()) {
                const auto byte = static_cast<unsigned char>(c);
                (out_ += kDigits[byte >> 4]) += kDigits[byte & 15u];
            }
        } else if (!write_whole(value, 16, false)) {
            return false;
        }
        if (upper) {
            std::for_each(out_.begin() + static_cast<std::ptrdiff_t>(start), out_.end(),
                          [](char& c) { c = c >= 'a' ? static_cast<char>(c - 32) : c; });
        }
        return true;
    }

    bool write_real(const Value& value, std::chars_format format, int precision) {
        double real = 0;
        if (value.is(Kind::real)) {
            real = value.as_real();
        } else if (value.is(Kind::integer)) {
            real = static_cast<double>(value.as_integer());
        } else if (value.is(Kind::unsigned_integer)) {
            real = static_cast<double>(value.as_unsigned());
        } else {
            return false;
        }
        if (!std::isfinite(real)) {
            out_ += real_to_text(real);
            return true;
        }
        std::array<char, 1400> digits;  // 309 digits before the point and 1000 after it
        const auto done =
            std::to_chars(digits.data(), digits.data() + digits.size(), real, format, precision);
        out_.append(digits.data(), done.ptr);
        return true;
    }

    /// `%s`: any value but an optional.
    bool write_text(const Value& value) {
        if (!call_.frame.charge(1 + (value.is(Kind::text) || value.is(Kind::bytes) ? value.aux() / 10 : 0)))
            return true;
        switch (value.kind()) {
            case Kind::null: out_ += "null"; return true;
            case Kind::type: out_ += value.as_text(); return true;
            case Kind::list: return write_list(value);
            case Kind::map: return write_map(value);
            case Kind::real: return write_plain(value.as_real());
            case Kind::bytes: append_readable(out_, value.as_text()); return true;
            default: return append_scalar(out_, value);
        }
    }

    /// Without an exponent: up to 326 characters.
    bool write_plain(double real) {
        const std::string text = real_to_plain_text(real);
        if (call_.frame.charge(text.size() / 10)) out_ += text;
        return true;
    }

    bool write_list(const Value& list) {
        out_ += '[';
        ListReader reader(list);
        Value item;
        for (bool first = true; reader.next(item); first = false) {
            if (!first) out_ += ", ";
            if (!write_text(item)) return false;
        }
        out_ += ']';
        return true;
    }

    /// Pairs stand in the order of their keys' text.
    bool write_map(const Value& map) {
        std::vector<std::pair<std::string, Value>> pairs;
        MapReader reader(map);
        Value key, value;
        while (reader.next(key, value) && call_.frame.charge(1)) {
            append_scalar(pairs.emplace_back("", value).first, key);
        }
        std::ranges::sort(pairs, {}, &std::pair<std::string, Value>::first);
        out_ += '{';
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            ((out_ += i == 0 ? "" : ", ") += pairs[i].first) += ": ";
            if (!write_text(pairs[i].second)) return false;
        }
        out_ += '}';
        return true;
    }

    const Call& call_;
    std::string_view format_;
    ListReader args_;
    std::string out_;
    std::string problem_;
};

Value format(const Call& call) {
    return call.fits({Kind::text, Kind::list}) ? Formatter(call).run() : call.no_overload();
}

constexpr std::array kRows{
    FunctionRow{"format", FunctionRow::Style::method, 2, 2, format, "(string, list(any)) -> string"}};

}  // namespace

std::span<const FunctionRow> format_functions() {
    return kRows;
}

}  // namespace maillon::expression
