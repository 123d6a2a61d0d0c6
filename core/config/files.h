#pragma once

#include "core/config/diagnostic.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::config {

struct InputFile {
    std::string name;         ///< how diagnostics call it
    std::string stored_name;  ///< relative to the main file's folder: the same wherever that folder is
    std::string text;
};

/// The main file and those of conf.d beside it, in order. What cannot be read is reported and turns
/// `is_complete` false; nothing comes back when the main file cannot be read.
std::vector<InputFile> read_files(const std::filesystem::path& main_file, Sources& sources,
                                  Diagnostics& diagnostics, bool& is_complete);

/// Without byte order mark, lines ending in "\n": so that the same text has the same hash from every editor.
std::string canonical_text(std::string_view text);

}  // namespace maillon::config
