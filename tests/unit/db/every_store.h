#pragma once

#include "tests/unit/db/postgres_server.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace maillon::test {

enum class Backend { sqlite, postgres };

inline std::ostream& operator<<(std::ostream& out, Backend backend) {
    return out << (backend == Backend::sqlite ? "SQLite" : "PostgreSQL");
}

/// Where one test keeps its store: a file in a folder of its own, or a schema of the program's server.
class StorePlace {
public:
    explicit StorePlace(Backend backend)
        : backend_(backend), url_(backend == Backend::sqlite ? folder_.url() : server()->new_schema()) {}

    /// Whether stores of this kind can be made here; PostgresServer::why_none() says why not.
    static bool exists(Backend backend) { return backend == Backend::sqlite || server() != nullptr; }

    Backend backend() const { return backend_; }
    const std::string& url() const { return url_; }
    const TemporaryFolder& folder() const { return folder_; }

private:
    static PostgresServer* server() { return PostgresServer::of_program(); }

    TemporaryFolder folder_;
    Backend backend_;
    std::string url_;
};

/// The fixture of tests that hold for every store.
class EveryStoreTest : public ::testing::TestWithParam<Backend> {
protected:
    void SetUp() override {
        if (!StorePlace::exists(GetParam())) GTEST_SKIP() << PostgresServer::why_none();
        place_.emplace(GetParam());
    }
    bool is_sqlite() const { return GetParam() == Backend::sqlite; }

    std::optional<StorePlace> place_;
};

}  // namespace maillon::test

/// Runs the tests of a fixture on every store.
#define MAILLON_ON_EVERY_STORE(fixture)                                                          \
    INSTANTIATE_TEST_SUITE_P(                                                                    \
        On, fixture,                                                                             \
        ::testing::Values(::maillon::test::Backend::sqlite, ::maillon::test::Backend::postgres), \
        [](const auto& backend) { return ::testing::PrintToString(backend.param); })
