#include "core/expression/compare.h"
#include "core/expression/nodes.h"

namespace maillon::expression {
namespace {

class Constant final : public Node {
public:
    Constant(Span span, Value value) : Node(span), value_(value) {}
    Value eval(Frame&) const noexcept override { return value_; }
    const Value* constant() const override { return &value_; }

private:
    Value value_;
};

class Variable final : public Node {
public:
    Variable(Span span, std::size_t slot, std::string_view name) : Node(span), slot_(slot), name_(name) {}
    Value eval(Frame& frame) const noexcept override {
        if (slot_ < frame.slot_count && !frame.slots[slot_].is(Kind::unset)) return frame.slots[slot_];
        return fail(frame, {.code = FailureCode::unset_variable, .name = name_});
    }
    bool is_reading() const override { return true; }

private:
    std::size_t slot_;
    std::string_view name_;
};

class Local final : public Node {
public:
    Local(Span span, std::size_t number) : Node(span), number_(number) {}
    Value eval(Frame& frame) const noexcept override { return frame.locals[number_]; }
    bool is_reading() const override { return true; }

private:
    std::size_t number_;
};

class LazyLocal final : public Node {
public:
    LazyLocal(Span span, std::size_t number, const Node* init) : Node(span), number_(number), init_(init) {}
    Value eval(Frame& frame) const noexcept override {
        Value& value = frame.locals[number_];
        if (value.is(Kind::unset)) value = init_->eval(frame);
        return value;
    }
    bool is_reading() const override { return true; }

private:
    std::size_t number_;
    const Node* init_;
};

class Bind final : public Node {
public:
    Bind(Span span, std::size_t number, NodePtr init, NodePtr body)
        : Node(span), number_(number), init_(std::move(init)), body_(std::move(body)) {}
    Value eval(Frame& frame) const noexcept override {
        frame.locals[number_] = Value();
        return body_->eval(frame);
    }
    void parts(std::vector<const Node*>& out) const override {
        out.insert(out.end(), {init_.get(), body_.get()});
    }

private:
    std::size_t number_;
    NodePtr init_, body_;
};

class Failing final : public Node {
public:
    Failing(Span span, Failure failure) : Node(span), failure_(failure) {}
    Value eval(Frame& frame) const noexcept override { return fail(frame, failure_); }

private:
    Failure failure_;
};

class Real final : public Node {
public:
    explicit Real(NodePtr inner) : Node(inner->span()), inner_(std::move(inner)) {}
    Value eval(Frame& frame) const noexcept override {
        const Value value = inner_->eval(frame);
        if (value.is(Kind::integer)) return Value::real(static_cast<double>(value.as_integer()));
        if (value.is(Kind::unsigned_integer)) return Value::real(static_cast<double>(value.as_unsigned()));
        return value;
    }
    void parts(std::vector<const Node*>& out) const override { out.push_back(inner_.get()); }

private:
    NodePtr inner_;
};

class Integer final : public Node {
public:
    explicit Integer(NodePtr inner) : Node(inner->span()), inner_(std::move(inner)) {}
    Value eval(Frame& frame) const noexcept override {
        const Value value = inner_->eval(frame);
        if (!value.is(Kind::real)) return value;
        const auto whole = whole_number(value);
        return whole ? Value::integer(*whole) : value;
    }
    void parts(std::vector<const Node*>& out) const override { out.push_back(inner_.get()); }

private:
    NodePtr inner_;
};

}  // namespace

const std::vector<NodePtr>& Node::operands() const {
    static const std::vector<NodePtr> kNone;
    return kNone;
}

NodePtr make_constant(Span span, Value value) {
    return std::make_unique<Constant>(span, value);
}
NodePtr make_variable(Span span, std::size_t slot, std::string_view name) {
    return std::make_unique<Variable>(span, slot, name);
}
NodePtr make_local(Span span, std::size_t number) {
    return std::make_unique<Local>(span, number);
}
NodePtr make_lazy_local(Span span, std::size_t number, const Node* init) {
    return std::make_unique<LazyLocal>(span, number, init);
}
NodePtr make_bind(Span span, std::size_t number, NodePtr init, NodePtr body) {
    return std::make_unique<Bind>(span, number, std::move(init), std::move(body));
}
NodePtr make_real(NodePtr inner) {
    return std::make_unique<Real>(std::move(inner));
}
NodePtr make_integer(NodePtr inner) {
    return std::make_unique<Integer>(std::move(inner));
}
NodePtr make_failing(Span span, Failure failure) {
    return std::make_unique<Failing>(span, failure);
}

}  // namespace maillon::expression
