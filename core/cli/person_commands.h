#pragma once

#include "core/cli/commands.h"

namespace maillon::cli {

struct PersonWish {
    std::string what;
    std::string output;  ///< of an export: a new file, or - for standard output
    std::string reason, by;
    bool yes = false, dry_run = false;
    int limit = 50;
};

int person_find_command(const Context& context, const PersonWish& wish);
int person_export_command(const Context& context, const PersonWish& wish);
/// Asks once more on a terminal, unless `yes`; waits until it is done, with a progress bar.
int person_erase_command(const Context& context, const PersonWish& wish);
int person_erased_command(const Context& context, const PersonWish& wish);
int person_readmit_command(const Context& context, const PersonWish& wish);

}  // namespace maillon::cli
