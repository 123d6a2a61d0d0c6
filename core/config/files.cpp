#include "core/config/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace maillon::config {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargest = 1u << 20;
constexpr std::size_t kMostFiles = 256;

class FileReader {
public:
    FileReader(Sources& sources, Diagnostics& diagnostics) : sources_(sources), diagnostics_(diagnostics) {}

    std::optional<std::string> read(const fs::path& path, std::string_view hint_if_missing) {
        std::error_code error;
        const auto status = fs::status(path, error);
        if (!fs::exists(status)) {
            const bool is_missing = status.type() == fs::file_type::not_found;
            return refuse(path, is_missing ? "there is no such file" : error.message(),
                          is_missing ? hint_if_missing : "");
        }
        if (fs::is_directory(status))
            return refuse(path, "it is a folder", "name the file in it: " + (path / "maillon.yaml").string());
        if (!fs::is_regular_file(status)) return refuse(path, "it is no regular file", "");
        std::ifstream stream(path, std::ios::binary);
        if (!stream)
            return refuse(path, std::strerror(errno),
                          "let the user that runs maillon read it: chmod u+r, or chown");
        return content(path, stream);
    }

    std::nullopt_t refuse(const fs::path& path, const std::string& why, std::string_view hint) {
        const auto file = sources_.add(path.string(), "");
        diagnostics_.error({file, 0, 0, 1}, "this cannot be read: " + why, std::string(hint));
        return std::nullopt;
    }

private:
    std::optional<std::string> content(const fs::path& path, std::ifstream& stream) {
        std::string text(kLargest + 1, '\0');
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(stream.gcount()));
        if (stream.bad()) return refuse(path, "the disk reports an error", "");
        if (text.size() > kLargest)
            return refuse(path, "it is larger than 1 MiB", "split it into several files in conf.d");
        return text;
    }

    Sources& sources_;
    Diagnostics& diagnostics_;
};

/// The `*.yaml` of a folder in the order of their names. Says so when a name looks meant but is not read.
std::vector<fs::path> list_folder(const fs::path& folder, Sources& sources, Diagnostics& diagnostics,
                                  bool& is_complete) {
    std::vector<fs::path> out;
    std::error_code error;
    if (!fs::exists(folder, error)) return out;
    auto entry = fs::directory_iterator(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const auto path = entry->path();
        const bool is_hidden = path.filename().string().starts_with('.');
        if (is_hidden) continue;
        if (path.extension() == ".yaml") out.push_back(path);
        if (path.extension() != ".yml") continue;
        const auto file = sources.add(path.string(), "");
        diagnostics.warning({file, 0, 0, 1}, "this file is not read", "only *.yaml is: rename it");
    }
    if (error) {
        FileReader(sources, diagnostics)
            .refuse(folder, error.message(), "conf.d must be a folder that maillon may read");
        is_complete = false;
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace

std::vector<InputFile> read_files(const fs::path& main_file, Sources& sources, Diagnostics& diagnostics,
                                  bool& is_complete) {
    std::vector<InputFile> out;
    FileReader reader(sources, diagnostics);
    auto text = reader.read(main_file, "name the configuration with --config FILE, or put it there");
    if (!text) return out;
    out.push_back({main_file.string(), main_file.filename().string(), std::move(*text)});
    for (const auto& path :
         list_folder(main_file.parent_path() / "conf.d", sources, diagnostics, is_complete)) {
        if (out.size() >= kMostFiles) {
            reader.refuse(path, "there are more than " + std::to_string(kMostFiles) + " files",
                          "put several sections into one file");
            is_complete = false;
            break;
        }
        if (auto more = reader.read(path, "")) {
            out.push_back({path.string(), "conf.d/" + path.filename().string(), std::move(*more)});
        } else {
            is_complete = false;
        }
    }
    return out;
}

std::string canonical_text(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_half_of_break = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (!is_half_of_break) out += text[i];
    }
    return out;
}

}  // namespace maillon::config
