#pragma once

#include "core/match/linkage/model.h"

#include "core/config/reading.h"

namespace maillon::match {

/// What a model says about its own fields has to be true: keys, classes and halves of names name fields that
/// are there, with parts and levels that their kinds have.
void check_model(const Model& model, const config::ValueTree& tree, config::Reading& reading);

/// The parts of which keys of a kind can be made.
std::vector<std::string> key_parts_of(Kind kind);

}  // namespace maillon::match
