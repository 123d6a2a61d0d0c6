#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace maillon::cli {

/// read(2) that goes on after signals and waits where the other side has set the descriptor not to. −1 and
/// errno when it fails.
ssize_t read_some(int fd, char* to, std::size_t size);

/// Writes all of it, in the same manner. False and errno when it fails; part may have been written then.
bool write_all(int fd, std::string_view bytes);

}  // namespace maillon::cli
