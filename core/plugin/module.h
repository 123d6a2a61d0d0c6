#pragma once

#include "core/base/fault.h"
#include "core/plugin/descriptor.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace maillon::plugin {

/// A loaded `.so`. Never unloaded before the process ends: C++ modules leave thread-local destructors and
/// unique symbols behind.
class Module {
public:
    struct Entry {
        ConnectorInfo info;
        const maillon_connector* table;  ///< static in the module
    };

    /// Checks the file (regular, owned by root or by us, not writable by group or others, nor its folder by
    /// others), loads it with all symbols bound now, and checks the ABI. Each refusal is one sentence
    /// (`config`) with the path, the reason and what to do.
    static Result<std::shared_ptr<const Module>> load(const std::filesystem::path& file);

    const std::filesystem::path& file() const { return file_; }
    const std::string& sha256() const { return sha256_; }
    const std::vector<Entry>& connectors() const { return connectors_; }

private:
    std::filesystem::path file_;
    std::string sha256_;
    std::vector<Entry> connectors_;
};

}  // namespace maillon::plugin
