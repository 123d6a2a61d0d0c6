#include "core/expression/containers.h"
#include "core/expression/nodes.h"
#include "core/expression/time_text.h"

#include <cstring>

namespace maillon::expression {
namespace {

class Arithmetic final : public Node {
public:
    Arithmetic(Span span, Operator op, NodePtr left, NodePtr right)
        : Node(span), op_(op), left_(std::move(left)), right_(std::move(right)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value a = left_->eval(frame);
        if (a.is_error()) return a;
        const Value b = right_->eval(frame);
        if (b.is_error()) return b;
        if (a.kind() != b.kind()) return mixed(frame, a, b);
        switch (a.kind()) {
            case Kind::integer: return integers<std::int64_t>(frame, a.as_integer(), b.as_integer());
            case Kind::unsigned_integer:
                return integers<std::uint64_t>(frame, a.as_unsigned(), b.as_unsigned());
            case Kind::real:
                return op_ == Operator::modulo ? refuse(frame, a, b) : reals(a.as_real(), b.as_real());
            case Kind::text:
            case Kind::bytes: return op_ == Operator::add ? join_texts(frame, a, b) : refuse(frame, a, b);
            case Kind::list: return op_ == Operator::add ? join_lists(frame, a, b) : refuse(frame, a, b);
            case Kind::duration: return durations(frame, a, b);
            case Kind::timestamp:
                return op_ == Operator::subtract ? between(frame, a, b) : refuse(frame, a, b);
            default: return refuse(frame, a, b);
        }
    }

private:
    Value refuse(Frame& frame, const Value& a, const Value& b) const {
        return no_overload(frame, name_of(op_), a, b);
    }
    Value overflow(Frame& frame) const {
        return fail(frame, {.code = FailureCode::overflow, .name = name_of(op_)});
    }

    Value mixed(Frame& frame, const Value& a, const Value& b) const {
        const bool add = op_ == Operator::add;
        if (a.is(Kind::timestamp) && b.is(Kind::duration) && (add || op_ == Operator::subtract))
            return moved(frame, a, b, !add);
        if (a.is(Kind::duration) && b.is(Kind::timestamp) && add) return moved(frame, b, a, false);
        return refuse(frame, a, b);
    }

    template <class Int>
    static Value whole(Int value) {
        if constexpr (std::is_signed_v<Int>) {
            return Value::integer(value);
        } else {
            return Value::unsigned_integer(value);
        }
    }

    template <class Int>
    Value integers(Frame& frame, Int a, Int b) const {
        Int out = 0;
        bool over = false;
        switch (op_) {
            case Operator::add: over = __builtin_add_overflow(a, b, &out); break;
            case Operator::subtract: over = __builtin_sub_overflow(a, b, &out); break;
            case Operator::multiply: over = __builtin_mul_overflow(a, b, &out); break;
            default:
                if (b == 0) return fail(frame, {.code = FailureCode::divide_by_zero});
                if constexpr (std::is_signed_v<Int>) {
                    if (a == INT64_MIN && b == -1) return overflow(frame);
                }
                out = op_ == Operator::divide ? a / b : a % b;
        }
        return over ? overflow(frame) : whole(out);
    }

    Value reals(double a, double b) const {
        switch (op_) {
            case Operator::add: return Value::real(a + b);
            case Operator::subtract: return Value::real(a - b);
            case Operator::multiply: return Value::real(a * b);
            default: return Value::real(a / b);
        }
    }

    static Value join_texts(Frame& frame, const Value& a, const Value& b) {
        const std::string_view left = a.as_text(), right = b.as_text();
        if (!frame.charge(1 + (left.size() + right.size()) / 10)) return frame.cost_failure();
        auto* out = static_cast<char*>(frame.arena.allocate(left.size() + right.size(), 1));
        if (!left.empty()) std::memcpy(out, left.data(), left.size());
        if (!right.empty()) std::memcpy(out + left.size(), right.data(), right.size());
        const std::string_view joined(out, left.size() + right.size());
        return a.is(Kind::text) ? Value::text(joined) : Value::bytes(joined);
    }

    static Value join_lists(Frame& frame, const Value& a, const Value& b) {
        const std::size_t size = size_of(a) + size_of(b);
        if (!frame.charge(1 + size)) return frame.cost_failure();
        const auto items = frame.arena.array<Value>(size);
        std::size_t at = 0;
        for (const Value& list : {a, b}) {
            ListReader reader(list);
            while (at < size && reader.next(items[at])) ++at;
        }
        return Value::list(items);
    }

    Value durations(Frame& frame, const Value& a, const Value& b) const {
        std::int64_t out = 0;
        if (op_ != Operator::add && op_ != Operator::subtract) return refuse(frame, a, b);
        const bool over = op_ == Operator::add ? __builtin_add_overflow(a.as_integer(), b.as_integer(), &out)
                                               : __builtin_sub_overflow(a.as_integer(), b.as_integer(), &out);
        return over ? overflow(frame) : Value::duration(out);
    }

    Value between(Frame& frame, const Value& a, const Value& b) const {
        std::int64_t out = 0;
        if (__builtin_mul_overflow(a.seconds() - b.seconds(), kNanosPerSecond, &out) ||
            __builtin_add_overflow(out, std::int64_t{a.nanos()} - std::int64_t{b.nanos()}, &out)) {
            return overflow(frame);
        }
        return Value::duration(out);
    }

    Value moved(Frame& frame, const Value& moment, const Value& by, bool back) const {
        std::int64_t seconds = by.as_integer() / kNanosPerSecond;
        std::int64_t nanos = by.as_integer() % kNanosPerSecond;
        seconds = moment.seconds() + (back ? -seconds : seconds);
        nanos = std::int64_t{moment.nanos()} + (back ? -nanos : nanos);
        if (nanos < 0) {
            nanos += kNanosPerSecond;
            --seconds;
        } else if (nanos >= kNanosPerSecond) {
            nanos -= kNanosPerSecond;
            ++seconds;
        }
        return is_in_calendar(seconds) ? Value::timestamp(seconds, static_cast<std::uint32_t>(nanos))
                                       : overflow(frame);
    }

    Operator op_;
    NodePtr left_, right_;

public:
    void parts(std::vector<const Node*>& out) const override {
        out.insert(out.end(), {left_.get(), right_.get()});
    }
};

class Negation final : public Node {
public:
    Negation(Span span, NodePtr operand) : Node(span), operand_(std::move(operand)) {}

    Value eval(Frame& frame) const noexcept override {
        const Value value = operand_->eval(frame);
        if (value.is(Kind::real)) return Value::real(-value.as_real());
        if (value.is_error()) return value;
        const bool is_duration = value.is(Kind::duration);
        if (!value.is(Kind::integer) && !is_duration) return no_overload(frame, "-", value);
        if (value.as_integer() == INT64_MIN) return fail(frame, {.code = FailureCode::overflow, .name = "-"});
        return is_duration ? Value::duration(-value.as_integer()) : Value::integer(-value.as_integer());
    }
    void parts(std::vector<const Node*>& out) const override { out.push_back(operand_.get()); }

private:
    NodePtr operand_;
};

}  // namespace

NodePtr make_arithmetic(Span span, Operator op, NodePtr left, NodePtr right) {
    return std::make_unique<Arithmetic>(span, op, std::move(left), std::move(right));
}
NodePtr make_negation(Span span, NodePtr operand) {
    return std::make_unique<Negation>(span, std::move(operand));
}

}  // namespace maillon::expression
