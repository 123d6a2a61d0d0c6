#pragma once

#include "core/match/linkage/model.h"

#include <string>
#include <string_view>

namespace maillon::match {

/// The text of a model file with what was learned at its end. What stood there under `learned` before goes;
/// all else stays byte for byte, comments too. Numbers are written so that reading them gives the same ones.
std::string with_learned(std::string_view text, const Model& model);

}  // namespace maillon::match
