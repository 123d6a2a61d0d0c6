// Preloaded into a hub that is tried: makes the system calls on the store's files fail, and shifts the clock
// of the day, as a file that the test writes into says. Everything else goes its way.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

namespace {

/// Shared with tests/faults/shim.py.
struct Control {
    int32_t write_errno;  ///< 0: writes work
    int32_t sync_errno;
    int32_t write_share;  ///< of a hundred writes so many fail
    int32_t failed;       ///< calls that were made to fail
    int64_t clock_ms;     ///< added to the time of day
};

Control* control() {
    static Control* const shared = [] {
        static Control none{};
        const char* path = getenv("MAILLON_SHIM");
        const int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
        if (fd < 0) return &none;
        void* at = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        return at == MAP_FAILED ? &none : static_cast<Control*>(at);
    }();
    return shared;
}

template <class F>
F* real(const char* name) {
    return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

bool is_of_store(int fd) {
    char link[64] = "/proc/self/fd/", path[512];
    char digits[16];
    int n = 0;
    for (int left = fd; n == 0 || left > 0; left /= 10) digits[n++] = static_cast<char>('0' + left % 10);
    char* end = link + strlen(link);
    while (n > 0) *end++ = digits[--n];
    *end = 0;
    const ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return false;
    path[length] = 0;
    return strstr(path, "maillon.db") != nullptr && strstr(path, ".lock") == nullptr;
}

/// True when the call is to fail with `wrong`, which is then in errno.
bool fails(int fd, int wrong) {
    if (wrong == 0 || !is_of_store(fd)) return false;
    __atomic_add_fetch(&control()->failed, 1, __ATOMIC_RELAXED);
    errno = wrong;
    return true;
}

bool write_fails(int fd) {
    auto* c = control();
    if (c->write_errno == 0) return false;
    static thread_local unsigned die = 1;
    die = die * 1103515245u + 12345u;
    return static_cast<int>(die / 65536u % 100u) < c->write_share && fails(fd, c->write_errno);
}

}  // namespace

extern "C" {

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
    static auto* const next = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
    return write_fails(fd) ? -1 : next(fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
    static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    return write_fails(fd) ? -1 : next(fd, bytes, size, at);
}

int fsync(int fd) {
    static auto* const next = real<int(int)>("fsync");
    return fails(fd, control()->sync_errno) ? -1 : next(fd);
}

int fdatasync(int fd) {
    static auto* const next = real<int(int)>("fdatasync");
    return fails(fd, control()->sync_errno) ? -1 : next(fd);
}

int clock_gettime(clockid_t which, struct timespec* out) noexcept {
    static auto* const next = real<int(clockid_t, struct timespec*)>("clock_gettime");
    const int done = next(which, out);
    if (done == 0 && which == CLOCK_REALTIME) out->tv_sec += control()->clock_ms / 1000;
    return done;
}

int gettimeofday(struct timeval* out, void* zone) noexcept {
    static auto* const next = real<int(struct timeval*, void*)>("gettimeofday");
    const int done = next(out, zone);
    if (done == 0) out->tv_sec += control()->clock_ms / 1000;
    return done;
}

}  // extern "C"
