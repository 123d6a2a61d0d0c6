#include "core/trial/update.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace maillon::trial {
namespace {

namespace fs = std::filesystem;

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
}

/// The byte at which a line (from 1) begins.
std::size_t begin_of_line(const std::string& text, std::uint32_t line) {
    std::size_t at = 0;
    for (std::uint32_t i = 1; i < line && at != std::string::npos; ++i) {
        at = text.find('\n', at);
        if (at != std::string::npos) ++at;
    }
    return std::min(at, text.size());
}

/// The byte so many characters behind another one.
std::size_t skip(const std::string& text, std::size_t at, std::uint32_t characters) {
    for (; characters > 0 && at < text.size(); --characters) {
        ++at;
        while (at < text.size() && !begins_character(text[at])) ++at;
    }
    return at;
}

std::string read(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
}

/// Through a second file, so that a full disk leaves the first one whole.
Result<> write(const fs::path& path, const std::string& text) {
    const fs::path fresh = path.string() + ".new";
    std::ofstream stream(fresh, std::ios::binary);
    stream << text;
    stream.close();
    std::error_code error;
    if (stream) fs::permissions(fresh, fs::status(path, error).permissions(), error);
    if (stream) fs::rename(fresh, path, error);
    if (stream && !error) return {};
    fs::remove(fresh, error);
    return config_fault("cannot write " + path.string());
}

}  // namespace

std::string corrected(std::string text, std::vector<Correction> corrections) {
    std::ranges::stable_sort(corrections, {}, &Correction::place);
    const auto same = [](const Correction& a, const Correction& b) { return a.place == b.place; };
    corrections.erase(std::unique(corrections.begin(), corrections.end(), same), corrections.end());
    // From the end, so that what is written moves no place that is still to come.
    for (auto one = corrections.rbegin(); one != corrections.rend(); ++one) {
        const auto begin = skip(text, begin_of_line(text, one->place.line), one->place.column - 1);
        const auto end = skip(text, begin, one->place.length);
        text.replace(begin, end - begin, one->text);
    }
    return text;
}

Result<std::map<std::string, std::size_t>> update(const Trial& trial) {
    std::map<std::uint32_t, std::vector<Correction>> by_file;
    for (const auto& one : trial.cases) {
        for (const auto& correction : one.corrections) {
            if (correction.place.is_known()) by_file[correction.place.file].push_back(correction);
        }
    }
    std::map<std::string, std::size_t> out;
    for (auto& [file, corrections] : by_file) {
        const auto& name = trial.sources->name(file);
        const auto& text = trial.sources->text(file);
        if (read(name) != text)
            return config_fault(name + " has been changed while its tests were played; nothing was written");
        const auto count = corrections.size();
        if (auto done = write(name, corrected(text, std::move(corrections))); !done) return done.error();
        out[name] = count;
    }
    return out;
}

}  // namespace maillon::trial
