#pragma once

#include "tests/unit/db/pairs.h"
#include "tests/unit/db/postgres_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::db {

/// What holds for a store on a server only; each test has a schema of its own.
class PostgresTest : public testing::Test {
protected:
    void SetUp() override {
        server_ = test::PostgresServer::of_program();
        if (server_ == nullptr) GTEST_SKIP() << test::PostgresServer::why_none();
        url_ = server_->new_schema();
    }

    Options options() const { return test::pair_options(url_, clock_); }
    Result<std::unique_ptr<Database>> open() const { return Database::open(options()); }

    /// Ends all sessions of hubs, as an administrator may.
    void end_sessions() const {
        server_->sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE "
            "'maillon on %'");
    }

    test::PostgresServer* server_ = nullptr;
    std::string url_;
    FakeClock clock_;
};

}  // namespace maillon::db
