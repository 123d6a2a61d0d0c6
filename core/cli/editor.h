#pragma once

#include "core/base/fault.h"

#include <string>

namespace maillon::cli {

/// What a person made of `text` in $VISUAL, else $EDITOR, else vi: in a file of its own that nobody else may
/// read and that is gone afterwards.
Result<std::string> edited_by_person(const std::string& text, const std::string& name);

/// What stands in a file; "-" is the standard input.
Result<std::string> text_of_file(const std::string& file);

}  // namespace maillon::cli
