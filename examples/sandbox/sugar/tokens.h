#pragma once

#include "common/ids.h"
#include "common/json.h"
#include "core/base/clock.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace sandbox {

/// OAuth tokens: one live session per (user, platform); a refresh token is good once.
class Tokens {
public:
    struct Login {
        std::string user = "maillon";
        std::string password = "sandbox";
        std::int64_t token_life_s = 3600;
        std::int64_t refresh_life_s = 1'209'600;
    };

    Tokens(Login given, const maillon::Clock& clock, std::uint64_t seed)
        : login(std::move(given)), clock_(clock), chance_(seed) {}

    /// The token answer for a right password; nothing for a wrong one.
    std::optional<json::object> by_password(const std::string& user, const std::string& password,
                                            const std::string& platform);
    std::optional<json::object> by_refresh(const std::string& refresh_token);
    bool is_valid(const std::string& access_token) const;
    void revoke(const std::string& access_token) { access_.erase(access_token); }
    void expire_all(bool refresh_too);

    Login login;

private:
    struct Session {
        std::string platform;
        std::int64_t ends_ms;
    };
    json::object issue(const std::string& platform);
    std::int64_t now_ms() const { return maillon::millis(clock_.now()); }

    const maillon::Clock& clock_;
    Chance chance_;
    std::unordered_map<std::string, Session> access_, refresh_;
};

}  // namespace sandbox
