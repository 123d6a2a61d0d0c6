#include "core/route/zone_clock.h"

#include "core/base/text.h"
#include "core/expression/zone.h"

#include <filesystem>

namespace maillon::route {
namespace {

constexpr const char* kFolder = "/usr/share/zoneinfo";

}  // namespace

std::optional<config::Cron::OffsetAt> clock_of_zone(const std::string& name) {
    if (const auto fixed = expression::fixed_offset(name); fixed && !name.empty())
        return [offset = std::chrono::seconds{*fixed}](std::chrono::sys_seconds) { return offset; };
    // Owned by the copies of the function.
    const std::shared_ptr<const expression::Zone> zone = expression::Zone::load(kFolder, name);
    if (!zone) return std::nullopt;
    return [zone](std::chrono::sys_seconds moment) {
        return std::chrono::seconds{zone->offset_at(moment.time_since_epoch().count())};
    };
}

namespace {

/// "paris" → "Europe/Paris"; empty when no continent has such a city.
std::string zone_of_city(const std::string& city) {
    constexpr std::array<const char*, 8> kContinents{"Africa", "America",   "Asia",   "Atlantic",
                                                     "Europe", "Australia", "Indian", "Pacific"};
    for (const std::string continent : kContinents) {
        std::error_code error;
        for (const auto& entry :
             std::filesystem::directory_iterator(std::filesystem::path(kFolder) / continent, error)) {
            const auto name = entry.path().filename().string();
            if (ascii_lower(name) == ascii_lower(city))
                return (std::filesystem::path(continent) / name).string();
        }
    }
    return {};
}

}  // namespace

std::string near_zone(const std::string& name) {
    const auto region = name.substr(0, name.find('/'));
    if (region.size() == name.size()) return zone_of_city(name);
    if (region.empty() || region.find('.') != std::string::npos) return {};
    std::error_code error;
    std::vector<std::string> known;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(kFolder) / region, error))
        known.push_back(region + '/' + entry.path().filename().string());
    return std::string(did_you_mean(name, known));
}

}  // namespace maillon::route
