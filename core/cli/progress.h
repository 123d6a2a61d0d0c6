#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::cli {

/// A line on standard error that tells how far long work is: on a terminal only, renewed some times a second.
/// While one exists, Ctrl-C and SIGTERM do not end the program but make it answer false, so that the work can
/// clean up after itself. One at a time.
class Progress {
public:
    Progress();
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `all` 0: nobody knows how far. False when the work is to end.
    bool operator()(std::string_view what, std::int64_t done, std::int64_t all);
    /// Takes the line away, for text that comes now.
    void clear();

    /// "copying   [########------------]  41 %  1.2 of 2.9 GiB"
    static std::string line(std::string_view what, std::int64_t done, std::int64_t all, bool bytes);

    bool counts_bytes = true;

private:
    bool on_terminal_;
    bool is_shown_ = false;
    std::chrono::steady_clock::time_point next_{};
};

/// "870 bytes", "1.2 GiB".
std::string bytes_text(std::int64_t bytes);

}  // namespace maillon::cli
