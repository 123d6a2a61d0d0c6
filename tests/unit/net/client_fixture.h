#pragma once

#include "core/net/beast_client.h"
#include "tests/unit/net/test_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace maillon::net_tests {

using namespace std::chrono_literals;

/// A client with a clock of real time, and what its tests ask it.
template <class ClockType>
class ClientFixture : public ::testing::Test {
protected:
    void open(BeastClient::Options options = {}) {
        auto made = BeastClient::make(std::move(options), clock_, metrics_);
        ASSERT_TRUE(made) << made.error().what;
        client_ = *std::move(made);
    }

    BeastClient& client() {
        if (!client_) open();
        return *client_;
    }

    /// Far enough never to matter.
    SteadyPoint later() const { return clock_.steady() + 20s; }

    Result<HttpReply> send(ClientRequest request) { return client().send(request, later(), none_); }
    Result<HttpReply> get(const std::string& url) { return send({.method = "GET", .url = url}); }
    Result<HttpReply> post(const std::string& url, std::string body = "x") {
        return send({.method = "POST", .url = url, .body = std::move(body)});
    }

    void expect_metric(const std::string& line) {
        EXPECT_THAT(metrics_.render(), ::testing::HasSubstr(line + "\n"));
    }

    ClockType clock_;
    Metrics metrics_;
    Cancel none_;
    std::unique_ptr<BeastClient> client_;
};

using RealTimeClient = ClientFixture<SystemClock>;
using FakeTimeClient = ClientFixture<FakeClock>;

/// Fails the test unless the result is a Fault of this kind; returns its text.
template <class T>
std::string expect_fault(const Result<T>& result, FaultKind kind) {
    if (result) {
        ADD_FAILURE() << "expected a fault of kind " << name_of(kind);
        return {};
    }
    EXPECT_EQ(name_of(result.error().kind), name_of(kind)) << result.error().what;
    return result.error().what;
}

}  // namespace maillon::net_tests
