#pragma once

#include "core/db/connection.h"

#include <condition_variable>
#include <mutex>

namespace maillon::db {

/// A small pool of reading connections, opened when first needed. Thread-safe.
class Readers {
public:
    Readers(const Dialect& dialect, std::size_t most) : dialect_(dialect), most_(most) {}

    /// Runs `work` on one snapshot; waits while all connections are out.
    Result<void> read(const std::function<Result<void>(Reader&)>& work);

    /// Refuses further reads, waits for those under way and closes the connections.
    void close();

private:
    Result<std::unique_ptr<Connection>> begin();
    Result<std::unique_ptr<Connection>> borrow();
    void give_back(std::unique_ptr<Connection> connection);

    const Dialect& dialect_;
    const std::size_t most_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t out_ = 0;
    bool closed_ = false;
};

}  // namespace maillon::db
