#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace maillon::test {

/// A folder of its own for one test, removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "maillon-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path path() const { return path_; }
    std::string file(const std::string& name) const { return (path_ / name).string(); }
    std::string url(const std::string& name = "maillon.db") const { return "sqlite:" + file(name); }

private:
    std::filesystem::path path_;
};

}  // namespace maillon::test
