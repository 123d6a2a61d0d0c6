#pragma once

#include "core/config/config.h"
#include "core/expression/type.h"

#include <map>
#include <set>
#include <string>

namespace maillon::route {

/// The names that mean something at one point of a route, and what is known of their values. A plain value:
/// what a branch adds stays in its copy.
///
/// A name may have no value all the same, where its step was skipped or its branch not taken: that is told by
/// the run. One that cannot have a value here is not among them.
class Names {
public:
    using Types = std::map<std::string, expression::Type>;

    void bind(const std::string& name, expression::Type type) { types_[name] = std::move(type); }
    void bind_talk(const std::string& conversation, const std::string& name) { talks_[conversation] = name; }
    bool has(const std::string& name) const { return types_.contains(name); }
    const Types& types() const { return types_; }
    /// The name under which a conversation was looked up, or null.
    const std::string* talk(const std::string& conversation) const;

    /// What is known where two ways come together. A conversation keeps the name that this way gave it.
    Names either(const Names& other) const;
    /// Nothing is known any more of the values of these names.
    void forget_types(const std::set<std::string>& names);

private:
    Types types_;
    std::map<std::string, std::string> talks_;  ///< by conversation
};

/// Every name that the steps, and those inside them, bind.
std::set<std::string> names_bound_by(const config::Steps& steps,
                                     const std::map<std::string, config::Block>& blocks);

}  // namespace maillon::route
