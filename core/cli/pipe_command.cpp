#include "core/cli/pipe_command.h"

#include "core/base/clock.h"
#include "core/cli/application.h"
#include "core/cli/line_reader.h"
#include "core/cli/waiting_io.h"
#include "core/config/load.h"
#include "core/route/pipe.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>

namespace maillon::cli {
namespace {

constexpr std::size_t kFlushAt = 64 * 1024;

/// A file descriptor that is ours to close unless it is a standard one.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    int get() const { return fd_; }
    void take(int fd) { fd_ = fd; }
    bool is_file() const {
        struct stat about {};
        return ::fstat(fd_, &about) == 0 && S_ISREG(about.st_mode);
    }
    bool is_same_file(const Descriptor& other) const {
        struct stat mine {
        }, theirs{};
        return is_file() && other.is_file() && ::fstat(fd_, &mine) == 0 && ::fstat(other.fd_, &theirs) == 0 &&
               mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino;
    }
    /// False and errno when what was written turns out to be lost.
    bool close() {
        const int fd = std::exchange(fd_, -1);
        return fd <= STDERR_FILENO || ::close(fd) == 0;
    }

private:
    int fd_;
};

void complain(const std::string& doing, const std::string& name, int error) {
    std::fprintf(stderr, "pipe: %s %s: %s\n", doing.c_str(), name.c_str(), std::strerror(error));
}

/// Of this program alone: what getrusage tells takes in the one that started it.
long peak_memory_kib() {
    long out = 0;
    if (std::FILE* status = std::fopen("/proc/self/status", "re")) {
        std::array<char, 256> line{};
        while (std::fgets(line.data(), line.size(), status) &&
               std::sscanf(line.data(), "VmHWM: %ld", &out) != 1)
            continue;
        std::fclose(status);
    }
    return out;
}

struct Compiled {
    std::unique_ptr<route::Pipe> pipe;
    std::shared_ptr<config::Sources> sources;  ///< of the places in faults; owned with the pipe
    std::size_t longest = 0;
};

Compiled compile(const PipeQuery& query) {
    auto loaded =
        config::load(query.file, config::Environment::of_process(), {std::string(route::kPipeConnector)});
    Compiled out{nullptr, loaded.sources, 0};
    if (loaded.config) {
        out.longest = loaded.config->hub.limits.max_body;
        out.pipe = route::Pipe::compile(std::move(*loaded.config), query.route, SystemClock().now(),
                                        loaded.diagnostics);
    }
    if (!loaded.diagnostics.empty())
        std::fputs(config::render(loaded.diagnostics, *loaded.sources).c_str(), stderr);
    return out;
}

class Pumping {
public:
    Pumping(const PipeQuery& query, Compiled compiled)
        : query_(query),
          compiled_(std::move(compiled)),
          in_name_(query.in.empty() || query.in == "-" ? "standard input" : query.in),
          out_name_(query.out.empty() || query.out == "-" ? "standard output" : query.out) {}

