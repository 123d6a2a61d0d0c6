#pragma once

#include "core/base/clock.h"
#include "core/config/config.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace maillon::hub {

/// One thing that was looked at.
struct Finding {
    enum class Level { fine, notice, warning, broken };
    Level level = Level::fine;
    std::string check;   ///< "store.file"
    std::string what;    ///< what was found
    std::string why{};   ///< why it matters; empty when it is fine
    std::string todo{};  ///< what to do about it
};
using Findings = std::vector<Finding>;

std::string_view name_of(Finding::Level level);

/// What is to be looked at.
struct Patient {
    std::string url;                         ///< of the store; may hold a password
    std::filesystem::path file{};            ///< of the store; empty when it is on a server
    const config::Config* config = nullptr;  ///< absent when the store was named by hand
    std::vector<std::filesystem::path> plugins{};
    bool deep = false;  ///< also what takes long: indexes, all history of the books
    const Clock& clock;
    std::function<bool(std::string_view what)> go_on;  ///< false ends the examination
};

/// Looks at the store's file, what is in it and what is around it; writes nothing and takes no lock, so it
/// may be done beside a running hub. What cannot be looked at since something else is broken is left out.
Findings examine(const Patient& patient);

// The parts of it.
void examine_file(const Patient& patient, Findings& out);
/// False when what is inside the file cannot be told.
bool examine_store(const Patient& patient, Findings& out);
void examine_surroundings(const Patient& patient, Findings& out);

}  // namespace maillon::hub
