#include "core/expression/functions.h"

#include <array>

namespace maillon::expression {
namespace {

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}
std::string_view view(const re2::StringPiece& piece) {
    return {piece.data(), piece.size()};
}

/// The pattern of a call: compiled at plan time when it was constant, else now.
class Pattern {
public:
    Pattern(const Call& call, const Value& pattern) : compiled_(call.pattern) {
        // Searching is linear in the text; compiling costs much more than its length tells.
        call.frame.meter.spent += 1 + call[0].aux() / 10 + (compiled_ == nullptr ? 50 + pattern.aux() : 0);
        if (compiled_ != nullptr) return;
        std::string problem;
        own_ = compile_pattern(pattern.as_text(), problem);
        compiled_ = own_.get();
        if (compiled_ == nullptr)
            failure_ = call.fail(call.frame.arena.copy("bad regular expression: " + problem));
    }
    const Value& failure() const { return failure_; }  ///< unset when all is well
    const RE2& operator*() const { return *compiled_; }
    const RE2* operator->() const { return compiled_; }

private:
    std::unique_ptr<const RE2> own_;
    const RE2* compiled_;
    Value failure_;
};

Value matches(const Call& call) {
    if (!call.fits({Kind::text, Kind::text})) return call.no_overload();
    const Pattern pattern(call, call[1]);
    if (pattern.failure().is_error()) return pattern.failure();
    return Value::boolean(RE2::PartialMatch(piece(call[0].as_text()), *pattern));
}

/// Finds the next match from `at`; `groups` has room for the whole and for one group.
bool find(const RE2& pattern, std::string_view text, std::size_t at, std::span<re2::StringPiece> groups) {
    return pattern.Match(piece(text), at, text.size(), RE2::UNANCHORED, groups.data(),
                         static_cast<int>(groups.size()));
}

/// The group when the pattern has one, else the whole match.
Value extracted(const RE2& pattern, std::span<const re2::StringPiece> groups) {
    return Value::text(view(groups[pattern.NumberOfCapturingGroups() == 1 ? 1 : 0]));
}

constexpr std::string_view kOneGroup = "the pattern may have one group at most";

Value extract(const Call& call) {
    if (!call.fits({Kind::text, Kind::text})) return call.no_overload();
    const Pattern pattern(call, call[1]);
    if (pattern.failure().is_error()) return pattern.failure();
    if (pattern->NumberOfCapturingGroups() > 1) return call.fail(kOneGroup);
    std::array<re2::StringPiece, 2> groups;
    if (!find(*pattern, call[0].as_text(), 0, groups)) return Value::none();
    return Value::some(call.frame.arena, extracted(*pattern, groups));
}

/// Where the search goes on after a match; an empty one steps over a byte so that it ends.
std::size_t after(std::string_view text, const re2::StringPiece& match) {
    const auto end = static_cast<std::size_t>(match.data() + match.size() - text.data());
    if (!match.empty() || end >= text.size()) return match.empty() ? text.size() + 1 : end;
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0u) == 0x80u) ++next;
    return next;
}

Value extract_all(const Call& call) {
    if (!call.fits({Kind::text, Kind::text})) return call.no_overload();
    const Pattern pattern(call, call[1]);
    if (pattern.failure().is_error()) return pattern.failure();
    if (pattern->NumberOfCapturingGroups() > 1) return call.fail(kOneGroup);
    const std::string_view text = call[0].as_text();
    std::vector<Value> found;
    std::array<re2::StringPiece, 2> groups;
    for (std::size_t at = 0; at <= text.size() && find(*pattern, text, at, groups);
         at = after(text, groups[0])) {
        if (!call.frame.charge(2)) return call.frame.cost_failure();
        found.push_back(extracted(*pattern, groups));
    }
    const auto out = call.frame.arena.array<Value>(found.size());
    std::copy(found.begin(), found.end(), out.begin());
    return Value::list(out);
}

Value replace(const Call& call) {
    if (!call.fits({Kind::text, Kind::text, Kind::text}) &&
        !call.fits({Kind::text, Kind::text, Kind::text, Kind::integer})) {
        return call.no_overload();
    }
    const Pattern pattern(call, call[1]);
    if (pattern.failure().is_error()) return pattern.failure();
    std::string problem;
    const re2::StringPiece with = piece(call[2].as_text());
    if (!pattern->CheckRewriteString(with, &problem)) return call.fail(call.frame.arena.copy(problem));
    const std::string_view text = call[0].as_text();
    std::int64_t left = call.size() == 4 ? call[3].as_integer() : -1;
    std::array<re2::StringPiece, 10> groups;
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; left != 0 && at <= text.size() && find(*pattern, text, at, groups); --left) {
        if (!call.frame.charge(1 + (groups[0].size() + with.size()) / 10)) return call.frame.cost_failure();
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        out += text.substr(copied, begin - copied);
        pattern->Rewrite(&out, with, groups.data(), static_cast<int>(groups.size()));
        copied = begin + groups[0].size();
        at = after(text, groups[0]);
    }
    return call.text(out += text.substr(copied));
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"matches", global, 2, 2, matches, "(string, string) -> bool", 1},
    FunctionRow{"matches", method, 2, 2, matches, "(string, string) -> bool", 1},
    FunctionRow{"regex.extract", global, 2, 2, extract, "(string, string) -> optional(string)", 1},
    FunctionRow{"regex.extractAll", global, 2, 2, extract_all, "(string, string) -> list(string)", 1},
    FunctionRow{"regex.replace", global, 3, 4, replace, "(string, string, string, int?) -> string", 1},
};

}  // namespace

std::span<const FunctionRow> regex_functions() {
    return kRows;
}

}  // namespace maillon::expression
