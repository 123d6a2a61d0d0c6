#pragma once

#include "core/base/fault.h"
#include "core/config/diagnostic.h"
#include "core/config/value.h"
#include "core/expression/template.h"

#include <boost/json/object.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::route {

/// How an expression is compiled that today's judgement refuses, but which was accepted once.
struct Trusted {
    expression::Scope scope;  ///< all names of the route, and nothing known of any
    config::Diagnostics& unreadable;
};

/// What the expressions of a route are compiled with. Views.
struct Surroundings {
    const expression::Scope& scope;
    /// For each name of the route the steps that give it a value, also where the name is not in scope.
    const std::map<std::string, std::vector<std::string>>& given_by;
    config::Diagnostics& diagnostics;
    std::string_view route{};          ///< inside a block: the route that it is compiled for
    const Trusted* trusted = nullptr;  ///< null: whatever is refused is an error
};

/// `Program` or `Template` from its source; reports it and gives nothing when that cannot be.
template <class Compiled>
std::optional<Compiled> compiled(const config::Scalar& source, const expression::Wanted& wanted,
                                 const Surroundings& around, const std::string& hint = {});

/// Reports what is wrong with an expression at its place in the YAML. `hint` stands in where a problem has
/// none.
void report(const std::vector<expression::Problem>& problems, const config::Scalar& where,
            const Surroundings& around, const std::string& hint = {});

/// What a value is for: the JSON Schema of the argument (empty: anything fits), and how messages call it.
struct Expected {
    boost::json::object schema{};
    std::string name{};
    bool required = false;  ///< null will not do
};

/// A `with:` tree, compiled: constants are JSON text already, texts with `${…}` are templates. Immutable and
/// thread-safe once compiled.
class ValueTemplate {
public:
    /// The schema decides what type a plain constant has ("+336…" stays text) and what an expression must
    /// give; what else is wrong with constants is config::check_template's to tell. Reports each bad
    /// expression; the result is usable only if none was reported.
    static ValueTemplate compile(const config::ValueTree& tree, const Expected& expected,
                                 const Surroundings& around);

    /// Appends the value as compact JSON. A Fault (`rejected`) names the member whose expression failed.
    Result<> append(std::string& out, const expression::Activation& activation,
                    expression::Arena& arena) const;

    /// What the value is, read again as JSON.
    expression::Type type() const { return type_of(root_); }

    /// The text or `${…}` that the whole value is; null when it is a constant, a list or a map.
    const expression::Template* whole() const { return root_.text.get(); }

    /// Where in the YAML the text stands that cannot be evaluated; nothing when all can. For whoever has been
    /// told that `append` failed.
    std::optional<config::Place> place_of_failure(const expression::Activation& activation,
                                                  expression::Arena& arena) const;

    /// The variables that its expressions read.
    std::vector<std::string> variables() const;

private:
    struct Node {
        enum class Kind { constant, text, list, map };
        Kind kind = Kind::constant;
        std::string constant;                        ///< JSON text
        std::shared_ptr<expression::Template> text;  ///< shared by copies of this immutable tree
        std::vector<std::string> keys;               ///< JSON text with the colon, of a map
        std::vector<std::string> names;              ///< the same for people
        std::vector<Node> items;
        config::Place place{};  ///< of a text
    };
    static Node node_of(const config::ValueTree& tree, const Expected& expected, const Surroundings& around);
    static Node text_of(const config::Scalar& scalar, const Expected& expected, const Surroundings& around);
    static void check_constant(const expression::Template& text, const config::Scalar& scalar,
                               const Expected& expected, const Surroundings& around);
    static expression::Type type_of(const Node& node);
    static Result<> append_node(const Node& node, std::string& out, const expression::Activation& activation,
                                expression::Arena& arena);
    static std::optional<config::Place> failing(const Node& node, const expression::Activation& activation,
                                                expression::Arena& arena);
    static void add_variables(const Node& node, std::vector<std::string>& out);
    Node root_;
};

}  // namespace maillon::route
