#pragma once

#include "core/match/linkage/metrics.h"
#include "core/match/verdict.h"

#include <string>

namespace maillon::match {

/// The waterfall of a candidate as an SVG picture: what spoke for the pair in one colour, what spoke against
/// it in another, each bar beginning where the one before ended.
std::string draw_waterfall(const Verdict& verdict, const Candidate& candidate);

/// Precision over recall as an SVG picture, with the points where links and reviews begin.
std::string draw_curve(const Metrics& metrics, const std::string& title);

}  // namespace maillon::match
