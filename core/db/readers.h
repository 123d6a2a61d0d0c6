#pragma once

#include "core/db/connection.h"

#include <condition_variable>
#include <mutex>

namespace maillon::db {

/// A small pool of reading connections, opened when first needed. Thread-safe.
class Readers {
public:
    Readers(std::string path, std::size_t most) : path_(std::move(path)), most_(most) {}

    /// Runs `work` on one snapshot; waits while all connections are out.
    Result<void> read(const std::function<Result<void>(Reader&)>& work);

    /// Refuses further reads, waits for those under way and closes the connections.
    void close();

private:
    Result<std::unique_ptr<Connection>> borrow();
    void give_back(std::unique_ptr<Connection> connection);

    const std::string path_;
    const std::size_t most_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t out_ = 0;
    bool closed_ = false;
};

}  // namespace maillon::db
