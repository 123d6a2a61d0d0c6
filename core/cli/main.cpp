#include "core/cli/application.h"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    try {
        return maillon::cli::run_application(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "maillon: internal error: %s\n", e.what());
        return maillon::cli::kFailed;
    }
}
