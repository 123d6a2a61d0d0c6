#pragma once

#include "core/base/fault.h"

#include <boost/json/object.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::config {

/// Secrets by name: one file each, the trailing newline not part of it.
///
/// First looked up in `credentials` (systemd's $CREDENTIALS_DIRECTORY, read only), then in `folder`. A file
/// there must be a regular file of the running user with no right for group or others; anything else is a
/// fault that says which command mends it. Values never appear in faults. Thread-safe: it keeps no state,
/// each call goes to the disk.
class Secrets {
public:
    explicit Secrets(std::filesystem::path folder, std::optional<std::filesystem::path> credentials = {});

    /// With $CREDENTIALS_DIRECTORY of the process, when it is set.
    static Secrets of_process(std::filesystem::path folder);

    Result<std::string> get(std::string_view name) const;
    /// For what a remote rotated (refresh tokens). After a normal return the new value is on disk; after a
    /// crash either the old one or the new one is there. From then on the value in `folder` wins over the one
    /// in `credentials`.
    Result<> put(std::string_view name, std::string_view value) const;

    struct Entry {
        std::string name;
        bool handed_over = false;      ///< by the service manager; what lies in `folder` may have replaced it
        std::optional<Fault> fault{};  ///< why it cannot be used
    };
    /// Every secret that there is, by name; never a value.
    Result<std::vector<Entry>> list() const;
    /// False when there is none of that name in `folder`. One that the service manager hands over stays.
    Result<bool> remove(std::string_view name) const;

private:
    std::filesystem::path folder_;
    std::optional<std::filesystem::path> credentials_;
};

struct Config;
class Diagnostics;

/// Tries every secret that the configuration uses and warns of those that cannot be read, at the first place
/// that uses them. No errors: where a configuration is checked its secrets need not be.
void check_secrets(const Config& config, const Secrets& secrets, Diagnostics& diagnostics);

/// Letters, digits, '_', '-' and '.', not beginning with a dot, at most 64: never a path.
bool is_secret_name(std::string_view name);

/// Puts the values in for every {"$secret": "x"}. The result must not be logged, dumped or stored.
Result<boost::json::object> resolve_secrets(const boost::json::object& settings, const Secrets& secrets);

}  // namespace maillon::config
