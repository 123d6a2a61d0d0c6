#include "core/cli/progress.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace maillon::cli {
namespace {

constexpr int kWidth = 24;
constexpr std::chrono::milliseconds kPause{150};

volatile sig_atomic_t asked_to_end = 0;

void ask_to_end(int) {
    asked_to_end = 1;
}

void handle_signals(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    auto size = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), size < 10 ? "%.1f %s" : "%.0f %s", size, units[unit]);
    return text.data();
}

std::string Progress::line(std::string_view what, std::int64_t done, std::int64_t all, bool bytes) {
    std::string out(what);
    out.resize(std::max<std::size_t>(out.size(), 10), ' ');
    if (all <= 0 && done > 0) return out + "… " + (bytes ? bytes_text(done) : std::to_string(done));
    if (all <= 0) return out + "…";
    const auto part = std::clamp(static_cast<double>(done) / static_cast<double>(all), 0.0, 1.0);
    const auto filled = static_cast<std::size_t>(part * kWidth);
    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), "%3d %%", static_cast<int>(part * 100));
    out.append("[").append(filled, '#').append(kWidth - filled, '-').append("] ").append(percent.data());
    if (bytes) return out + "  " + bytes_text(done) + " of " + bytes_text(all);
    return out + "  " + std::to_string(done) + " of " + std::to_string(all);
}

Progress::Progress() : on_terminal_(::isatty(STDERR_FILENO) != 0) {
    asked_to_end = 0;
    handle_signals(ask_to_end);
}

Progress::~Progress() {
    clear();
    handle_signals(SIG_DFL);
}

bool Progress::operator()(std::string_view what, std::int64_t done, std::int64_t all) {
    const auto now = std::chrono::steady_clock::now();
    if (on_terminal_ && now >= next_) {
        std::fprintf(stderr, "\r%s\x1b[K", line(what, done, all, counts_bytes).c_str());
        is_shown_ = true;
        next_ = now + kPause;
    }
    return asked_to_end == 0;
}

void Progress::clear() {
    if (is_shown_) std::fputs("\r\x1b[K", stderr);
    is_shown_ = false;
}

}  // namespace maillon::cli
