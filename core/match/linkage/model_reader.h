#pragma once

#include "core/match/linkage/model.h"

#include "core/base/fault.h"
#include "core/config/diagnostic.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace maillon::match {

/// `model` is there when, and only when, there is no error; `sources` is what the diagnostics point into.
struct LoadedModel {
    std::optional<Model> model{};
    config::Diagnostics diagnostics{};
    std::shared_ptr<config::Sources> sources{};  ///< owned by this and by whoever shows the diagnostics later
};

/// Reads a model: strictly, as all files of the language are; docs/matching.md says what stands in it.
LoadedModel read_model(std::string name, std::string text);
/// The same of a file; a file that cannot be read is a diagnostic.
LoadedModel read_model(const std::filesystem::path& file);

}  // namespace maillon::match
