#include "maillon/abi.h"

// A connector that forgot to say who it is.
extern "C" MAILLON_EXPORT const maillon_module* maillon_module_entry(void) {
    static const maillon_connector connector = [] {
        maillon_connector out{};
        out.struct_size = sizeof(maillon_connector);
        return out;
    }();
    static const maillon_connector* const connectors[]{&connector};
    static const maillon_module module{
        sizeof(maillon_module), MAILLON_ABI_MAJOR, 0, 1, connectors, {nullptr, 0}};
    return &module;
}
