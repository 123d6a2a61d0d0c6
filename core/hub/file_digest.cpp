#include "core/hub/file_digest.h"

#include "core/base/digest.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace maillon::hub {
namespace {

constexpr std::size_t kPiece = 1 << 20;

std::string last_error() {
    return std::generic_category().message(errno);
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    operator int() const { return number_; }

private:
    int number_;
};

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Result<std::string> sha256_of_file(const std::filesystem::path& file,
                                   const std::function<bool(std::int64_t, std::int64_t)>& progress,
                                   const std::filesystem::path& copy) {
    const Descriptor from(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (from < 0) return rejected("cannot open " + file.string() + ": " + last_error());
    const Descriptor to(copy.empty() ? -1
                                     : ::open(copy.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!copy.empty() && to < 0) return rejected("cannot create " + copy.string() + ": " + last_error());
    const auto all = ::lseek(from, 0, SEEK_END);
    if (::lseek(from, 0, SEEK_SET) != 0)
        return rejected("cannot read " + file.string() + ": " + last_error());
    Sha256 digest;
    std::vector<char> piece(kPiece);
    for (std::int64_t done = 0;;) {
        const auto size = ::read(from, piece.data(), piece.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return rejected("cannot read " + file.string() + ": " + last_error());
        if (size == 0) break;
        const std::string_view bytes(piece.data(), static_cast<std::size_t>(size));
        digest.add(bytes);
        if (to >= 0 && !write_all(to, bytes))
            return retry("cannot write " + copy.string() + ": " + last_error());
        done += size;
        if (!progress(done, all))
            return Fault{FaultKind::cancelled, "ended before " + file.string() + " was read", {}};
    }
    if (to >= 0 && ::fsync(to) != 0) return retry("cannot write " + copy.string() + ": " + last_error());
    return digest.hex();
}

}  // namespace maillon::hub
