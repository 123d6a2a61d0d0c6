#include "maillon/abi.h"

// Needs a service that this hub does not have yet.
extern "C" MAILLON_EXPORT const maillon_module* maillon_module_entry(void) {
    static const maillon_module module{
        sizeof(maillon_module), MAILLON_ABI_MAJOR, MAILLON_ABI_MINOR + 1, 0, nullptr, {nullptr, 0}};
    return &module;
}
