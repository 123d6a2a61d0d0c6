#include "core/expression/habits.h"

#include "core/expression/functions.h"

#include <algorithm>
#include <array>

namespace maillon::expression {
namespace {

struct Habit {
    std::string_view there, here;
};

constexpr std::array<Habit, 39> kFunctions{{
    {"length", "size(x)"},
    {"len", "size(x)"},
    {"count", "size(x)"},
    {"toLowerCase", "x.lower()"},
    {"lowercase", "x.lower()"},
    {"downcase", "x.lower()"},
    {"toLower", "x.lower()"},
    {"toUpperCase", "x.upper()"},
    {"uppercase", "x.upper()"},
    {"upcase", "x.upper()"},
    {"toUpper", "x.upper()"},
    {"includes", "x.contains(…) for text, … in x for lists"},
    {"has_key", "'key' in x"},
    {"hasOwnProperty", "'key' in x"},
    {"match", "x.matches('…')"},
    {"regexMatch", "x.matches('…')"},
    {"test", "x.matches('…')"},
    {"substr", "x.substring(from, to)"},
    {"slice", "x.substring(from, to) for text"},
    {"strip", "x.trim()"},
    {"concat", "a + b"},
    {"some", "x.exists(e, …)"},
    {"any", "x.exists(e, …)"},
    {"every", "x.all(e, …)"},
    {"select", "x.filter(e, …)"},
    {"find", "x.filter(e, …).first()"},
    {"isEmpty", "size(x) == 0"},
    {"empty", "size(x) == 0"},
    {"isNull", "x == null, or !has(event.x)"},
    {"exists", "has(event.x), or x.exists(e, …) for lists"},
    {"defined", "has(event.x)"},
    {"coalesce", "event.?x.orValue(…)"},
    {"default", "event.?x.orValue(…)"},
    {"not", "!x"},
    {"parseInt", "int(x)"},
    {"float", "double(x)"},
    {"str", "string(x)"},
    {"toString", "string(x)"},
    {"now", "timestamp(meta.time): an expression gives the same whenever it is asked"},
}};

constexpr std::array<Habit, 9> kVariables{{
    {"True", "true"},
    {"TRUE", "true"},
    {"False", "false"},
    {"FALSE", "false"},
    {"None", "null"},
    {"nil", "null"},
    {"NULL", "null"},
    {"undefined", "null, or !has(event.x) for what is not there"},
    {"this", "event"},
}};

/// Signs stand before the words, the longer ones first.
constexpr std::array<Habit, 17> kOperators{{
    {"??", "event.?x.orValue(…) for what may be missing"},
    {"?:", "event.?x.orValue(…) for what may be missing"},
    {"++", "+ 1; nothing can be changed here"},
    {"*]", "x.map(e, e.field) for each of a list"},
    {";", "one expression only"},
    {"and", "'&&'"},
    {"or", "'||'"},
    {"not in", "!(x in [ … ])"},
    {"not", "'!'"},
    {"is", "'=='"},
    {"eq", "'=='"},
    {"ne", "'!='"},
    {"like", "x.contains('…'), x.startsWith('…') or x.matches('…')"},
    {"contains", "x.contains(…)"},
    {"matches", "x.matches('…')"},
    {"startsWith", "x.startsWith(…)"},
    {"endsWith", "x.endsWith(…)"},
}};

constexpr std::array<std::string_view, 8> kLibraries{"text",    "phone", "email", "time",
                                                     "strings", "lists", "sets",  "math"};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

template <std::size_t n>
std::string_view here(const std::array<Habit, n>& habits, std::string_view there) {
    const auto found = std::ranges::find(habits, there, &Habit::there);
    return found == habits.end() ? std::string_view() : found->here;
}

std::string write(std::string_view what) {
    return what.empty() ? std::string() : "write " + std::string(what);
}

}  // namespace

std::string habit_of_function(std::string_view name, bool is_method) {
    for (const auto library : kLibraries) {
        const std::string qualified = std::string(library) + '.' + std::string(name);
        if (!functions_named(qualified).empty()) return write(qualified + (is_method ? "(x)" : "(…)"));
    }
    return write(here(kFunctions, name));
}

std::string habit_of_variable(std::string_view name) {
    return write(here(kVariables, name));
}

std::string habit_of_operator(std::string_view before, std::string_view rest) {
    if (rest.starts_with('>') && before.ends_with('<')) return write("'!='");
    if (rest.starts_with('?') && before.ends_with('?')) return write(kOperators[0].here);
    if (rest.starts_with(':') && before.ends_with('?')) return write(kOperators[1].here);
    if (rest.starts_with('+') && before.ends_with('+')) return write(kOperators[2].here);
    for (const auto& [there, instead] : kOperators) {
        if (!rest.starts_with(there)) continue;
        const bool goes_on = rest.size() > there.size() && is_letter(rest[there.size()]);
        if (!is_letter(there.front()) || !goes_on) return write(instead);
    }
    return {};
}

}  // namespace maillon::expression
