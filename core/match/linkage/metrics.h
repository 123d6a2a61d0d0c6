#pragma once

#include "core/match/linkage/linker.h"
#include "core/match/linkage/truth.h"

#include <string>
#include <vector>

namespace maillon::match {

/// How many pairs were told, and how many of them are true.
struct Score {
    std::size_t told = 0, right = 0, all = 0;  ///< `all` true pairs there are

    double precision() const;  ///< 1 when nothing was told
    double recall() const;     ///< 1 when there was nothing to find
    double f1() const;
};

struct ClassScore {
    std::string name;
    Score links, reviews;
};

/// A point of the precision-recall curve: all pairs of this probability and above.
struct CurvePoint {
    double probability = 0, precision = 0, recall = 0;
};

struct Metrics {
    Score links;         ///< what links by itself
    Score with_reviews;  ///< and what a person would decide
    std::vector<ClassScore> classes{};
    std::vector<ClassScore> labels{};  ///< by the truth's labels: only recall means something
    double blocking_recall = 0;        ///< true pairs that were compared at all
    std::vector<CurvePoint> curve{};
};

/// `linked` holds all pairs, those decided as none included.
Metrics measure(const Model& model, const Linked& linked, const Truth& truth, const BlockIndex& index,
                unsigned threads = 1);

}  // namespace maillon::match
