#include "core/expression/functions.h"
#include "core/expression/utf8.h"

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
    Pattern(const Call& call, const Value& pattern) : compiled_(call.prepared.pattern.get()) {
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

/// The text to search, never at the null address: there stand groups that took no part in a match.
std::string_view searched(const Call& call) {
    return call[0].aux() == 0 ? std::string_view("") : call[0].as_text();
}

/// The matches in a text, one after another. An empty one directly behind another match is none: `a*` is in
/// "baac" before the b, as "aa", and at the end.
class Matches {
public:
    Matches(const RE2& pattern, std::string_view text) : pattern_(pattern), text_(text) {}

    /// Goes on to the next; `groups` is given the whole and as many groups as it has room for.
    bool next(std::span<re2::StringPiece> groups) {
        while (at_ <= text_.size() && pattern_.Match(piece(text_), at_, text_.size(), RE2::UNANCHORED,
                                                     groups.data(), static_cast<int>(groups.size()))) {
            const re2::StringPiece& whole = groups[0];
            const auto begin = static_cast<std::size_t>(whole.data() - text_.data());
            const bool touches = whole.empty() && begin == last_end_;
            last_end_ = begin + whole.size();
            at_ = last_end_ + (!whole.empty() ? 0 : begin < text_.size() ? sequence_length(text_[begin]) : 1);
            if (!touches) return true;
        }
        return false;
    }

private:
    const RE2& pattern_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t last_end_ = std::string_view::npos;
};

/// The group when the pattern has one, else the whole match. Unset when the group took no part in it.
Value extracted(const RE2& pattern, std::span<const re2::StringPiece> groups) {
    const re2::StringPiece& found = groups[pattern.NumberOfCapturingGroups() == 1 ? 1 : 0];
    return found.data() == nullptr ? Value() : Value::text(view(found));
}

constexpr std::string_view kOneGroup = "the pattern may have one group at most";

Value extract(const Call& call) {
    if (!call.fits({Kind::text, Kind::text})) return call.no_overload();
    const Pattern pattern(call, call[1]);
    if (pattern.failure().is_error()) return pattern.failure();
    if (pattern->NumberOfCapturingGroups() > 1) return call.fail(kOneGroup);
    std::array<re2::StringPiece, 2> groups;
    if (!Matches(*pattern, searched(call)).next(groups)) return Value::none();
    const Value found = extracted(*pattern, groups);
    return found.is(Kind::unset) ? Value::none() : Value::some(call.frame.arena, found);
}

Value extract_all(const Call& call) {
    if (!call.fits({Kind::text, Kind::text})) return call.no_overload();
    const Pattern pattern(call, call[1]);
    if (pattern.failure().is_error()) return pattern.failure();
    if (pattern->NumberOfCapturingGroups() > 1) return call.fail(kOneGroup);
    std::vector<Value> found;
    std::array<re2::StringPiece, 2> groups;
    for (Matches matches(*pattern, searched(call)); matches.next(groups);) {
        if (!call.frame.charge(2)) return call.frame.cost_failure();
        const Value one = extracted(*pattern, groups);
        if (!one.is(Kind::unset)) found.push_back(one);
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
    const std::string_view text = searched(call);
    std::int64_t left = call.size() == 4 ? call[3].as_integer() : -1;
    std::array<re2::StringPiece, 10> groups;
    std::string out;
    std::size_t copied = 0;
    for (Matches matches(*pattern, text); left != 0 && matches.next(groups); --left) {
        if (!call.frame.charge(1 + (groups[0].size() + with.size()) / 10)) return call.frame.cost_failure();
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        out += text.substr(copied, begin - copied);
        pattern->Rewrite(&out, with, groups.data(), static_cast<int>(groups.size()));
        copied = begin + groups[0].size();
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
