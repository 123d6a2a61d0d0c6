#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace maillon::match {

/// One bar of a waterfall: what a field said for or against a pair.
struct Evidence {
    std::string field{};          ///< of the model: "family_name"
    std::string left{}, right{};  ///< the two values as compared; empty when missing
    std::string level{};          ///< "exact", "nickname", "similar", …; "missing" weighs nothing
    double bits = 0;              ///< log2(m/u), the part of the value's rarity included
    double rarity_bits = 0;       ///< that part alone
};

/// A record that the person may be.
struct Candidate {
    std::string record_id{};
    double bits = 0;               ///< prior and all evidence
    double probability = 0;        ///< calibrated, against the other candidates and "nobody here"
    std::string evidence_class{};  ///< "key", "name+city+company", …: what the decision rests on
    std::vector<Evidence> waterfall{};
    std::optional<double> scored{};  ///< the model's own probability, before people's answers moved it
};

/// What is to be done about a person.
struct Verdict {
    enum class Kind {
        link,    ///< the first candidate, by a rule
        review,  ///< a person decides
        none,    ///< nobody here, as far as can be told
    };
    Kind kind = Kind::none;
    std::string rule{};  ///< what decided: "key:email", "score", "shared value", "name conflict", …
    std::vector<Candidate> candidates{};  ///< best first, no more than five
    double prior_bits = 0;
    double margin_bits = 0;            ///< of the first over the second; 0 with fewer than two
    std::int64_t calibrated_from = 0;  ///< people's answers behind the probabilities; 0: the model's own
    std::string model{};               ///< name and version of the model that scored; empty: keys alone
};

}  // namespace maillon::match
