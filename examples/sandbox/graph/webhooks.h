#pragma once

#include "common/couriers.h"
#include "common/json.h"
#include "core/base/clock.h"

#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace sandbox {

/// Carries changes to the subscribed callback: signed, several in one body, again and again until they are
/// taken.
///
/// `lock` is the sandbox's: every public function is called with it held, and the couriers take it to report
/// back. The couriers must be gone before this object.
class Webhooks {
public:
    struct Counts {
        std::uint64_t attempts = 0, accepted = 0;                ///< deliveries
        std::uint64_t comments_sent = 0, comments_accepted = 0;  ///< comments of visitors
    };

    Webhooks(std::mutex& lock, Couriers& couriers, const maillon::Clock& clock, std::string app_secret)
        : lock_(lock), couriers_(couriers), clock_(clock), app_secret_(std::move(app_secret)) {}

    std::string callback_url, verify_token;  ///< of the app's subscription; empty: nothing is sent
    std::vector<std::string> fields;
    bool page_subscribed = false;
    std::size_t batch = 10;
    std::size_t connections = 4;

    bool is_active() const { return !callback_url.empty() && page_subscribed; }
    /// One change of the page. Without a subscription it is lost, as on Facebook. A comment of a visitor is
    /// counted.
    void push(const std::string& page_id, json::object value, bool is_visitors_comment);
    const Counts& counts() const { return counts_; }
    std::size_t pending() const { return waiting_.size() + under_way_; }
    std::string signature(std::string_view body) const;

private:
    struct Change {
        json::object entry;
        bool is_visitors_comment;
    };
    struct Delivery {
        std::string url, body, signature;
        std::size_t changes = 0, comments = 0;
        std::chrono::milliseconds pause{100};
    };
    void pump();
    void attempt(Caller& caller, Delivery delivery);

    std::mutex& lock_;
    Couriers& couriers_;
    const maillon::Clock& clock_;
    const std::string app_secret_;
    std::deque<Change> waiting_;
    std::size_t under_way_ = 0;  ///< changes in deliveries
    std::size_t busy_ = 0;       ///< deliveries
    Counts counts_;
};

}  // namespace sandbox
