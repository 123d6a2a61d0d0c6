#include "core/expression/type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace maillon::expression {
namespace {

struct Named {
    std::string_view name;
    TypeKind kind;
};
// What is printed stands before its other spellings.
constexpr std::array<Named, 17> kPlain{{
    {"dyn", TypeKind::dyn},
    {"error", TypeKind::error},
    {"null_type", TypeKind::null},
    {"bool", TypeKind::boolean},
    {"int", TypeKind::integer},
    {"uint", TypeKind::unsigned_integer},
    {"double", TypeKind::real},
    {"string", TypeKind::text},
    {"bytes", TypeKind::bytes},
    {"timestamp", TypeKind::timestamp},
    {"duration", TypeKind::duration},
    {"number", TypeKind::number},
    {"object", TypeKind::object},
    {"null", TypeKind::null},
    {"any", TypeKind::dyn},
    {"google.protobuf.Timestamp", TypeKind::timestamp},
    {"google.protobuf.Duration", TypeKind::duration},
}};

struct Generic {
    std::string_view name;
    TypeKind kind;
    std::size_t parts;
};
constexpr std::array<Generic, 6> kGeneric{{
    {"list", TypeKind::list, 1},
    {"map", TypeKind::map, 2},
    {"optional_type", TypeKind::optional, 1},
    {"optional", TypeKind::optional, 1},
    {"wrapper", TypeKind::wrapper, 1},
    {"type", TypeKind::type, 1},
}};

Type make(TypeKind kind, std::vector<Type> parts) {
    switch (kind) {
        case TypeKind::list: return Type::list(std::move(parts[0]));
        case TypeKind::map: return Type::map(std::move(parts[0]), std::move(parts[1]));
        case TypeKind::optional: return Type::optional(std::move(parts[0]));
        case TypeKind::wrapper: return Type::wrapper(std::move(parts[0]));
        default: return Type::type(std::move(parts[0]));
    }
}

/// Reads one type from the front of a text.
class Reader {
public:
    Reader(std::string_view text, std::vector<std::string>& parameters)
        : rest_(text), parameters_(parameters) {}

    std::optional<Type> run() {
        auto out = type(0);
        blanks();
        return rest_.empty() ? std::move(out) : std::nullopt;
    }

private:
    static constexpr std::size_t kDeepest = 100;

    std::optional<Type> type(std::size_t depth) {
        blanks();
        const std::size_t length = std::min(rest_.find_first_of("(), "), rest_.size());
        if (length == 0 || depth > kDeepest) return std::nullopt;
        const std::string_view name = rest_.substr(0, length);
        rest_.remove_prefix(length);
        if (rest_.starts_with('(')) return with_parts(name, depth);
        return plain(name);
    }

    std::optional<Type> plain(std::string_view name) {
        if (name == "object") return std::nullopt;
        if (const auto* known = std::ranges::find(kPlain, name, &Named::name); known != kPlain.end())
            return Type(known->kind);
        if (const auto* known = std::ranges::find(kGeneric, name, &Generic::name); known != kGeneric.end())
            return make(known->kind, std::vector<Type>(known->parts));
        const auto found = std::ranges::find(parameters_, name);
        const bool letter = name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z';
        if (found == parameters_.end() && !letter) return Type::abstract(std::string(name));
        const auto rank = static_cast<std::uint32_t>(found - parameters_.begin());
        if (found == parameters_.end()) parameters_.emplace_back(name);
        return Type::parameter(std::string(name), rank);
    }

    std::optional<Type> with_parts(std::string_view name, std::size_t depth) {
        std::vector<Type> parts;
        do {
            rest_.remove_prefix(1);
            auto part = type(depth + 1);
            if (!part) return std::nullopt;
            parts.push_back(std::move(*part));
            blanks();
        } while (rest_.starts_with(','));
        if (!rest_.starts_with(')')) return std::nullopt;
        rest_.remove_prefix(1);
        const auto* known = std::ranges::find(kGeneric, name, &Generic::name);
        if (known == kGeneric.end()) return Type::abstract(std::string(name), std::move(parts));
        if (known->parts != parts.size()) return std::nullopt;
        return make(known->kind, std::move(parts));
    }

    void blanks() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }

    std::string_view rest_;
    std::vector<std::string>& parameters_;
};

std::string plain_name(TypeKind kind) {
    return std::string(std::ranges::find(kPlain, kind, &Named::kind)->name);
}

}  // namespace

std::string to_string(const Type& type) {
    if (type.is(TypeKind::variable)) return "_" + std::to_string(type.id());
    std::string out(type.name());
    if (out.empty()) {
        const auto* generic = std::ranges::find(kGeneric, type.kind(), &Generic::kind);
        out = generic == kGeneric.end() ? plain_name(type.kind()) : std::string(generic->name);
    }
    for (std::size_t i = 0; i < type.parts().size(); ++i)
        out += (i == 0 ? "(" : ", ") + to_string(type.part(i));
    return type.parts().empty() ? out : out + ")";
}

std::string spoken(const Type& type) {
    const auto is_open = [](const Type& part) {
        return part.is_dyn_or_error() || part.is(TypeKind::variable);
    };
    switch (type.kind()) {
        case TypeKind::variable: return "anything";
        case TypeKind::null: return "null";
        case TypeKind::wrapper: return spoken(type.part(0)) + " or null";
        case TypeKind::optional:
            return is_open(type.part(0)) ? "optional" : "optional " + spoken(type.part(0));
        case TypeKind::list: return is_open(type.part(0)) ? "list" : "list of " + spoken(type.part(0));
        case TypeKind::map: return is_open(type.part(1)) ? "map" : "map to " + spoken(type.part(1));
        case TypeKind::type: return "type";
        default: return to_string(type);
    }
}

std::optional<Type> parse_type(std::string_view text, std::vector<std::string>& parameters) {
    return Reader(text, parameters).run();
}

std::optional<Type> parse_type(std::string_view text) {
    std::vector<std::string> parameters;
    return parse_type(text, parameters);
}

}  // namespace maillon::expression