    int run() {
        if (!open()) return kFailed;
        LineReader reader(in_.get(), compiled_.longest, route::kLinePadding);
        const bool is_file = in_.is_file();
        bool is_good = pump(reader, is_file) && flush();
        if (is_good && !out_.close()) is_good = write_failed();
        if (closed_) return failed_lines_ > 0 ? kFailed : kDone;
        if (failed_lines_ > 0 || query_.stats)
            std::fprintf(stderr, "pipe: %" PRIu64 " lines, %" PRIu64 " written, %" PRIu64 " failed\n", lines_,
                         compiled_.pipe->written(), failed_lines_);
        if (query_.stats) tell(reader.bytes());
        return is_good && failed_lines_ == 0 ? kDone : kFailed;
    }

private:
    bool open() {
        in_.take(in_name_ == query_.in ? ::open(query_.in.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO);
        if (in_.get() < 0) return complain("reading", in_name_, errno), false;
        // Not cut to nothing before it is known to be another file than the input.
        out_.take(out_name_ == query_.out ? ::open(query_.out.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)
                                          : STDOUT_FILENO);
        if (out_.get() < 0) return complain("writing", out_name_, errno), false;
        if (out_.get() == STDOUT_FILENO) return true;
        if (in_.is_same_file(out_)) {
            std::fprintf(stderr, "pipe: %s is the input too: it would be lost; write to another file\n",
                         out_name_.c_str());
            return false;
        }
        if (out_.is_file() && ::ftruncate(out_.get(), 0) != 0)
            return complain("writing", out_name_, errno), false;
        return true;
    }

    /// False when it ended before the input did.
    bool pump(LineReader& reader, bool is_file) {
        std::string_view line;
        for (;;) {
            switch (reader.next(line)) {
                case LineReader::Got::end: return true;
                case LineReader::Got::starved:
                    // Who waits for more input has shown all that came of the input so far.
                    if (!is_file && !flush()) return false;
                    if (reader.fill()) continue;
                    complain("reading", in_name_, reader.error());
                    flush();
                    return false;
                case LineReader::Got::too_long:
                    ++lines_;
                    faults_.push_back(
                        {"longer than " + std::to_string(compiled_.longest) + " bytes (hub.limits.max_body)",
                         0,
                         {}});
                    break;
                case LineReader::Got::line:
                    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
                    ++lines_;
                    compiled_.pipe->process(line, reader.number(), buffer_, faults_);
                    break;
            }
            if (!faults_.empty() && !report(reader.number())) return flush(), false;
            if (buffer_.size() >= kFlushAt && !flush()) return false;
        }
    }

    /// False when that is enough.
    bool report(std::uint64_t number) {
        ++failed_lines_;
        for (const auto& fault : faults_) {
            std::string at;
            if (fault.column > 0) at = "column " + std::to_string(fault.column) + ": ";
            if (fault.place.is_known()) at = compiled_.sources->where(fault.place) + ": ";
            std::fprintf(stderr, "pipe: line %" PRIu64 ": %s%s\n", number, at.c_str(), fault.what.c_str());
        }
        faults_.clear();
        return query_.on_error == "skip";
    }

    bool flush() {
        if (closed_) return false;
        const bool is_good = write_all(out_.get(), buffer_) || write_failed();
        buffer_.clear();
        return is_good;
    }

    /// Nobody reads any more: no reason to complain.
    bool write_failed() {
        closed_ = errno == EPIPE;
        if (!closed_) complain("writing", out_name_, errno);
        return false;
    }

    void tell(std::uint64_t bytes) const {
        for (const auto& route : compiled_.pipe->routes()) {
            const auto& book = route.book();
            std::fprintf(stderr,
                         "pipe: route '%s': %" PRIu64 " matched, %" PRIu64 " written, %" PRIu64
                         " dropped, %" PRIu64 " failed\n",
                         route.plan().name.c_str(), book.matched, book.written, book.dropped, book.failed);
        }
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        const auto seconds = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
        };
        const double cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
        std::fprintf(stderr,
                     "pipe: %" PRIu64 " bytes in %.3f s of CPU time, %.0f lines/s, peak memory %ld KiB\n",
                     bytes, cpu, cpu > 0 ? static_cast<double>(lines_) / cpu : 0.0, peak_memory_kib());
    }

    const PipeQuery& query_;
    Compiled compiled_;
    std::string in_name_, out_name_;
    Descriptor in_, out_;
    std::string buffer_;
    std::vector<route::PipeFault> faults_;
    std::uint64_t lines_ = 0, failed_lines_ = 0;
    bool closed_ = false;
};

}  // namespace

int pipe_command(const PipeQuery& query) {
    ::signal(SIGPIPE, SIG_IGN);
    auto compiled = compile(query);
    if (!compiled.pipe) return kConfig;
    return Pumping(query, std::move(compiled)).run();
}

}  // namespace maillon::cli
