#include "core/cli/editor.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace maillon::cli {
namespace {

/// A folder of our own, which goes with its file.
struct PrivateFolder {
    PrivateFolder() {
        std::error_code error;
        auto pattern = (std::filesystem::temp_directory_path(error) / "maillon-edit-XXXXXX").string();
        if (::mkdtemp(pattern.data())) path = pattern;
    }
    ~PrivateFolder() {
        std::error_code ignored;
        if (!path.empty()) std::filesystem::remove_all(path, ignored);
    }
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    std::filesystem::path path;
};

std::string editor() {
    for (const char* name : {"VISUAL", "EDITOR"}) {
        const char* value = std::getenv(name);
        if (value && *value) return value;
    }
    return "vi";
}

/// Runs the editor as a shell would, so that "code --wait" works; the file is handed over as $1.
Result<> run_editor(const std::string& command, const std::string& file) {
    const pid_t child = ::fork();
    if (child < 0) return internal("no editor could be started");
    if (child == 0) {
        const std::string script = command + " \"$1\"";
        ::execl("/bin/sh", "sh", "-c", script.c_str(), "sh", file.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return rejected("the editor '" + command + "' failed (set $EDITOR, or give a file); nothing was kept");
}

}  // namespace

Result<std::string> text_of_file(const std::string& file) {
    if (file == "-")
        return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    std::ifstream in(file, std::ios::binary);
    if (!in) return rejected("cannot read " + file);
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

Result<std::string> edited_by_person(const std::string& text, const std::string& name) {
    const PrivateFolder folder;
    if (folder.path.empty()) return internal("there is no folder for temporary files");
    const auto file = (folder.path / (name + ".json")).string();
    {
        std::ofstream out(file, std::ios::binary);
        out << text;
        if (!out.flush()) return internal("cannot write " + file);
    }
    if (auto done = run_editor(editor(), file); !done) return done.error();
    return text_of_file(file);
}

}  // namespace maillon::cli
