#include "tokens.h"

namespace sandbox {

std::optional<json::object> Tokens::by_password(const std::string& user, const std::string& password,
                                                const std::string& platform) {
    if (user != login.user || password != login.password) return std::nullopt;
    const auto same = [&](const auto& entry) { return entry.second.platform == platform; };
    std::erase_if(access_, same);
    std::erase_if(refresh_, same);
    return issue(platform);
}

std::optional<json::object> Tokens::by_refresh(const std::string& refresh_token) {
    const auto found = refresh_.find(refresh_token);
    if (found == refresh_.end() || found->second.ends_ms <= now_ms()) return std::nullopt;
    const std::string platform = found->second.platform;
    refresh_.erase(found);
    return issue(platform);
}

bool Tokens::is_valid(const std::string& access_token) const {
    const auto found = access_.find(access_token);
    return found != access_.end() && found->second.ends_ms > now_ms();
}

void Tokens::expire_all(bool refresh_too) {
    access_.clear();
    if (refresh_too) refresh_.clear();
}

json::object Tokens::issue(const std::string& platform) {
    const std::string access = chance_.uuid();
    const std::string refresh = chance_.uuid();
    access_[access] = {platform, now_ms() + login.token_life_s * 1000};
    refresh_[refresh] = {platform, now_ms() + login.refresh_life_s * 1000};
    return {{"access_token", access},          {"expires_in", login.token_life_s},
            {"token_type", "bearer"},          {"scope", nullptr},
            {"refresh_token", refresh},        {"refresh_expires_in", login.refresh_life_s},
            {"download_token", chance_.uuid()}};
}

}  // namespace sandbox
