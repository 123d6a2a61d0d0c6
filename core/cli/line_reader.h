#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::cli {

/// Reads lines from a file descriptor in large pieces, without copying them. `next` never waits; when it says
/// `starved`, `fill` reads, which may wait.
///
/// A line ends with "\n" or "\r\n", the last one also with the end of the input. A byte order mark in front
/// of the first line is left out. Memory: one piece, or the longest line that is allowed.
class LineReader {
public:
    enum class Got : std::uint8_t { line, too_long, starved, end };

    /// `fd` stays the caller's. Lines of more than `longest` bytes are `too_long` and skipped; `padding`
    /// readable bytes stand behind each line.
    LineReader(int fd, std::size_t longest, std::size_t padding);

    /// The line is valid until the next call of either function.
    Got next(std::string_view& line);
    /// False when reading failed: `error` says why, as errno does.
    bool fill();

    int error() const { return error_; }
    /// Of the line that came last, from 1.
    std::uint64_t number() const { return number_; }
    std::uint64_t bytes() const { return bytes_; }  ///< read so far

private:
    Got finish(std::size_t end, std::string_view& line);
    void make_room();

    int fd_;
    std::size_t longest_, padding_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;    ///< of the line that is next
    std::size_t scanned_ = 0;  ///< up to here it has no end
    std::size_t end_ = 0;      ///< of what was read
    bool at_end_ = false;
    bool skipping_ = false;  ///< in a line that is too long
    int error_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace maillon::cli
