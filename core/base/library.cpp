#include "core/base/library.h"

#include <dlfcn.h>

#include <array>
#include <filesystem>

namespace maillon {
namespace {

namespace fs = std::filesystem;

fs::path find_library(const std::string& file) {
    std::error_code error;
    const fs::path own = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (const fs::path& folder : {own, own / "../lib/maillon", fs::path(MAILLON_LIBRARY_DIR)}) {
        if (fs::is_regular_file(folder / file, error)) return folder / file;
    }
    return {};
}

std::string last_error() {
    const char* text = ::dlerror();
    return text != nullptr ? text : "unknown reason";
}

}  // namespace

const void* load_entry(const std::string& file, const char* entry, std::string& problem) {
    const fs::path path = find_library(file);
    if (path.empty()) {
        problem = file + " stands neither beside the program nor in " MAILLON_LIBRARY_DIR;
        return nullptr;
    }
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    void* symbol = library != nullptr ? ::dlsym(library, entry) : nullptr;
    if (symbol == nullptr) {
        problem = "cannot load " + path.string() + ": " + last_error();
        return nullptr;
    }
    return reinterpret_cast<const void* (*)()>(symbol)();
}

}  // namespace maillon
