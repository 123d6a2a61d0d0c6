#include "core/db/readers.h"

namespace maillon::db {
namespace {

Result<void> read_snapshot(Connection& connection, const std::function<Result<void>(Reader&)>& work) {
    Reader reader(connection);
    auto outcome = work(reader);
    if (outcome && reader.failure()) outcome = *reader.failure();
    connection.rollback();
    return outcome;
}

}  // namespace

Result<void> Readers::read(const std::function<Result<void>(Reader&)>& work) {
    auto connection = begin();
    if (!connection) return connection.error();
    Result<void> outcome;
    try {
        outcome = read_snapshot(**connection, work);
    } catch (const std::exception& error) {
        (*connection)->rollback();
        outcome = internal(std::string("reading the store: ") + error.what());
    }
    give_back(std::move(*connection));
    return outcome;
}

/// A connection in a transaction. Those that wait may have been lost meanwhile: as nothing was read yet, the
/// next one does as well, at last a new one.
Result<std::unique_ptr<Connection>> Readers::begin() {
    while (true) {
        auto connection = borrow();
        if (!connection) return connection;
        auto begun = (*connection)->command(Step::begin, dialect_.begin_read());
        if (begun) return connection;
        const bool lost = (*connection)->trouble() == Trouble::lost;
        give_back(std::move(*connection));
        if (!lost) return begun.error();
    }
}

Result<std::unique_ptr<Connection>> Readers::borrow() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !idle_.empty() || out_ < most_; });
    if (closed_) return Fault{FaultKind::cancelled, "the store is closed", {}};
    ++out_;
    if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
    }
    lock.unlock();
    auto connection = std::make_unique<Connection>(dialect_);
    auto opened = connection->open_again(false);
    if (opened) return connection;
    give_back(nullptr);
    return opened.error();
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
    const bool sound = connection && connection->take_trouble() < Trouble::lost;
    {
        const std::lock_guard lock(mutex_);
        if (sound) idle_.push_back(std::move(connection));
        --out_;
    }
    changed_.notify_all();
}

void Readers::close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return out_ == 0; });
    idle_.clear();
}

}  // namespace maillon::db
