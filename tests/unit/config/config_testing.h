#pragma once

#include "core/config/load.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace maillon::config {

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
}

inline Environment test_environment() {
    return {{{"CRM_URL", "https://crm.example.com"}, {"PORT", "8181"}, {"ODD", "a ${secret.x} b"}}};
}

/// Loads one text as maillon.yaml of /etc/maillon.
inline LoadResult load_text(std::string text) {
    return load_texts({{"maillon.yaml", std::move(text)}}, "/etc/maillon", test_environment());
}

inline std::string said(const LoadResult& result) {
    return render(result.diagnostics, *result.sources);
}

}  // namespace maillon::config
