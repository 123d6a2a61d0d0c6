#include "core/expression/containers.h"
#include "core/expression/nodes.h"

namespace maillon::expression {
namespace {

/// An optional element: unset when it is to be left out, an error when it is no optional.
Value unwrapped(Frame& frame, Span span, const Value& value) {
    if (value.is(Kind::optional)) return value.is_present() ? value.inner() : Value();
    if (value.is_error()) return value;
    return frame.fail({.code = FailureCode::no_overload, .span = span, .a = value, .name = "?"});
}

class List final : public Node {
public:
    List(Span span, std::vector<ListItem> items) : Node(span), items_(std::move(items)) {}

    Value eval(Frame& frame) const noexcept override {
        if (!frame.charge(items_.size())) return frame.cost_failure();
        const auto out = frame.arena.array<Value>(items_.size());
        std::size_t size = 0;
        for (const ListItem& item : items_) {
            Value value = item.value->eval(frame);
            if (item.optional) value = unwrapped(frame, item.value->span(), value);
            if (value.is_error()) return value;
            if (!value.is(Kind::unset)) out[size++] = value;
        }
        return Value::list(out.first(size));
    }
    void parts(std::vector<const Node*>& out) const override {
        for (const ListItem& item : items_) out.push_back(item.value.get());
    }

private:
    std::vector<ListItem> items_;
};

class Map final : public Node {
public:
    Map(Span span, std::vector<MapItem> items) : Node(span), items_(std::move(items)) {}

    Value eval(Frame& frame) const noexcept override {
        if (!frame.charge(items_.size())) return frame.cost_failure();
        MapBuilder out(frame.arena, items_.size());
        for (const MapItem& item : items_) {
            const Value key = item.key->eval(frame);
            if (key.is_error()) return key;
            if (!can_be_key(key.kind()))
                return frame.fail({.code = FailureCode::bad_key, .span = item.key->span(), .a = key});
            Value value = item.value->eval(frame);
            if (item.optional) value = unwrapped(frame, item.value->span(), value);
            if (value.is_error()) return value;
            if (value.is(Kind::unset)) continue;
            if (!out.add(key, value)) {
                return frame.fail({.code = FailureCode::duplicate_key, .span = item.key->span(), .a = key});
            }
        }
        return out.finish();
    }
    void parts(std::vector<const Node*>& out) const override {
        for (const MapItem& item : items_) out.insert(out.end(), {item.key.get(), item.value.get()});
    }

private:
    std::vector<MapItem> items_;
};

}  // namespace

NodePtr make_list(Span span, std::vector<ListItem> items) {
    return std::make_unique<List>(span, std::move(items));
}
NodePtr make_map(Span span, std::vector<MapItem> items) {
    return std::make_unique<Map>(span, std::move(items));
}

}  // namespace maillon::expression
