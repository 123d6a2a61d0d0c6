#pragma once

#include "core/store/reviews.h"

#include <string_view>

namespace maillon::match {

/// Where the true share most likely lies, by Wilson's interval at 95 %.
struct Interval {
    double lower = 0, upper = 1;
};
Interval wilson(std::int64_t right, std::int64_t all);

/// The precision that a class of evidence has to keep to link by itself.
inline constexpr double kLeastPrecision = 0.99;

/// Whether the class is to stop: it is surely below the least precision, or there are so many decisions that
/// a good class would have shown by now that it is above.
bool is_to_be_suspended(const store::ClassRecord& record);

/// Whether an automatic link is among the share that people look at: by the pair alone, so that it is the
/// same after a restart and on every machine.
bool is_in_sample(std::string_view identity, std::string_view record, double share);

}  // namespace maillon::match
