#pragma once

#include "core/expression/nodes.h"
#include "core/expression/opening_hours.h"
#include "core/expression/zone.h"

#include <re2/re2.h>

namespace maillon::expression {

/// What a call has ready before it is evaluated, made of constant arguments at plan time; each may be null.
struct Prepared {
    std::unique_ptr<const RE2> pattern;
    std::unique_ptr<const Zone> zone;
    std::unique_ptr<const OpeningHours> hours;
};

/// One call of a function: its evaluated arguments (the receiver first), none of them an error.
struct Call {
    Frame& frame;
    std::span<const Value> args;
    Span span;
    std::string_view name;
    const Prepared& prepared;

    std::size_t size() const { return args.size(); }
    const Value& operator[](std::size_t i) const { return args[i]; }
    /// True when the arguments are exactly of these kinds.
    bool fits(std::initializer_list<Kind> kinds) const;

    Value no_overload() const;
    Value fail(FailureCode code, const Value& a = Value()) const;
    /// `sentence` and `hint` must be constants or lie in the arena.
    Value fail(std::string_view sentence, std::string_view hint = {}) const;
    Value cannot_convert(std::string_view target, std::string_view hint = {}) const;
    /// A text result: billed, and copied to the arena.
    Value text(std::string_view text) const;
    Value bytes(std::string_view bytes) const;
};
using Function = Value (*)(const Call&);

/// A row of the tables in functions_*.cpp. Counts include the receiver of a method.
struct FunctionRow {
    enum class Style : std::uint8_t { global, method };
    std::string_view name;  ///< "size", "math.greatest"
    Style style = Style::global;
    std::size_t least = 1;
    std::size_t most = 1;
    Function run = nullptr;
    /// The overloads, as "(string, int?) -> string | (list(T)) -> T": see signature.h. The receiver comes
    /// first.
    std::string_view types{};
    int pattern = -1;  ///< the argument that is a regular expression
    int zone = -1;     ///< the argument that is a time zone
    int hours = -1;    ///< the argument that is opening hours
};
inline constexpr std::size_t kAnyNumber = 64;

std::span<const FunctionRow> core_functions();
std::span<const FunctionRow> conversion_functions();
std::span<const FunctionRow> text_functions();
std::span<const FunctionRow> format_functions();
std::span<const FunctionRow> regex_functions();
std::span<const FunctionRow> time_functions();
std::span<const FunctionRow> optional_functions();
std::span<const FunctionRow> math_functions();
std::span<const FunctionRow> list_functions();
std::span<const FunctionRow> codec_functions();
std::span<const FunctionRow> network_functions();
std::span<const FunctionRow> unicode_functions();
std::span<const FunctionRow> html_functions();
std::span<const FunctionRow> phone_functions();
std::span<const FunctionRow> email_functions();
std::span<const FunctionRow> calendar_functions();

/// The row that fits style and number of arguments, or null.
const FunctionRow* find_function(std::string_view name, FunctionRow::Style style, std::size_t arguments);
std::vector<const FunctionRow*> all_functions();
/// All rows of that name, of either style.
std::vector<const FunctionRow*> functions_named(std::string_view name);
/// Every name once, for "did you mean".
std::vector<std::string> function_names(FunctionRow::Style style);

/// Compiles a regular expression; null and a sentence in `problem` when it is malformed.
std::unique_ptr<const RE2> compile_pattern(std::string_view pattern, std::string& problem);

NodePtr make_call(Span span, const FunctionRow& row, std::vector<NodePtr> args, Prepared prepared);

}  // namespace maillon::expression
