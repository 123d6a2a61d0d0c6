#include "core/cli/application.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

namespace {

constexpr const char* kNoMemory = "what is asked for";

/// Says so without taking any memory.
int no_room(const char* what) {
    for (const auto* text : {"maillon: no room for ", what,
                             ": raise the limits (ulimit -v and -u; MemoryMax, LimitAS and TasksMax of the "
                             "unit), or free memory; nothing that was acknowledged is lost\n"}) {
        if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) break;
    }
    return maillon::cli::kFailed;
}

/// Where an exception leaves a thread: there is no way back, and what is on disk is whole at every moment.
[[noreturn]] void end() {
    if (std::current_exception()) {
        try {
            throw;
        } catch (const std::bad_alloc&) {
            std::_Exit(no_room(kNoMemory));
        } catch (const std::system_error& e) {
            if (e.code() == std::errc::not_enough_memory) std::_Exit(no_room(kNoMemory));
            if (e.code() == std::errc::resource_unavailable_try_again) std::_Exit(no_room("another thread"));
            std::fprintf(stderr, "maillon: internal error: %s\n", e.what());
        } catch (const std::exception& e) {
            std::fprintf(stderr, "maillon: internal error: %s\n", e.what());
        } catch (...) {
            std::fputs("maillon: internal error\n", stderr);
        }
    }
    std::abort();
}

}  // namespace

int main(int argc, char** argv) {
    std::set_terminate(end);
    try {
        return maillon::cli::run_application(argc, argv);
    } catch (const std::bad_alloc&) {
        return no_room(kNoMemory);
    } catch (const std::system_error& e) {
        if (e.code() == std::errc::resource_unavailable_try_again) return no_room("another thread");
        std::fprintf(stderr, "maillon: internal error: %s\n", e.what());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "maillon: internal error: %s\n", e.what());
    }
    return maillon::cli::kFailed;
}
