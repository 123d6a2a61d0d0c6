#pragma once

#include "core/base/clock.h"
#include "core/base/fault.h"

#include <boost/json/object.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace maillon::hub {

/// What is written beside a backup, as FILE.json: what it is, and by what it is known again.
struct Manifest {
    std::string version;  ///< of the program that made it
    TimePoint taken{};    ///< the state of the store is not older than this moment
    std::string file;     ///< its name, without folder
    std::int64_t bytes = 0;
    std::string sha256;
    std::map<std::string, int> schema;  ///< part → version
    std::string config;                 ///< hash of the configuration at that time
    std::int64_t last_event = 0, routed = 0, last_run = 0;
    std::int64_t dead_letters = 0, in_doubt = 0;  ///< open ones
    bool balanced = false;                        ///< the two books

    boost::json::object to_json() const;
    static std::filesystem::path name_for(const std::filesystem::path& backup);
    /// Of the backup at `backup`. A Fault of kind rejected when there is none, or it is not understood.
    static Result<Manifest> of(const std::filesystem::path& backup);
};

}  // namespace maillon::hub
