#pragma once

#include "core/match/linkage/records.h"

#include <vector>

namespace maillon::match {

/// Makes the keys under which a model's blocking rules find records. Constant; any number of threads.
class BlockingKeys {
public:
    explicit BlockingKeys(const Model& model);

    std::size_t rules() const { return rules_.size(); }
    /// The keys of one record by one rule, each once, ascending: one for each combination of the parts'
    /// values, 64 at most. The order of the parts does not count.
    void of(const Records& records, std::size_t rule, Side side, Records::Row row,
            std::vector<std::uint64_t>& out) const;

private:
    struct Part {
        std::size_t field;
        std::string part;
    };
    std::vector<std::vector<Part>> rules_;
};

}  // namespace maillon::match
