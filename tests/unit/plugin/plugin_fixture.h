#pragma once

#include "core/net/testing/scripted_client.h"
#include "core/observe/testing/captured_log.h"
#include "core/plugin/in_process.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace maillon::plugin {

/// A folder of plug-ins of its own, and everything that a host offers.
class PluginTest : public ::testing::Test {
protected:
    /// Puts a sample module into the folder, as a careful person would install it.
    std::filesystem::path install(const std::string& sample, const std::string& as = {}) {
        namespace fs = std::filesystem;
        const fs::path to = folder_.path() / ((as.empty() ? sample : as) + ".so");
        fs::copy_file(fs::path(PLUGIN_SAMPLES) / (sample + ".so"), to);
        fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read |
                                fs::perms::others_read);
        return to;
    }

    Services services() {
        return {
            .instance = "mine",
            .log = log_,
            .metrics = metrics_,
            .clock = clock_,
            .http = http_,
            .get_secret = [this](std::string_view name) -> Result<std::string> {
                const auto found = secrets_.find(std::string(name));
                if (found == secrets_.end())
                    return config_fault("no file for the secret '" + std::string(name) + "'");
                return found->second;
            },
            .put_secret = [this](std::string_view name, std::string_view value) -> Result<> {
                secrets_[std::string(name)] = value;
                return {};
            },
            .get_state = [this](std::string_view key) -> Result<std::optional<std::string>> {
                const auto found = state_.find(std::string(key));
                return found == state_.end() ? std::nullopt : std::optional(found->second);
            },
            .put_state = [this](std::string_view key, std::string_view value,
                                std::optional<std::string_view> expected) -> Result<> {
                auto& there = state_[std::string(key)];
                if (expected && *expected != there)
                    return Fault{FaultKind::conflict, "another value is there", {}};
                there = value;
                return {};
            },
            .endpoint = [](std::string_view path) { return "https://hub.test/in/mine" + std::string(path); },
            .on_budget = [this](const BudgetReport& report) { budgets_.push_back(report); }};
    }

    Result<std::unique_ptr<Connector>> create(const boost::json::object& config = {{"greeting", "hello"},
                                                                                   {"fail", ""}}) {
        if (!std::filesystem::exists(folder_.path() / "sample.so")) install("sample");
        auto found = catalogue_.find("sample");
        if (!found) return found.error();
        return create_in_process(*found, config, services());
    }
    SteadyPoint soon() const { return clock_.steady() + std::chrono::minutes{1}; }

    /// A call of the sample's "say" that ends in the way `how`.
    static OutCall say(const std::string& how, int attempt = 1) {
        return {"id-" + how, "key-" + how, "say", "target", R"({"how":")" + how + "\"}", 7, attempt};
    }

    test::TemporaryFolder folder_;
    FakeClock clock_;
    ::maillon::testing::CapturedLog log_;
    Metrics metrics_;
    ::maillon::testing::ScriptedClient http_;
    std::map<std::string, std::string> secrets_, state_;
    std::vector<BudgetReport> budgets_;
    Catalogue catalogue_{std::vector<std::filesystem::path>{folder_.path()}};
};

}  // namespace maillon::plugin
