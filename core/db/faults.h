#pragma once

#include <atomic>

namespace maillon::db {

/// The moments at which a disk or a network can fail.
enum class Step { begin, statement, commit, checkpoint };

/// How it is made to fail, in tests.
enum class Injected {
    none,
    disk_full,       ///< as ENOSPC: nothing of the group is kept, the database lives on
    io_error,        ///< nothing of the group is kept, the database is broken
    io_error_after,  ///< the step succeeded and nobody learnt of it (a commit that is on disk but not
                     ///< acknowledged)
    cut,             ///< the connection to the server breaks before the step
    cut_after,       ///< the server has done the step and its answer does not arrive
};

/// Fails the n-th step (from 0) of the kinds that it counts, once. Run a story with n = 0, 1, 2 … until
/// `fired()` stays false, and every step has been seen failing.
class FailAt {
public:
    FailAt(int n, Injected how) : left_(n), how_(how) {}
    FailAt(int n, Injected how, Step only) : left_(n), how_(how), only_(only), all_(false) {}

    Injected operator()(Step step) {
        if (!all_ && step != only_) return Injected::none;
        if (left_.fetch_sub(1) != 0) return Injected::none;
        fired_ = true;
        return how_;
    }
    bool fired() const { return fired_; }

private:
    std::atomic<int> left_;
    Injected how_;
    Step only_ = Step::commit;
    bool all_ = true;
    std::atomic<bool> fired_{false};
};

}  // namespace maillon::db
