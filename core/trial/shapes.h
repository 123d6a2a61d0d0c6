#pragma once

#include "core/config/shape.h"

#include <array>
#include <string_view>

namespace maillon::trial {

/// The maps of a file of tests, as config::Fields reads them.
extern const config::Shape kFileShape, kCaseShape;
extern const config::Shape kEventShape, kAfterShape, kApprovedShape, kRefusedShape;
extern const config::Shape kAcceptedShape, kRejectedShape,
    kNewShape;  ///< these and the line above: of `given`
extern const config::Shape kAnswerShape, kProcessorAnswerShape, kMatchAnswerShape, kVerdictShape, kFailsShape;
extern const config::Shape kExpectShape, kExpectedCallShape;
/// Of the entries of a list in `expect`; `kind` is one of kListed.
const config::Shape& shape_of_listed(std::string_view kind);

inline constexpr std::array<std::string_view, 2> kNoOrYes{"false", "true"};
/// By match::Verdict::Kind.
inline constexpr std::array<std::string_view, 3> kVerdicts{"link", "review", "none"};

}  // namespace maillon::trial
