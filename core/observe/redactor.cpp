#include "core/observe/redactor.h"

#include "core/observe/json_text.h"

#include <algorithm>
#include <mutex>
#include <set>

namespace maillon {
namespace {

constexpr std::string_view kMask = "•••";

std::string percent_encoded(std::string_view text, std::string_view digits) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string json_encoded(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return quoted.substr(1, quoted.size() - 2);
}

std::set<std::string> forms_of(std::string_view secret) {
    return {std::string(secret), percent_encoded(secret, "0123456789ABCDEF"),
            percent_encoded(secret, "0123456789abcdef"), json_encoded(secret)};
}

}  // namespace

bool Redactor::add(std::string_view secret) {
    if (secret.size() < kShortest) return false;
    const std::unique_lock lock(mutex_);
    for (const auto& form : forms_of(secret)) entries_.push_back({form, std::string(secret)});
    std::ranges::stable_sort(entries_, std::ranges::greater{}, [](const Entry& e) { return e.found.size(); });
    return true;
}

void Redactor::remove(std::string_view secret) {
    const std::unique_lock lock(mutex_);
    for (const auto& form : forms_of(secret)) {
        const auto at = std::ranges::find_if(
            entries_, [&](const Entry& e) { return e.secret == secret && e.found == form; });
        if (at != entries_.end()) entries_.erase(at);
    }
}

std::string Redactor::clean(std::string_view text) const {
    std::string out(text);
    const std::shared_lock lock(mutex_);
    for (const auto& entry : entries_) {
        for (auto at = out.find(entry.found); at != std::string::npos;
             at = out.find(entry.found, at + kMask.size())) {
            out.replace(at, entry.found.size(), kMask);
        }
    }
    return out;
}

}  // namespace maillon
