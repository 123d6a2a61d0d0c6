#pragma once

#include "core/match/linkage/levels.h"
#include "core/match/linkage/scorer.h"

namespace maillon::match {

/// Tells what the evidence of a pair rests on: the first class of the model whose demands it meets.
class Classifier {
public:
    Classifier(const Model& model, const Scorer& scorer);

    /// Index into Model::classes; -1 when it meets none.
    int class_of(std::uint64_t levels) const;

private:
    struct Wanted {
        std::size_t field;
        std::uint32_t levels;  ///< bit n: level n will do
    };
    struct Rule {
        std::vector<Wanted> all, any, none;
        int at_least;
    };
    Wanted wanted(const Model& model, const Scorer& scorer, const Demand& demand) const;
    static bool meets(const Rule& rule, std::uint64_t levels);

    std::vector<Rule> rules_;
};

}  // namespace maillon::match
