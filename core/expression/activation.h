#pragma once

#include "core/expression/scope.h"
#include "core/expression/value.h"

namespace maillon::expression {

/// The values of the variables in one evaluation. Make it once for a scope and bind anew for each event.
///
/// Holds views: what was bound must live until the evaluation's result has been read. Not thread-safe.
class Activation {
public:
    explicit Activation(const Scope& scope) : slots_(scope.names().size()) {}

    /// Binds by slot (`Scope::slot`): the quick way.
    void set(std::size_t slot, Value value) { slots_.at(slot) = value; }
    /// Makes room for the variables that a scope has declared since.
    void widen(const Scope& scope) {
        if (scope.names().size() > slots_.size()) slots_.resize(scope.names().size());
    }
    /// Unbinds all. Reading an unbound variable is an evaluation error that names it.
    void clear() { slots_.assign(slots_.size(), Value()); }

    const Value* data() const { return slots_.data(); }
    std::size_t size() const { return slots_.size(); }

private:
    std::vector<Value> slots_;
};

}  // namespace maillon::expression
