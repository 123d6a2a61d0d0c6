#pragma once

#include "core/expression/expression.h"

namespace maillon::expression {

/// Text with expressions in it: "Case ${case.number} of ${event.author.name}".
///
/// `$${` stands for a literal `${`. A template that is one lone `${…}` keeps the type of its expression;
/// inside text a value is written as by `string()`. Text without `${` is a constant. All offsets are relative
/// to the whole template text. Immutable and thread-safe, a handle like Program.
class Template {
public:
    /// What stands inside text must be able to; a lone `${…}` must be `wanted`.
    static Compiled<Template> compile(std::string_view source, const Scope& scope, const Wanted& wanted = {});

    Outcome evaluate(const Activation& activation, Arena& arena) const;

    const std::string& source() const;
    /// Of the value; text where it is not one lone `${…}`.
    const Type& type() const;
    /// The declared variables that its expressions read, each once.
    const std::vector<std::string>& variables() const;
    /// True when it is one lone `${…}`.
    bool is_expression() const;
    /// The text, when there is no expression in it (with `$${` undone).
    const std::string* literal() const;

private:
    struct Parts;
    explicit Template(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
    std::shared_ptr<const Parts> parts_;
};

}  // namespace maillon::expression
