#include "core/plugin/catalogue.h"

#include "core/base/text.h"

#include <algorithm>

namespace maillon::plugin {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> modules_in(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (it->path().extension() == ".so") out.push_back(it->path());
    }
    std::ranges::sort(out);
    return out;
}

/// A module under its own name: the file is called after one of its connectors.
Result<std::shared_ptr<const Module>> load_named(const fs::path& file) {
    auto module = Module::load(file);
    if (!module) return module;
    const auto id = file.stem().string();
    const auto& all = (*module)->connectors();
    if (std::ranges::any_of(all, [&](const auto& entry) { return entry.info.id == id; })) return module;
    return config_fault("plug-in " + file.string() + ": holds no connector '" + id + "' but '" +
                        all.front().info.id + "'; a file is named after its connector's id");
}

}  // namespace

Result<Catalogue::Found> Catalogue::find(const std::string& id) {
    if (const auto known = found_.find(id); known != found_.end()) return known->second;
    for (const auto& folder : folders_) {
        const auto file = folder / (id + ".so");
        std::error_code error;
        // A link to nothing is there as well: loading it tells what is wrong.
        if (fs::symlink_status(file, error).type() == fs::file_type::not_found) continue;
        auto module = load_named(file);
        if (!module) return module.error();
        const auto& all = (*module)->connectors();
        const auto entry = std::ranges::find(all, id, [](const auto& e) { return e.info.id; });
        return found_.emplace(id, Found{*module, &*entry}).first->second;
    }
    return absent(id);
}

Fault Catalogue::absent(const std::string& id) const {
    std::vector<std::string> looked;
    std::string missing;
    for (const auto& folder : folders_) {
        looked.push_back(folder.string());
        std::error_code error;
        if (!fs::is_directory(folder, error)) missing += "; there is no folder " + folder.string();
    }
    const auto there = ids();
    const auto near = did_you_mean(id, there);
    std::string what = "no plug-in '" + id + "' in " + enumerate(looked) + missing;
    if (!near.empty())
        what += "; did you mean '" + std::string(near) + "'?";
    else if (!there.empty())
        what += "; there are " + enumerate(there);
    return config_fault(std::move(what));
}

std::vector<std::string> Catalogue::ids() const {
    std::vector<std::string> out;
    for (const auto& folder : folders_) {
        for (const auto& file : modules_in(folder)) out.push_back(file.stem().string());
    }
    return out;
}

std::vector<Catalogue::Listed> Catalogue::all() const {
    std::vector<Listed> out;
    for (const auto& folder : folders_) {
        for (const auto& file : modules_in(folder)) out.push_back({file, load_named(file)});
    }
    return out;
}

}  // namespace maillon::plugin
