#include "core/config/secrets.h"

#include "core/base/digest.h"
#include "core/base/folder_owner.h"
#include "core/config/config.h"
#include "core/config/diagnostic.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace maillon::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 64u << 10;
constexpr mode_t kForOthers = S_IRWXG | S_IRWXO;

/// A file descriptor that closes itself.
class File {
public:
    File(const fs::path& path, int flags, mode_t mode = 0)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    bool is_open() const { return descriptor_ >= 0; }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

Fault fault(std::string_view name, const std::string& why) {
    return config_fault("the secret '" + std::string(name) + "' cannot be used: " + why);
}

std::string last_error() {
    return std::strerror(errno);
}

Result<std::string> read_all(const File& file, std::string_view name) {
    std::string out;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fault(name, "reading its file: " + last_error());
        if (got == 0) break;
        out.append(buffer.data(), static_cast<std::size_t>(got));
        if (out.size() > kLargest) return fault(name, "its file is larger than 64 KiB");
    }
    if (out.ends_with('\n')) out.pop_back();
    if (out.ends_with('\r')) out.pop_back();
    if (out.empty()) return fault(name, "its file is empty");
    return out;
}

/// Who must own the files of `folder`: this process's user, and where root looks, the user of the folder, who
/// is to be the hub's.
uid_t owner_in(const fs::path& folder) {
    struct stat found {};
    return ::geteuid() == 0 && ::stat(folder.c_str(), &found) == 0 ? found.st_uid : ::geteuid();
}

/// Asks the open file, not the path: what is checked is what is read.
Result<> check_rights(const File& file, const fs::path& path, std::string_view name) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fault(name, last_error());
    if (!S_ISREG(status.st_mode)) return fault(name, path.string() + " is no regular file");
    if (const auto owner = owner_in(path.parent_path()); status.st_uid != owner) {
        return fault(name, path.string() + " belongs to another user; run: chown " + std::to_string(owner) +
                               ' ' + path.string());
    }
    if ((status.st_mode & kForOthers) != 0)
        return fault(name, "others may read it; run: chmod 600 " + path.string());
    return {};
}

/// The value in a folder of ours; nothing when there is no such file.
Result<std::optional<std::string>> read_own(const fs::path& path, std::string_view name) {
    const File file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file.is_open() && errno == ENOENT) return std::optional<std::string>{};
    if (!file.is_open() && errno == ELOOP)
        return fault(name, path.string() + " is a link; put the file itself there");
    if (!file.is_open()) return fault(name, "opening " + path.string() + ": " + last_error());
    if (auto checked = check_rights(file, path, name); !checked) return checked.error();
    auto value = read_all(file, name);
    if (!value) return value.error();
    return std::optional<std::string>{std::move(*value)};
}

/// The value that systemd handed over: it vouches for the rights (the files are the service's, read only).
Result<std::optional<std::string>> read_credential(const fs::path& path, std::string_view name) {
    const File file(path, O_RDONLY | O_NONBLOCK);
    if (!file.is_open() && errno == ENOENT) return std::optional<std::string>{};
    if (!file.is_open()) return fault(name, "opening " + path.string() + ": " + last_error());
    auto value = read_all(file, name);
    if (!value) return value.error();
    return std::optional<std::string>{std::move(*value)};
}

/// Beside a rotated value stands the digest of the credential that it replaced: once an administrator hands
/// over another credential, that one counts again.
fs::path replaced_path(const fs::path& folder, std::string_view name) {
    return folder / ("." + std::string(name) + ".replaced");
}

