#pragma once
#include "maillon/testkit.hpp"

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace maillon::twitter {

inline std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}
inline json::value sample(const std::string& name) {
    return json::parse(text_of_file(std::filesystem::path(MAILLON_TEST_DATA) / name));
}

/// Recorded shapes of the service, where the workspace has them.
inline std::optional<json::value> fixture(const std::string& name) {
    const auto path = std::filesystem::path(MAILLON_SOURCE_DIR) / "../shared/fixtures/social/twitter" / name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return json::parse(text_of_file(path));
}

/// An instance for @acme, connected, with an empty script.
struct Instance {
    explicit Instance(json::object more = {}) {
        host.secrets["x"] = "t0k3n";
        json::object config{{"account", "acme"}, {"token", "x"}};
        for (const auto& [name, value] : more) config[name] = value;
        driver.emplace(host, config);
        host.answer(200, {{"data", {{"id", "2244994945"}, {"username", "Acme"}, {"name", "Acme"}}}});
        EXPECT_EQ(driver->connect().code, Code::ok);
        host.sent.clear();
    }
    Outcome only(const testkit::Delivered& delivered) const {
        EXPECT_EQ(delivered.outcomes.size(), 1u);
        return delivered.outcomes.at(0).value_or(fail(Code::internal, "not reported"));
    }
    Outcome call(const std::string& operation, json::object arguments) {
        return only(driver->deliver({{operation, std::move(arguments)}}));
    }

    testkit::FakeHost host;
    std::optional<testkit::Driver> driver;
};

/// A decoded parameter of a request.
inline std::string parameter(const testkit::Sent& sent, std::string_view name) {
    const maillon_http_message message{
        sizeof(maillon_http_message), 0, str("GET"), str(sent.url), {}, nullptr, 0};
    return HttpRequest(message).query(name).value_or("(absent)");
}

inline json::object post(const std::string& id, json::object more = {}) {
    json::object out{{"id", id},
                     {"text", "text " + id},
                     {"author_id", "77"},
                     {"created_at", "2026-09-14T08:12:44.000Z"},
                     {"conversation_id", id},
                     {"edit_history_tweet_ids", {id}}};
    for (const auto& [name, value] : more) out[name] = value;
    return out;
}

/// A page with these posts, as they are given: newest first.
inline json::object page(const std::vector<json::object>& posts, const std::string& next = {}) {
    json::array data;
    for (const auto& one : posts) data.push_back(one);
    json::object meta{{"result_count", posts.size()}};
    if (!posts.empty()) meta["newest_id"] = posts.front().at("id");
    if (!next.empty()) meta["next_token"] = next;
    json::object out{
        {"meta", meta},
        {"includes", {{"users", {{{"id", "77"}, {"username", "reader"}, {"name", "A Reader"}}}}}}};
    if (!posts.empty()) out["data"] = data;
    return out;
}

inline std::vector<std::string> ids(const testkit::Polled& polled) {
    std::vector<std::string> out;
    for (const auto& event : polled.events) out.push_back(event.id);
    return out;
}

}  // namespace maillon::twitter
