#pragma once

#include "core/expression/activation.h"
#include "core/route/value_template.h"

#include <memory>
#include <string>
#include <vector>

namespace maillon::route {

/// Values as a run keeps them: what they are once written as JSON and read again, so that a route means the
/// same here as in the hub, where a run may go on after a restart. Most values are that already and stay
/// where they lie.
///
/// Not thread-safe. After a few events it asks the system for no more memory.
class KeptValues {
public:
    explicit KeptValues(expression::Arena& arena) : arena_(arena) {}  // `arena` must outlive this

    /// Valid until `reset`, of this and of the arena. A Fault when there is no value, or JSON has none like
    /// it.
    Result<expression::Value> keep(const expression::Value& value);
    Result<expression::Value> keep(const ValueTemplate& from, const expression::Activation& activation);

    void reset();

private:
    /// Reads `text_`, which we have written ourselves.
    Result<expression::Value> read_text();

    expression::Arena& arena_;
    simdjson::dom::parser parser_;
    std::vector<std::unique_ptr<simdjson::dom::document>> tapes_;
    std::size_t used_ = 0;
    std::string text_;
};

}  // namespace maillon::route
