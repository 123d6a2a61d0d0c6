#pragma once

#include "core/base/fault.h"
#include "core/db/session.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace maillon::match {

/// What a person made of a record that a model had proposed.
struct Judged {
    double said = 0;  ///< the model's own probability
    bool was_right = false;
};

/// What a model's probabilities are worth, by the answers of people: isotonic regression (neighbours that are
/// out of order are pooled) over groups of answers of nearly one probability.
///
/// The model's word holds for as long as the answers do not speak against it: a probability is moved to the
/// nearest bound of the interval in which its step's share surely lies (Wilson, 95 %), and not at all where
/// nobody was asked. So a few answers change little, and a higher probability never becomes the lower one.
/// A calibration lets nothing link that would not link without it, see Permission.
class Calibration {
public:
    /// With fewer answers nothing is moved.
    static constexpr std::int64_t kEnough = 50;
    /// So many answers make a group, at least.
    static constexpr std::size_t kGroup = 20;

    Calibration() = default;
    /// The same for the same answers, in whatever order.
    static Calibration from(std::vector<Judged> answers);

    double operator()(double said) const;

    bool is_in_use() const { return answers_ >= kEnough; }
    std::int64_t answers() const { return answers_; }
    struct Step {
        double from = 0, to = 0;  ///< what the model said
        std::int64_t right = 0, all = 0;
        double least = 0, most = 1;  ///< where the true share surely lies
    };
    const std::vector<Step>& steps() const { return steps_; }

private:
    std::int64_t answers_ = 0;
    std::vector<Step> steps_;
};

/// From what the store holds of answered questions and samples about what this model has scored (by its name
/// and version), the newest 5,000; the same after every start.
Result<Calibration> read_calibration(db::Session& session, std::string_view directory,
                                     std::string_view model);

}  // namespace maillon::match
