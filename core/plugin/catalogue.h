#pragma once

#include "core/plugin/module.h"

#include <map>
#include <string>
#include <vector>

namespace maillon::plugin {

/// The plug-ins that a hub can use: `<id>.so` in the first of its folders that has one. Loads a module when
/// it is first asked for. Not thread-safe: start-up owns it.
class Catalogue {
public:
    explicit Catalogue(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

    struct Found {
        std::shared_ptr<const Module> module;
        const Module::Entry* entry;  ///< lives as long as the module
    };
    /// The connector of that id. When there is none, the Fault says where it was looked for and what is there
    /// instead.
    Result<Found> find(const std::string& id);

    struct Listed {
        std::filesystem::path file;
        Result<std::shared_ptr<const Module>> module;
    };
    /// Every `.so` in the folders, good or bad, in order; one that is not named after its connector is bad.
    std::vector<Listed> all() const;

private:
    Fault absent(const std::string& id) const;
    std::vector<std::string> ids() const;
    std::vector<std::filesystem::path> folders_;
    std::map<std::string, Found> found_;
};

}  // namespace maillon::plugin
