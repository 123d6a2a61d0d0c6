#include "core/db/file_lock.h"

#include "core/base/folder_owner.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <thread>

namespace maillon::db {
namespace {

constexpr mode_t kOwnerOnly = 0600;

std::string last_error() {
    return std::generic_category().message(errno);
}

Result<int> open_private(const std::string& path) {
    int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
    if (descriptor >= 0) {
        maillon::give_to_owner_of_folder(descriptor, path);
    } else {
        const int why = errno;
        descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        // It is not there, and the first try tells why it cannot be made.
        if (descriptor < 0 && errno == ENOENT) errno = why;
    }
    if (descriptor < 0)
        return config_fault("cannot open " + path + ": " + last_error() + "; see: maillon doctor");
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

constexpr std::string_view kUsed = " used";

/// Commands that have the store, or look who has it, are done in a moment.
bool lock(int descriptor, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

std::string text_of(int descriptor) {
    std::array<char, 64> text{};
    const auto length = ::pread(descriptor, text.data(), text.size(), 0);
    return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

int process_in(const std::string& text) {
    int process = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), process);
    return error == std::errc{} ? process : 0;
}

std::string holder(int descriptor) {
    const auto process = process_in(text_of(descriptor));
    return process > 0 ? " (process " + std::to_string(process) + ")" : "";
}

}  // namespace

Result<std::unique_ptr<FileLock>> FileLock::take(const std::string& path,
                                                 std::chrono::milliseconds patience) {
    auto folder = create_folder(std::filesystem::path(path).parent_path());
    if (!folder) return folder.error();
    auto descriptor = open_private(name_of(path));
    if (!descriptor) return descriptor.error();
    std::unique_ptr<FileLock> out(new FileLock(*descriptor));
    if (!lock(*descriptor, patience))
        return config_fault("the store " + path + " is in use by another hub" + holder(*descriptor));
    out->was_used_ = text_of(*descriptor).find(kUsed) != std::string::npos;
    if (auto written = out->write(path); !written) return written.error();
    return out;
}

Result<void> FileLock::write(const std::string& path) {
    path_ = path;
    const auto me = std::to_string(::getpid()).append(was_used_ ? kUsed : "");
    // In this order the mark is never away in between.
    if (::pwrite(descriptor_, me.data(), me.size(), 0) < 0 ||
        ::ftruncate(descriptor_, static_cast<off_t>(me.size())) != 0)
        return config_fault("cannot write " + name_of(path) + ": " + last_error());
    return {};
}

Result<void> FileLock::note_use() {
    if (was_used_) return {};
    was_used_ = true;
    return write(path_);
}

bool FileLock::was_used(const std::string& path) {
    const int descriptor = ::open(name_of(path).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool used = text_of(descriptor).find(kUsed) != std::string::npos;
    ::close(descriptor);
    return used;
}

Result<int> FileLock::holder_of(const std::string& path) {
    const int descriptor = ::open(name_of(path).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno == ENOENT) return 0;
        return config_fault("cannot open " + name_of(path) + ": " + last_error());
    }
    // A lock that is had is given back at once by closing.
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
    const auto process = held ? process_in(text_of(descriptor)) : 0;
    ::close(descriptor);
    return process;
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

void give_to_owner_of_folder(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    maillon::give_to_owner_of_folder(descriptor, path);
    ::close(descriptor);
}

Result<void> create_private(const std::string& path) {
    auto file = open_private(path);
    if (!file) return file.error();
    ::close(*file);
    return {};
}

}  // namespace maillon::db
