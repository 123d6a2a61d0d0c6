#pragma once

#include <string>
#include <string_view>

namespace maillon::expression {

// What people write who come from other languages, and what it is called here: hints for problems.

/// Of a function that does not exist: "write size(x)"; empty when nothing is known of it. `is_method`: it was
/// written as x.name(…).
std::string habit_of_function(std::string_view name, bool is_method);
/// Of a variable: "write true".
std::string habit_of_variable(std::string_view name);
/// Of what stands where an operator should: "write '&&'". `rest` begins with it; `before` is what stands in
/// front.
std::string habit_of_operator(std::string_view before, std::string_view rest);

}  // namespace maillon::expression
