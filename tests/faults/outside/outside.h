#pragma once

#include "maillon/sdk.hpp"
#include "signature.h"

#include <atomic>
#include <mutex>
#include <unordered_set>

namespace maillon::outside {

/// A service made of two files, for tests that count: `source` holds what happens (a JSON object a line: id,
/// key, n), `effects` what was done (idempotency key, key, n; one line per call that took effect). Both
/// outlive every hub, and nothing in here forgives: a call made twice is two lines.
///
/// What also comes by webhook is signed as Facebook signs it. `mood`, a file that is read before each batch,
/// makes the service misbehave; its first word is one of
///   hang          answers nothing until it is cancelled
///   deaf          answers nothing, cancelled or not
///   limited       429 to everything, "again in 50 ms"
///   down          not there
///   cut           takes the call and does not answer (in doubt), every second one without having taken it
///   mute          cannot tell what became of a call
///   lose          the same, and of its first call, which it does not take, the answer is lost
///   die           takes the call and ends the process
///   garbage       reports that no connector should make, events that are none
///   hang_login    its login answers nothing until it is cancelled
///   deaf_login    its login answers nothing, cancelled or not
///   throw         throws what is no Failure, before any effect
class Outside {
public:
    static constexpr Info info{"outside",
                               "Outside",
                               "1.0.0",
                               "Maillon's tests",
                               "A service made of files",
                               "https://example.com/docs",
                               0,
                               500};
    static Schema schema();
    static EventTypes events();
    static Operations operations();

    Outside(Host host, const json::object& config);

    void connect(Deadline deadline);
    PollHint poll(const PollRequest& request, Emitter& out);
    void receive(const HttpRequest& request, Emitter& out, HttpAnswer& answer);
    void deliver(const Batch& batch, Reporter& reporter);
    void reconcile(const Batch& batch, Reporter& reporter);

private:
    std::string mood() const;
    Outcome take(const Call& call, const std::string& mood);
    Outcome cut(const Call& call);
    void write(const Call& call);
    void hang(bool deaf) const;
    void report_garbage(const Batch& batch, Reporter& reporter);
    void learn();

    Host host_;
    std::string folder_, key_;
    facebook::SignatureCheck signature_;
    int effects_ = -1;                      ///< file descriptor
    std::int64_t learnt_ = 0;               ///< bytes of the effects that are known
    std::unordered_set<std::string> done_;  ///< idempotency keys in the effects
    std::uint64_t cuts_ = 0;
};

}  // namespace maillon::outside
