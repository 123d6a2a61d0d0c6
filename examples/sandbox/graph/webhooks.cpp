#include "webhooks.h"

#include "core/base/digest.h"

#include <algorithm>

namespace sandbox {

constexpr std::chrono::milliseconds kLongestPause{2000};

std::string Webhooks::signature(std::string_view body) const {
    return "sha256=" + maillon::hmac_sha256_hex(app_secret_, body);
}

void Webhooks::push(const std::string& page_id, json::object value, bool is_visitors_comment) {
    if (!is_active()) return;
    json::object change{{"field", "feed"}};
    change["value"] = std::move(value);
    json::object entry{{"id", page_id}, {"time", maillon::millis(clock_.now()) / 1000}};
    entry["changes"] = json::array{std::move(change)};
    waiting_.push_back({std::move(entry), is_visitors_comment});
    pump();
}

void Webhooks::pump() {
    while (busy_ < connections && !waiting_.empty()) {
        Delivery delivery{.url = callback_url, .body = {}, .signature = {}};
        json::array entries;
        while (!waiting_.empty() && entries.size() < batch) {
            delivery.comments += waiting_.front().is_visitors_comment ? 1 : 0;
            entries.push_back(std::move(waiting_.front().entry));
            waiting_.pop_front();
        }
        delivery.changes = entries.size();
        json::object payload{{"object", "page"}};
        payload["entry"] = std::move(entries);
        delivery.body = ascii_json(payload);
        delivery.signature = signature(delivery.body);
        ++busy_;
        under_way_ += delivery.changes;
        counts_.comments_sent += delivery.comments;
        couriers_.send([this, delivery](Caller& caller) { attempt(caller, delivery); });
    }
}

void Webhooks::attempt(Caller& caller, Delivery delivery) {
    maillon::HttpHeaders headers;
    headers.add("Content-Type", "application/json");
    headers.add("X-Hub-Signature-256", delivery.signature);
    headers.add("User-Agent", "facebookexternalua");
    const auto answer = caller.call("POST", delivery.url, headers, delivery.body);
    const bool taken = answer && answer->status >= 200 && answer->status < 300;
    const std::lock_guard lock(lock_);
    ++counts_.attempts;
    if (!taken) {
        const auto pause = delivery.pause;
        delivery.pause = std::min(delivery.pause * 2, kLongestPause);
        if (!callback_url.empty()) delivery.url = callback_url;
        couriers_.send_after(pause, [this, delivery](Caller& again) { attempt(again, delivery); });
        return;
    }
    ++counts_.accepted;
    counts_.comments_accepted += delivery.comments;
    under_way_ -= delivery.changes;
    --busy_;
    pump();
}

}  // namespace sandbox
