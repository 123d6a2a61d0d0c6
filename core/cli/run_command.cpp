#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/hub/hub.h"
#include "core/hub/systemd.h"

#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace maillon::cli {
namespace {

constexpr std::chrono::seconds kStart{3};

sigset_t stop_signals() {
    sigset_t out;
    sigemptyset(&out);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&out, signal);
    return out;
}

/// What the start alone needed goes back to the system: freed memory (whole files, first pages of
/// directories), and the pages of code and constants, which come back from their files when they are wanted.
void forget_the_start() {
    ::malloc_trim(0);
    const auto forget = [](dl_phdr_info* module, std::size_t, void*) {
        if (std::string_view(module->dlpi_name).starts_with("linux-vdso")) return 0;
        const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        for (unsigned i = 0; i < module->dlpi_phnum; ++i) {
            const auto& part = module->dlpi_phdr[i];
            if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0) continue;
            const std::uintptr_t begin = (module->dlpi_addr + part.p_vaddr) & ~(page - 1);
            const std::uintptr_t end = module->dlpi_addr + part.p_vaddr + part.p_memsz;
            ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
        }
        return 0;
    };
    ::dl_iterate_phdr(forget, nullptr);
}

/// Each connection takes a descriptor; shells hand on a limit that is meant for programs which cannot count
/// further.
void raise_limit_of_open_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    // Where that is refused, the hub gets along with less.
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

std::int64_t monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
}

/// What the files say now.
Result<hub::Prepared> prepare_again(const Context& context) {
    auto made = hub::prepare(context.config, config::Environment::of_process(), context.plugins);
    if (made.prepared) return std::move(*made.prepared);
    return config_fault("the old configuration goes on, since the new one is no good:\n" +
                        config::render(made.diagnostics, *made.sources));
}

/// A configuration that is no good leaves the old one running; what is wrong is told in the log, and to who
/// asked through the admin API.
void reload(const Context& context, hub::Hub& hub) {
    hub::notify_systemd("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
    (void)hub.reload([&] { return prepare_again(context); });
    hub::notify_systemd("READY=1\nSTATUS=active");
}

/// Waits for a signal that ends the hub; meanwhile looks after it.
int wait_for_the_end(const Context& context, hub::Hub& hub, const sigset_t& signals) {
    const auto watchdog = hub::watchdog_interval();
    const auto pause = std::min<std::chrono::nanoseconds>(std::chrono::seconds{1},
                                                          watchdog.value_or(std::chrono::seconds{1}));
    const timespec time{pause / std::chrono::seconds{1}, (pause % std::chrono::seconds{1}).count()};
    const auto start_is_over = std::chrono::steady_clock::now() + kStart;
    for (bool is_trimmed = false;;) {
        const int signal = ::sigtimedwait(&signals, nullptr, &time);
        const bool is_well = hub.tick();
        if (!is_trimmed && std::chrono::steady_clock::now() >= start_is_over) {
            forget_the_start();
            is_trimmed = true;
        }
        if (watchdog && is_well) hub::notify_systemd("WATCHDOG=1");
        if (signal == SIGTERM || signal == SIGINT) return signal;
        if (signal == SIGHUP) reload(context, hub);
    }
}

/// To systemd a hub that waits for its turn has started: it does what it is there for.
bool wait_as_standby(const sigset_t& signals, std::chrono::milliseconds time) {
    hub::notify_systemd("READY=1\nSTATUS=stand-by: another hub is active\nWATCHDOG=1");
    const timespec span{time / std::chrono::seconds{1},
                        std::chrono::nanoseconds{time % std::chrono::seconds{1}}.count()};
    const int signal = ::sigtimedwait(&signals, nullptr, &span);
    return signal != SIGTERM && signal != SIGINT;
}

}  // namespace

int run_command(const Context& context) {
    // Many threads that mostly wait: two heaps serve them as well as one for each, with less memory.
    ::mallopt(M_ARENA_MAX, 2);
    // Before any thread starts, so that all of them leave these signals to us.
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);

    raise_limit_of_open_files();

    auto prepared = load(context);
    if (!prepared) return kConfig;
    hub::Hub::Options options{.log_to_terminal = ::isatty(STDERR_FILENO) != 0};
    options.wait_as_standby = [&signals](std::chrono::milliseconds time) {
        return wait_as_standby(signals, time);
    };
    options.prepare_again = [&context] { return prepare_again(context); };
    options.ask_for_reload = [] { ::kill(::getpid(), SIGHUP); };
    auto hub = hub::Hub::open(std::move(*prepared), std::move(options));
    if (!hub && hub.error().kind == FaultKind::cancelled) return kDone;
    if (!hub) {
        std::fprintf(stderr, "maillon: cannot start: %s\n", hub.error().what.c_str());
        return hub.error().kind == FaultKind::config ? kConfig : kFailed;
    }
    if (auto started = (*hub)->start(); !started) {
        std::fprintf(stderr, "maillon: cannot start: %s\n", started.error().what.c_str());
        return started.error().kind == FaultKind::config ? kConfig : kFailed;
    }
    hub::notify_systemd("READY=1\nSTATUS=active");
    wait_for_the_end(context, **hub, signals);
    hub::notify_systemd("STOPPING=1");
    // A connector that never comes back would keep the process for ever.
    if (!(*hub)->stop()) std::_Exit(kDone);
    return kDone;
}

}  // namespace maillon::cli
