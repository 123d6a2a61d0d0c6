#pragma once
#include "maillon/testkit.hpp"
#include "signature.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace maillon::facebook {

inline constexpr const char* kSecret = "b7e1c4f09a2d4c6e8f10a3b5c7d9e1f2";
inline constexpr const char* kToken = "EAAGm0PX4ZCpsBAKZBexampleTOKEN123";
inline constexpr const char* kProof = "da9479c596bcfe87a6f8ac31a053abde1e5de9652dc84cd988cf4aac2a09e70e";
inline constexpr const char* kPage = "104422781100341";

inline std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}
inline std::string sample(const std::string& name) {
    return text_of_file(std::filesystem::path(MAILLON_TEST_DATA) / name);
}

/// Recorded shapes of the service, where the workspace has them.
inline std::optional<std::string> fixture(const std::string& name) {
    const auto path = std::filesystem::path(MAILLON_SOURCE_DIR) / "../shared/fixtures/social/facebook" / name;
    return std::filesystem::exists(path) ? std::optional(text_of_file(path)) : std::nullopt;
}

/// An instance for one page, with an empty script.
struct Instance {
    explicit Instance(json::object more = {}) {
        host.secrets = {{"app", kSecret}, {"tok", kToken}, {"word", "let me in"}};
        json::object config{
            {"page", kPage}, {"app_secret", "app"}, {"token", "tok"}, {"verify_token", "word"}};
        for (const auto& [name, value] : more) config[name] = value;
        driver.emplace(host, config);
    }
    testkit::Received post(std::string_view body, const std::string& signature) {
        return driver->receive("POST", "/hooks/fb", body, {{"X-Hub-Signature-256", signature}});
    }
    testkit::Received post(std::string_view body) { return post(body, "sha256=" + hmac_hex(kSecret, body)); }
    testkit::Received post(const json::value& body) { return post(std::string_view(json::serialize(body))); }

    Outcome only(const testkit::Delivered& delivered) const {
        EXPECT_EQ(delivered.outcomes.size(), 1u);
        return delivered.outcomes.at(0).value_or(fail(Code::internal, "not reported"));
    }
    Outcome call(const std::string& operation, json::object arguments, std::uint32_t attempt = 1) {
        return only(driver->deliver({{operation, std::move(arguments), "evt-1/route/step", attempt}}));
    }
    long warnings() const {
        return std::count_if(host.log.begin(), host.log.end(),
                             [](const auto& line) { return line.level == MAILLON_LOG_WARNING; });
    }

    testkit::FakeHost host;
    std::optional<testkit::Driver> driver;
};

/// A notification with one change of field `feed`.
inline json::object feed(json::object value, json::value time = 1'789'373'566) {
    return {
        {"object", "page"},
        {"entry", {{{"id", kPage}, {"time", time}, {"changes", {{{"field", "feed"}, {"value", value}}}}}}}};
}
/// A comment at the top of a post, less what `more` replaces.
inline json::object comment(json::object more = {}) {
    json::object out{{"item", "comment"},
                     {"verb", "add"},
                     {"comment_id", "555_777"},
                     {"post_id", "104422781100341_555"},
                     {"parent_id", "104422781100341_555"},
                     {"from", {{"id", "246"}, {"name", "A Reader"}}},
                     {"created_time", 1'789'373'564},
                     {"message", "still in stock? 💙"}};
    for (const auto& [name, value] : more) out[name] = value;
    return out;
}
/// A notification with one Messenger item; sender, recipient and time are filled in.
inline json::object messaging(json::object item) {
    item.emplace("sender", json::object{{"id", "7712"}});
    item.emplace("recipient", json::object{{"id", kPage}});
    item.emplace("timestamp", 1'789'375'000'001);
    return {{"object", "page"},
            {"entry", {{{"id", kPage}, {"time", 1'789'375'000'123}, {"messaging", json::array{item}}}}}};
}
inline json::object error(std::int64_t code, std::int64_t subcode = 0, json::object more = {}) {
    json::object out{
        {"message", "(#" + std::to_string(code) + ") words"}, {"type", "OAuthException"}, {"code", code}};
    if (subcode != 0) out["error_subcode"] = subcode;
    for (const auto& [name, value] : more) out[name] = value;
    return {{"error", out}};
}

inline std::vector<std::string> ids(const std::vector<testkit::Emitted>& events) {
    std::vector<std::string> out;
    for (const auto& event : events) out.push_back(event.id);
    return out;
}

}  // namespace maillon::facebook
