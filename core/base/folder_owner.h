#pragma once

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace maillon {

/// Whatever an administrator does as root, the hub's own user must be able to go on with: gives a file or
/// folder that root has made at `path`, and has open, to the user of the folder it lies in. For everybody
/// else nothing happens; without that right it stays root's, which `maillon doctor` tells.
inline void give_to_owner_of_folder(int descriptor, const std::filesystem::path& path) {
    if (::geteuid() != 0) return;
    const auto folder = path.parent_path();
    struct stat found {};
    if (::stat(folder.empty() ? "." : folder.c_str(), &found) != 0) return;
    (void)!::fchown(descriptor, found.st_uid, found.st_gid);
}

}  // namespace maillon
