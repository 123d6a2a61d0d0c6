#pragma once

#include "core/config/shape.h"

#include <array>
#include <string_view>

namespace maillon::trial {

/// The maps of a file of tests, as config::Fields reads them.
extern const config::Shape kFileShape, kCaseShape;
extern const config::Shape kEventShape, kAfterShape, kApprovedShape, kRefusedShape;  ///< a line of `given`
extern const config::Shape kAnswerShape, kProcessorAnswerShape, kFailsShape;
extern const config::Shape kExpectShape, kExpectedCallShape;
/// Of the entries of a list in `expect`; `kind` is one of kListed.
const config::Shape& shape_of_listed(std::string_view kind);

inline constexpr std::array<std::string_view, 2> kNoOrYes{"false", "true"};

}  // namespace maillon::trial
