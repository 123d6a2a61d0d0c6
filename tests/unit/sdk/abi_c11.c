/* The header alone, as strict C11: what an author in C, or of a binding for another language, includes. */
#include "maillon/abi.h"

_Static_assert(MAILLON_ABI_MAJOR == 1u, "version 1");
_Static_assert(sizeof(maillon_status) == 4, "statuses travel as int32_t");

static const maillon_module module_in_c = {sizeof(maillon_module), MAILLON_ABI_MAJOR, 0, 0, NULL, {"c", 1}};

const maillon_module* module_written_in_c(void);

const maillon_module* module_written_in_c(void) {
    return &module_in_c;
}
