#include "core/expression/functions.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace maillon::expression {
namespace {

using Table = std::unordered_multimap<std::string_view, const FunctionRow*>;

const Table& table() {
    static const Table kTable = [] {
        Table out;
        for (const auto rows :
             {core_functions(), conversion_functions(), text_functions(), format_functions(),
              regex_functions(), time_functions(), optional_functions(), math_functions(), list_functions(),
              codec_functions(), network_functions(), unicode_functions(), html_functions(),
              phone_functions(), email_functions(), calendar_functions()}) {
            for (const FunctionRow& row : rows) out.emplace(row.name, &row);
        }
        return out;
    }();
    return kTable;
}

class CallNode final : public Node {
public:
    CallNode(Span span, const FunctionRow& row, std::vector<NodePtr> args, Prepared prepared)
        : Node(span), row_(row), args_(std::move(args)), prepared_(std::move(prepared)) {}

    Value eval(Frame& frame) const noexcept override {
        constexpr std::size_t kFew = 4;
        if (args_.size() <= kFew) {
            std::array<Value, kFew> values;
            return run(frame, std::span(values).first(args_.size()));
        }
        return run(frame, frame.arena.array<Value>(args_.size()));
    }
    void parts(std::vector<const Node*>& out) const override {
        for (const NodePtr& arg : args_) out.push_back(arg.get());
    }

private:
    Value run(Frame& frame, std::span<Value> values) const {
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = args_[i]->eval(frame);
            if (values[i].is_error()) return values[i];
        }
        return row_.run({frame, values, span(), row_.name, prepared_});
    }

    const FunctionRow& row_;
    std::vector<NodePtr> args_;
    Prepared prepared_;
};

}  // namespace

bool Call::fits(std::initializer_list<Kind> kinds) const {
    return kinds.size() == args.size() &&
           std::ranges::equal(kinds, args, [](Kind kind, const Value& value) { return value.is(kind); });
}

Value Call::no_overload() const {
    return frame.fail({.code = FailureCode::no_overload,
                       .span = span,
                       .a = args.empty() ? Value() : args[0],
                       .b = args.size() > 1 ? args[1] : Value(),
                       .name = name});
}

Value Call::fail(FailureCode code, const Value& a) const {
    return frame.fail({.code = code, .span = span, .a = a, .name = name});
}

Value Call::fail(std::string_view sentence, std::string_view hint) const {
    return frame.fail({.code = FailureCode::other, .span = span, .name = sentence, .text = hint});
}

Value Call::cannot_convert(std::string_view target, std::string_view hint) const {
    return frame.fail(
        {.code = FailureCode::conversion, .span = span, .a = args[0], .name = target, .text = hint});
}

Value Call::text(std::string_view text) const {
    return frame.charge(1 + text.size() / 10) ? Value::text(frame.arena.copy(text)) : frame.cost_failure();
}

Value Call::bytes(std::string_view bytes) const {
    return frame.charge(1 + bytes.size() / 10) ? Value::bytes(frame.arena.copy(bytes)) : frame.cost_failure();
}

const FunctionRow* find_function(std::string_view name, FunctionRow::Style style, std::size_t arguments) {
    const auto [first, last] = table().equal_range(name);
    const auto found = std::find_if(first, last, [&](const auto& entry) {
        const FunctionRow& row = *entry.second;
        return row.style == style && arguments >= row.least && arguments <= row.most;
    });
    return found == last ? nullptr : found->second;
}

std::vector<const FunctionRow*> functions_named(std::string_view name) {
    std::vector<const FunctionRow*> out;
    const auto [first, last] = table().equal_range(name);
    std::transform(first, last, std::back_inserter(out), [](const auto& entry) { return entry.second; });
    return out;
}

std::vector<const FunctionRow*> all_functions() {
    std::vector<const FunctionRow*> out;
    for (const auto& [name, row] : table()) out.push_back(row);
    return out;
}

std::vector<std::string> function_names(FunctionRow::Style style) {
    std::vector<std::string> out;
    for (const auto& [name, row] : table()) {
        if (row->style == style) out.emplace_back(name);
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::unique_ptr<const RE2> compile_pattern(std::string_view pattern, std::string& problem) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    auto out = std::make_unique<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (out->ok()) return out;
    problem = out->error();
    return nullptr;
}

NodePtr make_call(Span span, const FunctionRow& row, std::vector<NodePtr> args, Prepared prepared) {
    return std::make_unique<CallNode>(span, row, std::move(args), std::move(prepared));
}

}  // namespace maillon::expression
