#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::expression {

enum class TypeKind : std::uint8_t {
    dyn,    ///< not known before the evaluation; fits everything
    error,  ///< of a part with a problem; fits everything, so that one mistake is told once
    null,
    boolean,
    integer,
    unsigned_integer,
    real,
    text,
    bytes,
    timestamp,
    duration,
    number,     ///< int, uint or double: only in signatures
    type,       ///< of types: `type(int)` is the type of the value `int`
    list,       ///< part 0: the elements
    map,        ///< part 0: the keys, part 1: the values
    optional,   ///< part 0: what may be there
    wrapper,    ///< part 0, or null
    object,     ///< a map from string whose keys are known: `object()`
    abstract,   ///< `name()` with any parts
    parameter,  ///< `T` of a signature: `name()`, `id()` is its rank there
    variable,   ///< of inference: `id()`
};

struct ObjectType;

/// What is known about a value before it is there. A value itself: copied cheaply, immutable, thread-safe.
///
/// Parts are shared, so `{x: x}` in `{x: x}` … would soon have more of them than can be walked through. What
/// has more than a schema may have is dyn instead, whatever kind was asked for.
class Type {
public:
    /// Of the kinds without parts.
    Type(TypeKind kind = TypeKind::dyn) : kind_(kind) {}

    static Type list(Type element);
    static Type map(Type key, Type value);
    static Type optional(Type inner);
    /// `inner` or null. A wrapper of what may be null already is that itself.
    static Type wrapper(Type inner);
    static Type type(Type inner);
    static Type object(ObjectType object);
    static Type abstract(std::string name, std::vector<Type> parts = {});
    static Type parameter(std::string name, std::uint32_t rank);
    static Type variable(std::uint32_t id);

    TypeKind kind() const { return kind_; }
    bool is(TypeKind kind) const { return kind_ == kind; }
    bool is_dyn_or_error() const { return kind_ == TypeKind::dyn || kind_ == TypeKind::error; }
    std::uint32_t id() const { return id_; }
    std::span<const Type> parts() const;
    const Type& part(std::size_t i) const { return parts()[i]; }
    /// Of an abstract type or a parameter, else empty.
    std::string_view name() const;
    /// Only of an object.
    const ObjectType& object() const;
    /// The same kind and name with other parts.
    Type with_parts(std::vector<Type> parts) const;

    friend bool operator==(const Type& a, const Type& b);

private:
    struct Node;
    Type(TypeKind kind, std::shared_ptr<const Node> node, std::uint32_t id = 0)
        : kind_(kind), id_(id), node_(std::move(node)) {}
    static Type made(TypeKind kind, Node node, std::uint32_t id = 0);
    static Type of_parts(TypeKind kind, std::vector<Type> parts);
    std::size_t size() const;  ///< itself and its parts, theirs too

    TypeKind kind_ = TypeKind::dyn;
    std::uint32_t id_ = 0;
    std::shared_ptr<const Node> node_;
};

/// The keys of an object.
struct ObjectType {
    struct Field {
        std::string name;
        Type type;
        bool required = false;
        std::uint32_t most = 0;  ///< longest text or list, 0 when that is not known
        friend bool operator==(const Field&, const Field&) = default;
    };
    std::vector<Field> fields;
    /// The type of all other keys; nothing when there are none.
    std::optional<Type> rest;

    const Field* find(std::string_view name) const;
    friend bool operator==(const ObjectType&, const ObjectType&) = default;
};

/// As the language writes it: "list(int)", "map(string, dyn)", "wrapper(int)", "optional_type(string)",
/// "type(int)", "timestamp", "tuple(A, B)". An object is "object", which is not read back.
std::string to_string(const Type& type);
/// For sentences: "null", "string or null", "list of int", "optional string".
std::string spoken(const Type& type);

/// Reads the form of `to_string`; also "google.protobuf.Timestamp", "null_type", and bare "list", "map",
/// "optional_type" and "type" for those of dyn. An unknown name is an abstract type; one capital letter, or a
/// name among `parameters`, is a type parameter. Nothing when the text is malformed.
std::optional<Type> parse_type(std::string_view text);
std::optional<Type> parse_type(std::string_view text, std::vector<std::string>& parameters);

}  // namespace maillon::expression
