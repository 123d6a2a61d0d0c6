#include "core/net/cancel.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace maillon {

Cancel::~Cancel() {
    if (const int fd = fd_.load(); fd >= 0) ::close(fd);
}

// Sequential consistency on both sides: either `cancel` sees the descriptor, or `wake_fd` sees the flag.
void Cancel::cancel() {
    cancelled_.store(true);
    if (const int fd = fd_.load(); fd >= 0) ::eventfd_write(fd, 1);
}

int Cancel::wake_fd() const {
    int fd = fd_.load();
    if (fd >= 0) return fd;
    const int made = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (made < 0) return -1;
    if (fd_.compare_exchange_strong(fd, made)) {
        fd = made;
    } else {
        ::close(made);
    }
    if (cancelled_.load()) ::eventfd_write(fd, 1);
    return fd;
}

}  // namespace maillon
