#pragma once

#include "core/match/linkage/levels.h"

#include "core/config/reading.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

// Readers of the single values of a model file. Each reports at the value; a null member gives the default.

bool boolean(const config::Member* member, bool preset, config::Reading& reading);
double number(const config::Member* member, double preset, double least, double most,
              config::Reading& reading);
/// From 0 to 1.
double fraction(const config::Member* member, double preset, config::Reading& reading);
/// "given_name | first_name": names of columns of which the first that is there counts.
std::vector<std::string> alternatives(const config::Member* member, config::Reading& reading);
/// One such text, or a list of them; "display_name.given" takes a part.
std::vector<ColumnRef> column_refs(const config::Member* member, config::Reading& reading);
/// ["email", "name + city", "title.rare"]
std::vector<BlockingRule> blocking_rules(const config::Member* member, config::Reading& reading);
/// ["email", "city = exact | contained"]
std::vector<Demand> demands(const config::Member* member, config::Reading& reading);
/// {exact: 0.9, different: 0.1}, as a list in the order of the levels.
std::vector<double> by_level(const config::Member* member, std::span<const LevelInfo> levels,
                             config::Reading& reading);
/// [[0.5, 0.4], [0.9, 0.95]], ascending.
std::vector<CalibrationPoint> calibration_points(const config::Member* member, config::Reading& reading);

}  // namespace maillon::match
