// Any bytes as an expression over typed variables: checking ends, offsets lie in the source, the estimate is
// in order, and where the checker promises a scalar type the value is of that kind.

#include "core/base/assert.h"
#include "core/event/json.h"
#include "core/expression/expression.h"
#include "core/expression/type_schema.h"

#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>

namespace maillon::expression {
namespace {

const Scope& scope() {
    static const Scope kScope =
        Scope()
            .declare("event", type_of_schema(boost::json::parse(
                                  R"({"type":"object","additionalProperties":false,"properties":{
            "text":{"type":"string"},"n":{"type":"integer"},"d":{"type":"number"},"yes":{"type":"boolean"},
            "list":{"type":"array","items":{"type":"number"},"maxItems":9},"maybe":{"type":["string","null"]},
            "who":{"type":"object","properties":{"name":{"type":"string"}},"additionalProperties":false}}})")))
            .declare("meta")
            .limits({.cost = 20'000});
    return kScope;
}

const Json& event() {
    static const Json kEvent =
        Json::parse(
            R"({"text":"Ça va ?","n":3,"d":1,"yes":true,"list":[1,2.5],"maybe":null,"who":{"name":"x"}})")
            .value();
    return kEvent;
}

bool keeps_promise(const Type& type, Kind kind) {
    switch (type.kind()) {
        case TypeKind::boolean: return kind == Kind::boolean;
        case TypeKind::text: return kind == Kind::text || kind == Kind::null;
        case TypeKind::list: return kind == Kind::list || kind == Kind::null;
        default: return true;
    }
}

}  // namespace
}  // namespace maillon::expression

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace maillon::expression;
    const std::string_view source(reinterpret_cast<const char*>(data), size);
    const auto program = Program::compile(source, scope());
    if (!program) {
        for (const Problem& each : program.error()) {
            MAILLON_ASSERT(!each.message.empty() && each.begin <= each.end && each.end <= source.size(),
                           "a problem has a sentence and lies in the source");
        }
        return 0;
    }
    MAILLON_ASSERT(program->cost().least <= program->cost().most, "the least cost is not above the most");
    Activation activation(scope());
    activation.set(0, Value::of(event().element()));
    Arena arena;
    const Outcome outcome = program->evaluate(activation, arena);
    // What went through dyn is nobody's promise: `meta` is not bound, so no value comes from it.
    if (outcome && source.find("dyn") == std::string_view::npos) {
        MAILLON_ASSERT(keeps_promise(program->type(), outcome.value().kind()),
                       "a value is of the type that the checker found");
    }
    return 0;
}
