#include "core/db/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace maillon::db {
namespace {

constexpr mode_t kOwnerOnly = 0600;

std::string last_error() {
    return std::generic_category().message(errno);
}

Result<int> open_private(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
    if (descriptor < 0) return config_fault("cannot open " + path + ": " + last_error());
    return descriptor;
}

Result<void> create_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (folder.empty() || std::filesystem::exists(folder, error)) return {};
    std::filesystem::create_directories(folder.parent_path().empty() ? folder : folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return config_fault("cannot create the folder " + folder.string() + ": " + last_error());
    return {};
}

std::string holder(int descriptor) {
    std::array<char, 32> text{};
    const auto length = ::pread(descriptor, text.data(), text.size(), 0);
    if (length <= 0) return "";
    return " (process " + std::string(text.data(), static_cast<std::size_t>(length)) + ")";
}

}  // namespace

Result<std::unique_ptr<FileLock>> FileLock::take(const std::string& path) {
    auto folder = create_folder(std::filesystem::path(path).parent_path());
    if (!folder) return folder.error();
    auto descriptor = open_private(path + ".lock");
    if (!descriptor) return descriptor.error();
    std::unique_ptr<FileLock> lock(new FileLock(*descriptor));
    if (::flock(*descriptor, LOCK_EX | LOCK_NB) != 0)
        return config_fault("the store " + path + " is in use by another hub" + holder(*descriptor));
    const auto me = std::to_string(::getpid());
    if (::ftruncate(*descriptor, 0) != 0 || ::pwrite(*descriptor, me.data(), me.size(), 0) < 0)
        return config_fault("cannot write " + path + ".lock: " + last_error());
    auto file = open_private(path);
    if (!file) return file.error();
    ::close(*file);
    return lock;
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

}  // namespace maillon::db
