#include "core/cli/line_reader.h"

#include "core/cli/waiting_io.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace maillon::cli {
namespace {

constexpr std::size_t kPiece = 128 * 1024;  // stays in the second-level cache
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

LineReader::LineReader(int fd, std::size_t longest, std::size_t padding)
    : fd_(fd), longest_(longest), padding_(padding), buffer_(kPiece + padding) {}

LineReader::Got LineReader::next(std::string_view& line) {
    const char* from = buffer_.data() + scanned_;
    if (const auto* found = static_cast<const char*>(std::memchr(from, '\n', end_ - scanned_))) {
        const auto end = static_cast<std::size_t>(found - buffer_.data());
        const auto got = finish(end, line);
        begin_ = scanned_ = end + 1;
        return got;
    }
    scanned_ = end_;
    if (!at_end_) return Got::starved;
    if (begin_ == end_ && !skipping_) return Got::end;
    const auto got = finish(end_, line);
    begin_ = end_;
    return got;
}

LineReader::Got LineReader::finish(std::size_t end, std::string_view& line) {
    ++number_;
    line = {buffer_.data() + begin_, end - begin_};
    if (number_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    return std::exchange(skipping_, false) || line.size() > longest_ ? Got::too_long : Got::line;
}

void LineReader::make_room() {
    // Of a line that is too long nothing is kept. Two bytes more may be "\r\n".
    if (end_ - begin_ > longest_ + kByteOrderMark.size() + 2) skipping_ = true;
    if (skipping_) begin_ = end_;
    const auto kept = end_ - begin_;
    std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
    begin_ = 0;
    scanned_ = end_ = kept;
    if (kept >= buffer_.size() - padding_) buffer_.resize(2 * kept + padding_);
}

bool LineReader::fill() {
    make_room();
    const auto got = read_some(fd_, buffer_.data() + end_, buffer_.size() - padding_ - end_);
    if (got < 0) {
        error_ = errno;
        return false;
    }
    at_end_ = got == 0;
    end_ += static_cast<std::size_t>(got);
    bytes_ += static_cast<std::uint64_t>(got);
    std::fill_n(buffer_.begin() + static_cast<std::ptrdiff_t>(end_), padding_, ' ');
    return true;
}

}  // namespace maillon::cli
