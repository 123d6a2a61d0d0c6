#include "core/plugin/module.h"

#include "core/base/digest.h"
#include "core/plugin/elf_file.h"
#include "maillon/abi.h"

#include <boost/dll/shared_library.hpp>

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <mutex>
#include <system_error>

namespace maillon::plugin {
namespace {

namespace fs = std::filesystem;

Fault refuse(const fs::path& file, const std::string& why) {
    return config_fault("plug-in " + file.string() + ": " + why);
}

/// Whoever can write a plug-in or swap it in its folder can run code as the hub.
Result<> check_file(const fs::path& file) {
    struct stat at {};
    if (::stat(file.c_str(), &at) != 0) {
        std::error_code ignored;
        const bool is_link = errno == ENOENT && fs::is_symlink(file, ignored);
        return refuse(file, is_link ? "a link that leads nowhere" : std::string(std::strerror(errno)));
    }
    if (!S_ISREG(at.st_mode)) return refuse(file, "not a regular file");
    if (at.st_uid != 0 && at.st_uid != ::geteuid()) {
        return refuse(file, "owned by another user; run: chown root " + file.string());
    }
    if ((at.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return refuse(file, "writable by others; run: chmod go-w " + file.string());
    }
    const auto folder = file.parent_path();
    if (::stat(folder.c_str(), &at) == 0 && (at.st_mode & S_IWOTH) != 0 && (at.st_mode & S_ISVTX) == 0) {
        return refuse(file, "its folder is writable by everybody; run: chmod o-w " + folder.string());
    }
    return {};
}

Result<std::string> read_all(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in) return refuse(file, "cannot be read");
    if (auto why = why_not_loadable(bytes); !why.empty()) return refuse(file, why);
    return bytes;
}

Result<> check_abi(const fs::path& file, const maillon_module* module) {
    if (!module || module->struct_size < offsetof(maillon_module, connectors)) {
        return refuse(file, "maillon_module_entry() gave no module");
    }
    if (module->abi_major != MAILLON_ABI_MAJOR) {
        return refuse(file, "built for ABI " + std::to_string(module->abi_major) + ", this hub speaks ABI " +
                                std::to_string(MAILLON_ABI_MAJOR) +
                                "; rebuild the plug-in against this hub's SDK");
    }
    if (module->abi_minor > MAILLON_ABI_MINOR) {
        return refuse(file, "needs ABI " + std::to_string(module->abi_major) + "." +
                                std::to_string(module->abi_minor) + ", this hub offers " +
                                std::to_string(MAILLON_ABI_MAJOR) + "." + std::to_string(MAILLON_ABI_MINOR) +
                                "; update the hub");
    }
    if (module->connector_count == 0 || !module->connectors) return refuse(file, "holds no connector");
    return {};
}

/// Keeps a library loaded to the end of the process: see the class comment.
const boost::dll::shared_library& keep(boost::dll::shared_library library) {
    static std::mutex mutex;
    static auto& kept = *new std::deque<boost::dll::shared_library>;  // outlives every static destructor
    const std::scoped_lock lock(mutex);
    return kept.emplace_back(std::move(library));
}

/// What the system's loader says, without the path that our sentence begins with.
Fault refuse_unloaded(const fs::path& file, const fs::path& path, const std::error_code& error) {
    const char* said = ::dlerror();
    std::string why = said ? said : error.message();
    if (const auto prefix = path.string() + ": "; why.starts_with(prefix)) why.erase(0, prefix.size());
    if (why.find("undefined symbol") != std::string::npos)
        why += "; link the library that defines it into the plug-in";
    return refuse(file, "cannot be loaded: " + why);
}

Result<const maillon_module*> enter(const fs::path& file) {
    using boost::dll::load_mode::rtld_local;
    using boost::dll::load_mode::rtld_now;
    const auto path = fs::absolute(file);
    boost::dll::shared_library loaded;
    std::error_code error;
    loaded.load(path, rtld_now | rtld_local, error);
    if (error) return refuse_unloaded(file, path, error);
    const auto& library = keep(std::move(loaded));
    if (!library.has("maillon_module_entry"))
        return refuse(file, "exports no maillon_module_entry; use MAILLON_MODULE(YourConnector)");
    return library.get<maillon_module_entry_fn>("maillon_module_entry")();
}

}  // namespace

Result<std::shared_ptr<const Module>> Module::load(const fs::path& file) {
    if (auto ok = check_file(file); !ok) return ok.error();
    auto bytes = read_all(file);
    if (!bytes) return bytes.error();
    const auto entered = enter(file);
    if (!entered) return entered.error();
    const auto* module = *entered;
    if (auto ok = check_abi(file, module); !ok) return ok.error();
    auto out = std::make_shared<Module>();
    out->file_ = file;
    out->sha256_ = sha256_hex(*bytes);
    for (std::uint32_t i = 0; i < module->connector_count; ++i) {
        if (!module->connectors[i]) return refuse(file, "holds an empty entry in its list of connectors");
        auto info = read_descriptor(*module->connectors[i]);
        if (!info) return refuse(file, info.error().what);
        out->connectors_.push_back({std::move(*info), module->connectors[i]});
    }
    return std::shared_ptr<const Module>(std::move(out));
}

}  // namespace maillon::plugin
