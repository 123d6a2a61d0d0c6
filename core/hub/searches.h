#pragma once

#include "core/base/fault.h"

#include <boost/json/object.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace maillon::hub {

/// Questions of administrators that take longer than an answer may: the whole journal is read for them. They
/// are worked off one after the other on a thread of their own, and asked for by number.
///
/// A finished answer is held until it is outdated by kKept others, so that one whose way back was cut can be
/// asked for again. Thread-safe.
class Searches {
public:
    /// Told how far it is; false ends the work with a Fault of kind cancelled.
    using Progress = std::function<bool(std::int64_t done, std::int64_t all)>;
    using Work = std::function<Result<boost::json::object>(const Progress&)>;

    static constexpr std::size_t kKept = 4;
    static constexpr std::size_t kMostWaiting = 8;

    Searches();
    /// What is under way is ended at its next page.
    ~Searches();

    /// Its number and state, as `view`. A Fault of kind conflict when kMostWaiting are waiting already.
    Result<boost::json::object> begin(Work work);
    /// `{"search", "state": "waiting" | "looking", "looked_at", "of", "turn"}` while it goes on, then what it
    /// found or its Fault.
    /// `"state": "ended"` when nothing is known of it (any more): ask again.
    Result<boost::json::object> view(std::int64_t id);
    void cancel(std::int64_t id);

private:
    struct Search {
        std::int64_t id = 0;
        Work work;
        std::int64_t looked_at = 0, of = 0, turn = 0;
        bool is_begun = false, is_cancelled = false;
        std::optional<Result<boost::json::object>> found{};
    };

    void loop();
    Search* next();
    Search* search(std::int64_t id);
    bool note(Search& search, std::int64_t done, std::int64_t all);
    void forget_the_oldest();
    static boost::json::object view_of(const Search& search);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Search> searches_;  ///< in the order of their numbers; references stay valid at both ends
    std::int64_t last_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace maillon::hub
