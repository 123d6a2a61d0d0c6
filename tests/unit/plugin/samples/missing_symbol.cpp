#include "maillon/abi.h"

extern "C" void defined_nowhere(void);

// Needs what no library defines.
extern "C" MAILLON_EXPORT const maillon_module* maillon_module_entry(void) {
    defined_nowhere();
    return nullptr;
}
