#include "core/hub/web_requests.h"

#include <utility>

namespace maillon::hub {
namespace {

constexpr std::size_t kMaxWaiting = 1'000;
constexpr std::size_t kMaxBytes = 64U << 20U;
constexpr std::chrono::milliseconds kPassOnAfter{2};
constexpr std::size_t kMostTold = 128;

/// Only what can never become good is refused for good; everything else a service is to send again.
int status_of(FaultKind kind) {
    if (kind == FaultKind::auth) return 403;
    return kind == FaultKind::rejected || kind == FaultKind::unsupported ? 400 : 503;
}

}  // namespace

bool WebQueue::add(WaitingRequest& web) {
    const auto size = web.request.body.size();
    const auto bytes = bytes_->load();
    if (waiting_.size() >= kMaxWaiting || (bytes != 0 && bytes + size > kMaxBytes)) return false;
    *bytes_ += size;
    waiting_.push_back(
        {std::move(web.request), [answer = std::move(web.answer), size, all = bytes_](WebAnswer what) {
             *all -= size;
             answer(std::move(what));
         }});
    return true;
}

std::optional<WaitingRequest> WebQueue::next() {
    if (waiting_.empty()) return std::nullopt;
    auto out = std::move(waiting_.front());
    waiting_.pop_front();
    return out;
}

void WebQueue::refuse_all(const std::string& why) {
    for (auto& web : waiting_) web.answer({503, why});
    waiting_.clear();
}

void WebIntake::add(WaitingRequest web, Result<plugin::Received> received) {
    if (!received) {
        const auto& fault = received.error();
        parts_.log.warning("source.request_failed",
                           {{"instance", instance_}, {"kind", name_of(fault.kind)}, {"reason", fault.what}});
        web.answer({status_of(fault.kind), "refused\n"});
        return;
    }
    WebAnswer answer{received->status, std::move(received->body), std::move(received->content_type)};
    if (told_.empty()) since_ = parts_.clock.steady();
    told_.push_back({std::move(received->events),
                     [this, answer = std::move(answer), reply = std::move(web.answer)](const Result<>& done) {
                         // Nothing is acknowledged before its commit is on disk.
                         if (done) {
                             reply(answer);
                         } else {
                             parts_.log.error("source.not_stored",
                                              {{"instance", instance_}, {"reason", done.error().what}});
                             reply({503, "not stored; send it again\n"});
                         }
                     }});
}

bool WebIntake::is_time_to_pass_on() const {
    return !told_.empty() && (told_.size() >= kMostTold || parts_.clock.steady() - since_ >= kPassOnAfter);
}

void WebIntake::pass_on() {
    if (!told_.empty()) parts_.ingest.take(instance_, std::exchange(told_, {}));
}

}  // namespace maillon::hub
