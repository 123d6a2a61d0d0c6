#include "core/deliver/circuit.h"

#include <algorithm>

namespace maillon::deliver {
namespace {

/// Batches in a row that may fail before the circuit opens.
constexpr int kFailures = 3;

}  // namespace

void Circuit::rest(TimePoint until, std::string why) {
    if (until <= until_) return;
    until_ = until;
    why_ = std::move(why);
}

void Circuit::failed(TimePoint now, std::string why) {
    if (++failures_ < kFailures) return;
    until_ = std::max(until_, now + schedule_.pause(failures_ - kFailures + 1));
    why_ = "not answering: " + std::move(why);
}

void Circuit::worked() {
    failures_ = 0;
}

void Circuit::reset() {
    failures_ = 0;
    until_ = {};
}

Circuit::State Circuit::state(TimePoint now) const {
    if (failures_ < kFailures) return State::closed;
    return is_shut(now) ? State::open : State::half_open;
}

std::size_t Circuit::most(std::size_t batch, TimePoint now) const {
    if (is_shut(now)) return 0;
    return state(now) == State::half_open ? 1 : batch;
}

}  // namespace maillon::deliver
