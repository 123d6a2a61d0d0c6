#pragma once

#include "tests/unit/db/temporary_folder.h"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace maillon::cli {

/// Runs the program as a person would, in a folder of its own.
class Program {
public:
    struct Ran {
        int code = -1;
        std::string out, err;
    };
    /// `arguments` go through the shell.
    Ran run(const std::string& arguments) const {
        const std::string command = "cd " + folder_.path().string() +
                                    " && env -u MAILLON_CONFIG " MAILLON_PROGRAM " " + arguments +
                                    " > out 2> err < /dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("out"), read("err")};
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_.file(name)) << text;
    }
    std::string read(const std::string& name) const {
        std::ifstream stream(folder_.file(name), std::ios::binary);
        std::ostringstream out;
        out << stream.rdbuf();
        return out.str();
    }
    std::string file(const std::string& name) const { return folder_.file(name); }

private:
    test::TemporaryFolder folder_;
};

}  // namespace maillon::cli
