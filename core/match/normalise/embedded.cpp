#include "core/match/normalise/embedded.h"

// Puts a file into the read-only data of the program; a page of it takes memory once it is read.
#define MAILLON_EMBED(name)                                        \
    __asm__(                                                       \
        ".pushsection .rodata\n"                                   \
        ".balign 16\n"                                             \
        "maillon_table_" #name                                     \
        ":\n"                                                      \
        ".incbin \"" MAILLON_TABLES "/" #name                      \
        ".tsv\"\n"                                                 \
        "maillon_table_" #name                                     \
        "_end:\n"                                                  \
        ".byte 0\n"                                                \
        ".popsection\n");                                          \
    extern "C" const char maillon_table_##name[];                  \
    extern "C" const char maillon_table_##name##_end[];            \
    namespace maillon::match {                                     \
    std::string_view name##_table() {                              \
        return {maillon_table_##name, maillon_table_##name##_end}; \
    }                                                              \
    }

MAILLON_EMBED(given)
MAILLON_EMBED(family)
MAILLON_EMBED(english)
MAILLON_EMBED(french)
MAILLON_EMBED(variants)
