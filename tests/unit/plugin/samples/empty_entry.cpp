#include "maillon/abi.h"

// Says that it has a connector, and has none.
extern "C" MAILLON_EXPORT const maillon_module* maillon_module_entry(void) {
    static const maillon_connector* const connectors[]{nullptr};
    static const maillon_module module{
        sizeof(maillon_module), MAILLON_ABI_MAJOR, 0, 1, connectors, {nullptr, 0}};
    return &module;
}