bool write_all(const File& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto wrote = ::write(file.get(), bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

/// New bytes under `path` as a whole or not at all, on disk when this returns well.
Result<> replace_file(const fs::path& path, std::string_view bytes, std::string_view name) {
    const fs::path fresh =
        path.parent_path() / ("." + path.filename().string() + '.' + random_hex(8) + ".new");
    const auto failed = [&](const std::string& what) {
        const std::string why = last_error();
        ::unlink(fresh.c_str());
        return fault(name, what + ' ' + path.string() + ": " + why);
    };
    {
        const File file(fresh, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
        if (!file.is_open()) return failed("writing");
        give_to_owner_of_folder(file.get(), path);
        if (!write_all(file, bytes) || ::fsync(file.get()) != 0) return failed("writing");
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("replacing");
    const File folder(path.parent_path(), O_RDONLY | O_DIRECTORY);
    if (!folder.is_open() || ::fsync(folder.get()) != 0)
        return fault(name, "making the change of " + path.string() + " lasting: " + last_error());
    return {};
}

Result<> resolve(boost::json::value& value, const Secrets& secrets);

Result<> resolve_members(boost::json::object& object, const Secrets& secrets) {
    for (auto& [key, member] : object) {
        if (auto done = resolve(member, secrets); !done) return done;
    }
    return {};
}

Result<> resolve(boost::json::value& value, const Secrets& secrets) {
    if (value.is_array()) {
        for (auto& item : value.as_array()) {
            if (auto done = resolve(item, secrets); !done) return done;
        }
    }
    if (!value.is_object()) return {};
    const auto* name = value.as_object().size() == 1 ? value.as_object().if_contains("$secret") : nullptr;
    if (name == nullptr || !name->is_string()) return resolve_members(value.as_object(), secrets);
    auto secret = secrets.get(std::string_view(name->as_string().data(), name->as_string().size()));
    if (!secret) return secret.error();
    value = std::move(*secret);
    return {};
}

}  // namespace

bool is_secret_name(std::string_view name) {
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.';
    };
    return !name.empty() && name.size() <= 64 && name.front() != '.' && std::ranges::all_of(name, is_good);
}

Secrets::Secrets(fs::path folder, std::optional<fs::path> credentials)
    : folder_(std::move(folder)), credentials_(std::move(credentials)) {}

Secrets Secrets::of_process(fs::path folder) {
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    if (credentials == nullptr || *credentials == '\0') return Secrets(std::move(folder));
    return Secrets(std::move(folder), fs::path(credentials));
}

Result<std::string> Secrets::get(std::string_view name) const {
    if (!is_secret_name(name))
        return config_fault("'" + std::string(name) + "' cannot be the name of a secret");
    if (credentials_) {
        auto handed = read_credential(*credentials_ / name, name);
        if (!handed) return handed.error();
        auto replaced = read_own(replaced_path(folder_, name), name);
        const bool is_replaced =
            handed->has_value() && replaced && replaced->has_value() && **replaced == sha256_hex(**handed);
        if (handed->has_value() && !is_replaced) return **std::move(handed);
    }
    auto own = read_own(folder_ / name, name);
    if (!own) return own.error();
    if (own->has_value()) return **std::move(own);
    return config_fault("there is no secret '" + std::string(name) + "' in " + folder_.string() +
                        "; set it with: maillon secret set " + std::string(name));
}

Result<> Secrets::put(std::string_view name, std::string_view value) const {
    if (!is_secret_name(name))
        return config_fault("'" + std::string(name) + "' cannot be the name of a secret");
    if (value.empty() || value.size() > kLargest) return fault(name, "a secret has 1 byte to 64 KiB");
    if (auto done = replace_file(folder_ / name, std::string(value) + '\n', name); !done) return done;
    if (!credentials_) return {};
    const auto handed = read_credential(*credentials_ / name, name);
    if (!handed || !handed->has_value()) return {};
    return replace_file(replaced_path(folder_, name), sha256_hex(**handed), name);
}

Result<std::vector<Secrets::Entry>> Secrets::list() const {
    std::set<std::string> names, handed;
    const auto collect = [](const fs::path& folder, std::set<std::string>& out) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error))
            if (is_secret_name(entry.path().filename().string()))
                out.insert(entry.path().filename().string());
        return error;
    };
    if (const auto error = collect(folder_, names); error && error != std::errc::no_such_file_or_directory)
        return config_fault("cannot read the folder of secrets " + folder_.string() + ": " + error.message());
    if (credentials_) collect(*credentials_, handed);
    names.insert(handed.begin(), handed.end());
    std::vector<Entry> out;
    for (const auto& name : names) {
        const auto value = get(name);
        out.push_back({name, handed.contains(name), value ? std::nullopt : std::optional(value.error())});
    }
    return out;
}

Result<bool> Secrets::remove(std::string_view name) const {
    if (!is_secret_name(name))
        return config_fault("'" + std::string(name) + "' cannot be the name of a secret");
    std::error_code error;
    const bool was_there = fs::remove(folder_ / name, error);
    if (!error) fs::remove(replaced_path(folder_, name), error);
    if (error) return fault(name, "removing " + (folder_ / name).string() + ": " + error.message());
    const File folder(folder_, O_RDONLY | O_DIRECTORY);
    if (was_there && (!folder.is_open() || ::fsync(folder.get()) != 0))
        return fault(name, "making its removal lasting: " + last_error());
    return was_there;
}

void check_secrets(const Config& config, const Secrets& secrets, Diagnostics& diagnostics) {
    // Said once: whoever is root can read what the hub's user cannot.
    std::string hint =
        ::geteuid() == 0 ? "judged as root; the folder's owner is to be the hub's own user" : "";
    std::set<std::string_view> tried;
    for (const auto& [name, place] : config.secrets) {
        if (!tried.insert(name).second) continue;
        const auto value = secrets.get(name);
        if (!value) diagnostics.warning(place, value.error().what, std::exchange(hint, {}));
    }
}

Result<boost::json::object> resolve_secrets(const boost::json::object& settings, const Secrets& secrets) {
    boost::json::object out = settings;
    if (auto done = resolve_members(out, secrets); !done) return done.error();
    return out;
}

}  // namespace maillon::config
