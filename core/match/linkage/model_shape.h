#pragma once

#include "core/config/shape.h"

namespace maillon::match {

/// The keys of a model file, as the configuration's readers want them.
extern const config::Shape kModelShape, kModelFieldShape, kModelClassShape, kModelLearnedShape,
    kModelWeightsShape, kModelSidesShape;

}  // namespace maillon::match
