#include "core/observe/line_log.h"

#include <unistd.h>

#include <cerrno>

namespace maillon {

LogFormat log_format_for(int fd) {
    return ::isatty(fd) == 1 ? LogFormat::text : LogFormat::json;
}

LogOutput log_output_to(int fd) {
    return [fd](std::string_view line) {
        // One write per line keeps lines of several processes apart; the loop only finishes what a pipe cut
        // short.
        while (!line.empty()) {
            const auto written = ::write(fd, line.data(), line.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return;
            line.remove_prefix(static_cast<std::size_t>(written));
        }
    };
}

}  // namespace maillon
