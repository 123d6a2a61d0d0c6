#include "core/match/linkage/model_shape.h"

#include <array>

namespace maillon::match {
namespace {

using config::Key;

constexpr std::array<std::string_view, 3> kCardinalities{"one_to_one", "many_to_one", "many_to_many"};

constexpr std::array<Key, 16> kModel{{
    {"model", "", "Its name; links remember it."},
    {"version", "", "Its version; links remember it.", {}, {}, false, {}, 1, 1'000'000},
    {"cardinality", "", "How many of the other table a record may belong to.", {}, {}, false, kCardinalities},
    {"id", "", "The column that names a record. It is never compared."},
    {"fields", "", "What is compared."},
    {"blocking", "", "Keys of which two records share at least one before they are compared."},
    {"largest_block", "", "A key of more records than this is passed over.", {}, {}, false, {}, 2, 100'000},
    {"most_candidates", "", "How many are compared for one record.", {}, {}, false, {}, 1, 100'000},
    {"link", "", "The probability from which two records are linked."},
    {"review", "", "The probability from which a person is asked."},
    {"margin_bits", "", "How far the best has to be ahead of the second."},
    {"namesakes", "", "Of how many people a relative of the same name is on the left: 0.005 is one of 200."},
    {"classes", "", "Kinds of evidence, and what each may decide."},
    {"country", "", "Of phone numbers that are written without it: FR, US."},
    {"seed", "", "Of the random pairs that are looked at.", {}, {}, false, {}, 0, 1'000'000'000},
    {"learned", "", "What training found; written by maillon match train."},
}};

constexpr std::array<Key, 9> kField{{
    {"kind", "", "What the values are."},
    {"column", "", "The column, of the same name in both tables."},
    {"left", "", "The column of the left table."},
    {"right", "", "The column of the right table."},
    {"optional", "", "Tables without the column are taken."},
    {"rarity", "", "Whether a rare value weighs more."},
    {"swaps_with", "", "The other half of a name."},
    {"without", "", "The field of the names that are taken out."},
    {"most_shared",
     "",
     "A value of more records than this identifies nobody.",
     {},
     {},
     false,
     {},
     1,
     1'000'000},
}};

constexpr std::array<Key, 5> kClass{{
    {"all", "", "Fields that have to agree."},
    {"any", "", "Fields of which some have to agree."},
    {"none", "", "Fields that must not be so."},
    {"at_least", "", "How many of 'any'.", {}, {}, false, {}, 1, 16},
    {"link", "", "The probability from which it links, or never."},
}};

constexpr std::array<Key, 3> kLearned{{
    {"overlap", "", "The share of the right table that has a record in the left one."},
    {"fields", "", "By field: m and u of each level."},
    {"calibration", "", "Pairs of numbers: the probability said, and what it was worth."},
}};

constexpr std::array<Key, 2> kWeights{{
    {"m", "", "Of true pairs, by level."},
    {"u", "", "Of other pairs, by level."},
}};

constexpr std::array<Key, 2> kSides{{
    {"left", "", "Of the left table."},
    {"right", "", "Of the right table."},
}};

}  // namespace

const config::Shape kModelShape{"model", "A model of matching.", kModel};
const config::Shape kModelFieldShape{"model_field", "One comparison.", kField};
const config::Shape kModelClassShape{"model_class", "A kind of evidence.", kClass};
const config::Shape kModelLearnedShape{"model_learned", "What training found.", kLearned};
const config::Shape kModelWeightsShape{"model_weights", "What the levels of a field weigh.", kWeights};
const config::Shape kModelSidesShape{"model_sides", "Of either table.", kSides};

}  // namespace maillon::match
