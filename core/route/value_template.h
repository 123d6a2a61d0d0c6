#pragma once

#include "core/base/fault.h"
#include "core/config/diagnostic.h"
#include "core/config/value.h"
#include "core/expression/template.h"

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <vector>

namespace maillon::route {

/// Reports what is wrong with an expression at its place in the YAML.
void report(const std::vector<expression::Problem>& problems, const config::Scalar& where,
            config::Diagnostics& diagnostics);

/// A `with:` tree, compiled: constants are JSON text already, texts with `${…}` are templates. Immutable and
/// thread-safe once compiled.
class ValueTemplate {
public:
    /// `schema` decides what type a plain constant has ("+336…" stays text); an empty one decides nothing.
    /// Reports each bad expression; the result is usable only if none was reported.
    static ValueTemplate compile(const config::ValueTree& tree, const boost::json::object& schema,
                                 const expression::Scope& scope, config::Diagnostics& diagnostics);

    /// Appends the value as compact JSON. A Fault (`rejected`) names the member whose expression failed.
    Result<> append(std::string& out, const expression::Activation& activation,
                    expression::Arena& arena) const;

    /// The text or `${…}` that the whole value is; null when it is a constant, a list or a map.
    const expression::Template* whole() const { return root_.text.get(); }

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
    };
    static Node node_of(const config::ValueTree& tree, const boost::json::object& schema,
                        const expression::Scope& scope, config::Diagnostics& diagnostics);
    static Result<> append_node(const Node& node, std::string& out, const expression::Activation& activation,
                                expression::Arena& arena);
    static void add_variables(const Node& node, std::vector<std::string>& out);
    Node root_;
};

}  // namespace maillon::route
