#include "core/expression/failure.h"

#include "core/expression/output.h"

namespace maillon::expression {
namespace {

std::string in_quotes(std::string_view word) {
    return "'" + std::string(word) + "'";
}

/// "string + int": the kinds of what was given.
std::string kinds(const Failure& f) {
    std::string out(name_of(f.a.kind()));
    if (!f.b.is(Kind::unset)) out += " and " + std::string(name_of(f.b.kind()));
    return out;
}

Problem missing_key(const Failure& f) {
    const std::string key = f.a.is(Kind::text) ? in_quotes(f.a.as_text()) : to_display(f.a);
    const std::string map(f.text);
    Problem out{"no such key " + key + (map.empty() ? "" : " in '" + map + "'"), 0, 0, {}};
    if (map.empty()) return out;
    if (f.name == ".") {
        const std::string field(f.a.as_text());
        out.hint = "use has(" + map + "." + field + ") or " + map + ".?" + field + ".orValue(…)";
    } else {
        out.hint =
            "use " + to_display(f.a) + " in " + map + " or " + map + "[?" + to_display(f.a) + "].orValue(…)";
    }
    return out;
}

Problem no_overload(const Failure& f) {
    Problem out{"no such overload: " + in_quotes(f.name) + " for " + kinds(f), 0, 0, {}};
    const auto number = [](const Value& v) {
        return v.is(Kind::integer) || v.is(Kind::unsigned_integer) || v.is(Kind::real);
    };
    if (number(f.a) && number(f.b)) out.hint = "convert one side with int(…), uint(…) or double(…)";
    if (f.a.is(Kind::text) != f.b.is(Kind::text) && f.name == "+")
        out.hint = "convert to text with string(…)";
    if (f.a.is(Kind::optional) || f.b.is(Kind::optional)) out.hint = "take the value out with .orValue(…)";
    return out;
}

Problem sentence(const Failure& f) {
    const std::string name(f.name);
    switch (f.code) {
        case FailureCode::no_such_key: return missing_key(f);
        case FailureCode::no_overload: return no_overload(f);
        case FailureCode::no_field:
            return {std::string(name_of(f.a.kind())) + " has no fields: ." + name, 0, 0,
                    f.a.is(Kind::null) ? "the value is null" : ""};
        case FailureCode::not_boolean:
            return {"no such overload: " + in_quotes(name) + " wants bool, not " + kinds(f), 0, 0,
                    "compare it with something"};
        case FailureCode::unset_variable:
            return {"variable " + in_quotes(name) + " has no value here", 0, 0, {}};
        case FailureCode::unknown_variable: return {"unknown variable " + in_quotes(name), 0, 0, {}};
        case FailureCode::unknown_function: return {"unknown function " + in_quotes(name), 0, 0, {}};
        case FailureCode::overflow: return {"overflow in " + in_quotes(name), 0, 0, {}};
        case FailureCode::divide_by_zero: return {"divide by zero", 0, 0, {}};
        case FailureCode::bad_index:
            return {"index " + to_display(f.a) + " out of range, size is " + to_display(f.b), 0, 0, {}};
        case FailureCode::bad_key: return {"a map has no keys of type " + kinds(f), 0, 0, {}};
        case FailureCode::duplicate_key:
            return {"key " + to_display(f.a) + " stands twice in the map", 0, 0, {}};
        case FailureCode::conversion:
            return {
                "cannot convert " + std::string(name_of(f.a.kind())) + " " + to_display(f.a) + " to " + name,
                0, 0, std::string(f.text)};
        case FailureCode::cost:
            return {"cost limit exceeded", 0, 0,
                    "the expression may use " + to_display(f.a) + " units per evaluation"};
        case FailureCode::other: return {name, 0, 0, std::string(f.text)};
    }
    return {name, 0, 0, {}};
}

}  // namespace

Problem describe(const Failure& failure) {
    Problem out = sentence(failure);
    out.begin = failure.span.begin;
    out.end = failure.span.end;
    return out;
}

}  // namespace maillon::expression
