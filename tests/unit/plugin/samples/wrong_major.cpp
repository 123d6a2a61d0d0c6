#include "maillon/abi.h"

// As if built against an SDK of the future: only the first three fields may be looked at.
extern "C" MAILLON_EXPORT const maillon_module* maillon_module_entry(void) {
    static const maillon_module module{
        sizeof(maillon_module), MAILLON_ABI_MAJOR + 1, 0, 0, nullptr, {nullptr, 0}};
    return &module;
}
