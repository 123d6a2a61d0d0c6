#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace maillon::expression {

/// Decimal text to the nearest double; nothing when it is malformed or too large. Too small becomes zero.
/// Also takes a leading '-' (not '+'), ".5" and "5.".
std::optional<double> parse_real(std::string_view text);

/// The shortest decimal text that reads back as the same double: "1.5", "5", "6.02214e+23", "NaN",
/// "-Infinity". Exponents stand below 1e-4 and from 1e21 on.
std::string real_to_text(double value);
/// The same without an exponent, however many zeros that takes.
std::string real_to_plain_text(double value);
/// As `real_to_text` for JSON: a whole number keeps its ".0", so that it stays a double when it is read
/// again. Finite values only.
void append_json_real(std::string& out, double value);

}  // namespace maillon::expression
