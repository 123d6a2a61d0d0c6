#pragma once

#include "core/base/clock.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/observe/metrics.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::deliver {

/// Who goes first when there is not enough for all.
enum class Priority {
    person,      ///< somebody waits for it: may use all there is
    normal,      ///< leaves a tenth to persons
    background,  ///< replays: leaves half to the others
};
constexpr Priority priority_of(bool reaches_a_person, bool is_replay) {
    if (reaches_a_person) return Priority::person;
    return is_replay ? Priority::background : Priority::normal;
}

/// What may be used of services, by all routes together: what the configuration allows (`budgets:`), and what
/// a service says is left of its own limits. Calls are a token bucket: `burst` at once, the others spread so
/// that no time of the length `per` sees more than `calls`. Money is counted in fixed times that begin at
/// multiples of `per`.
///
/// What was used is kept in the store with the calls that used it, so that a restart spends nothing twice;
/// what calls without a record used, a moment later. Thread-safe.
class Budgets {
public:
    using Rules = std::map<std::string, config::Budget>;
    Budgets(const Rules& rules, const Clock& clock, Metrics& metrics);
    /// Waits for what keep_soon has begun.
    ~Budgets();

    /// What was used before the start. Before any other function.
    Result<> load(db::Session& session);
    /// Writes what was used since the last time.
    Result<> keep(db::Unit& unit);
    /// That unit came to nothing.
    void keep_again();
    /// The same in a unit of its own that nobody waits for: one at a time, however many ask, and what was
    /// used meanwhile in the next.
    void keep_soon(db::Database& database);

    /// Instances of one credential share what their service says.
    void add_instance(const std::string& instance, const std::string& credential);
    /// A service has said how much of a limit is used, until when: a month at most.
    void observe(const std::string& instance, const std::string& scope, double used, double limit,
                 TimePoint reset);

    /// Takes what one call needs, or says from when on it is worth asking again, and why.
    struct Wait {
        TimePoint until{};
        std::string why{};
    };
    /// `scope`: the service's own limit that the call counts towards; may be empty. "poll" is an operation.
    std::optional<Wait> take(const std::string& instance, std::string_view operation, std::string_view scope,
                             Priority priority);
    /// What was taken at `taken` for a call that is not made after all.
    void give_back(const std::string& instance, std::string_view operation, std::string_view scope,
                   TimePoint taken);

    struct State {
        std::string name;
        double used = 0, limit = 0;
        TimePoint until{};  ///< when all of it, or of this time, is there again
        bool is_money = false;
    };
    std::vector<State> states() const;
    /// Brings the metrics up to date: what is used becomes less by itself.
    void show();

private:
    struct Budget {
        config::Budget rule;
        double used = 0;    ///< in the bucket, or in the present time
        TimePoint as_of{};  ///< when `used` was so
        bool is_changed = false;
        Gauge gauge{};
        double capacity() const;
        /// What flows back in a millisecond.
        double flow() const;
        double cost(std::string_view operation) const;
        void catch_up(TimePoint now);
        TimePoint window_end(TimePoint now) const;
        std::optional<Wait> wait(double cost, double share, TimePoint now) const;
    };
    struct Observed {
        double used = 0, limit = 0;
        TimePoint reset{};
        double taken = 0;  ///< here since the service said so
    };
    /// What the service of an instance said of this limit; null when it said nothing.
    Observed* observed(const std::string& instance, std::string_view scope);
    std::optional<Wait> wait_for_service(const std::string& instance, std::string_view scope, double share,
                                         TimePoint now);

    void keep_alone(db::Database& database);

    const Clock& clock_;
    mutable std::mutex mutex_;
    bool is_keeping_ = false;  ///< keep_soon has a unit under way
    std::condition_variable kept_;
    std::vector<Budget> budgets_;
    std::map<std::string, std::string> credentials_;                    ///< by instance
    std::map<std::pair<std::string, std::string>, Observed> observed_;  ///< by credential and scope
};

}  // namespace maillon::deliver
