#include "core/cli/application.h"

#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

namespace {

int no_room(const char* what) {
    std::fprintf(
        stderr,
        "maillon: no room for %s: raise the limits (ulimit -v and -u; MemoryMax, LimitAS and TasksMax of "
        "the unit), or free memory\n",
        what);
    return maillon::cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return maillon::cli::run_application(argc, argv);
    } catch (const std::bad_alloc&) {
        return no_room("what is asked for");
    } catch (const std::system_error& e) {
        if (e.code() == std::errc::resource_unavailable_try_again) return no_room("another thread");
        std::fprintf(stderr, "maillon: internal error: %s\n", e.what());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "maillon: internal error: %s\n", e.what());
    }
    return maillon::cli::kFailed;
}
