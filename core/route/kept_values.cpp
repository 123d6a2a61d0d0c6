#include "core/route/kept_values.h"

#include "core/event/json_room.h"
#include "core/expression/containers.h"
#include "core/expression/output.h"

#include <cmath>

namespace maillon::route {
namespace {

using expression::Kind;
using expression::Value;

constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;  // whole numbers that JSON out leaves numbers
constexpr std::size_t kTapesAtHand = 64;

/// Writing it as JSON and reading it again gives the same.
bool is_kept_as_it_is(const Value& value) {
    switch (value.kind()) {
        case Kind::null:
        case Kind::boolean:
        case Kind::text: return true;
        case Kind::integer: return value.as_integer() >= -kExact && value.as_integer() <= kExact;
        case Kind::real: return std::isfinite(value.as_real());
        case Kind::list: {
            expression::ListReader reader(value);
            for (Value item; reader.next(item);)
                if (!is_kept_as_it_is(item)) return false;
            return true;
        }
        case Kind::map: {
            expression::MapReader reader(value);
            for (Value key, item; reader.next(key, item);)
                if (!key.is(Kind::text) || !is_kept_as_it_is(item)) return false;
            return true;
        }
        default: return false;
    }
}

}  // namespace

Result<Value> KeptValues::keep(const Value& value) {
    if (is_kept_as_it_is(value)) return value;
    text_.clear();
    if (auto done = expression::append_json(text_, value); !done) return done.error();
    return read_text();
}

Result<Value> KeptValues::keep(const ValueTemplate& from, const expression::Activation& activation) {
    if (const auto* whole = from.whole()) {
        const auto outcome = whole->evaluate(activation, arena_);
        if (!outcome) return rejected(expression::to_string(outcome.problem()));
        return keep(outcome.value());
    }
    text_.clear();
    if (auto done = from.append(text_, activation, arena_); !done) return done.error();
    return read_text();
}

Result<Value> KeptValues::read_text() {
    const auto size = text_.size();
    text_.append(simdjson::SIMDJSON_PADDING, ' ');
    if (used_ == tapes_.size()) tapes_.push_back(std::make_unique<simdjson::dom::document>());
    simdjson::dom::element root;
    auto error = make_room(*tapes_[used_], size);
    if (error == simdjson::SUCCESS)
        error = parser_.parse_into_document(*tapes_[used_], text_.data(), size, false).get(root);
    if (error != simdjson::SUCCESS)
        return rejected(std::string("the value cannot be kept: ") + simdjson::error_message(error));
    ++used_;
    return Value::of(root);
}

void KeptValues::reset() {
    used_ = 0;
    if (tapes_.size() > kTapesAtHand) tapes_.resize(kTapesAtHand);
}

}  // namespace maillon::route
