#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/hub/hub.h"
#include "core/hub/systemd.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

namespace maillon::cli {
namespace {

constexpr int kStartIsOver = 3;  // seconds

sigset_t stop_signals() {
    sigset_t out;
    sigemptyset(&out);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&out, signal);
    return out;
}

/// Waits for a signal that ends the hub; meanwhile looks after it.
int wait_for_the_end(hub::Hub& hub, const sigset_t& signals) {
    const auto watchdog = hub::watchdog_interval();
    for (int seconds = 1;; ++seconds) {
        const timespec second{1, 0};
        const int signal = ::sigtimedwait(&signals, nullptr, &second);
        hub.tick();
        // What the start needed for a moment (whole files, first pages of directories) goes back to the
        // system.
        if (seconds == kStartIsOver) ::malloc_trim(0);
        if (watchdog) hub::notify_systemd("WATCHDOG=1");
        if (signal == SIGTERM || signal == SIGINT) return signal;
        if (signal == SIGHUP)
            std::fputs("maillon: reloading is not available in this version; restart the hub\n", stderr);
    }
}

}  // namespace

int run_command(const Context& context) {
    // Many threads that mostly wait: two heaps serve them as well as one for each, with less memory.
    ::mallopt(M_ARENA_MAX, 2);
    // Before any thread starts, so that all of them leave these signals to us.
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);

    auto prepared = load(context);
    if (!prepared) return kConfig;
    auto hub = hub::Hub::open(std::move(*prepared), {.log_to_terminal = ::isatty(STDERR_FILENO) != 0});
    if (!hub) {
        std::fprintf(stderr, "maillon: cannot start: %s\n", hub.error().what.c_str());
        return hub.error().kind == FaultKind::config ? kConfig : kFailed;
    }
    if (auto started = (*hub)->start(); !started) {
        std::fprintf(stderr, "maillon: cannot start: %s\n", started.error().what.c_str());
        return started.error().kind == FaultKind::config ? kConfig : kFailed;
    }
    hub::notify_systemd("READY=1");
    wait_for_the_end(**hub, signals);
    hub::notify_systemd("STOPPING=1");
    (*hub)->stop();
    return kDone;
}

}  // namespace maillon::cli
