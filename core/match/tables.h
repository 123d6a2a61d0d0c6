#pragma once

/// Tables of records that are linked, measured and explained as a whole, without a hub: `maillon match
/// evaluate`, `train` and `explain`. The face of the inner folder linkage/.
#include "core/match/linkage/drawing.h"
#include "core/match/linkage/explain.h"
#include "core/match/linkage/link_task.h"
#include "core/match/linkage/metrics.h"
#include "core/match/linkage/model_reader.h"
#include "core/match/linkage/model_writer.h"
