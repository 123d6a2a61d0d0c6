#pragma once

#include "core/hub/hub.h"
#include "core/web/unix_client.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <filesystem>

namespace maillon::hub {

/// A hub with all that belongs to it, in a folder of its own, asked over its admin socket; without
/// connectors.
class WholeHubTest : public ::testing::Test {
protected:
    WholeHubTest() { std::filesystem::create_directories(folder_.path() / "secrets"); }

    /// What comes of a configuration of this text, put into the folder.
    Result<Prepared> prepared(const std::string& text) const {
        auto made = prepare(config::load_texts({{"maillon.yaml", text}}, folder_.path(), {}), folder_.path());
        if (!made.prepared) return config_fault(config::render(made.diagnostics, *made.sources));
        auto& hub = made.prepared->config.hub;
        hub.listen = {"127.0.0.1", 0};
        hub.admin = folder_.path() / "admin.sock";
        hub.store = folder_.path() / "maillon.db";
        hub.store_url = store_url_;
        hub.secrets = folder_.path() / "secrets";
        hub.log.level = config::LogLevel::error;
        return std::move(*made.prepared);
    }
    /// Opened and started.
    void begin(const std::string& text, Hub::Options options = {}) {
        auto first = prepared(text);
        ASSERT_TRUE(first) << first.error().what;
        auto opened = Hub::open(std::move(*first), std::move(options));
        ASSERT_TRUE(opened) << opened.error().what;
        hub_ = std::move(*opened);
        const auto started = hub_->start();
        ASSERT_TRUE(started) << started.error().what;
    }
    boost::json::object ask(std::string_view target) const {
        const auto answer =
            request_over_unix_socket(folder_.file("admin.sock"), "GET", target, {}, std::chrono::minutes{1});
        return boost::json::parse(answer.value().body).as_object();
    }

    test::TemporaryFolder folder_;
    std::string store_url_;  ///< empty: a file in the folder
    std::unique_ptr<Hub> hub_;
};

}  // namespace maillon::hub
