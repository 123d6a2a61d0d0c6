#include "core/deliver/deliver.h"

#include "core/base/assert.h"
#include "core/deliver/lane.h"

namespace maillon::deliver {

Deliver::Deliver(Parts parts) : parts_(std::move(parts)) {}

Deliver::~Deliver() {
    for (auto& [name, lane] : lanes_) lane->ask_to_stop();
    for (auto& [name, lane] : lanes_) lane->cancel();
    for (auto& [name, lane] : lanes_) lane->join();
}

void Deliver::add_instance(const std::string& name, plugin::Connector& connector, const config::Retry& retry,
                           Doubts doubts) {
    lanes_.emplace(name, std::make_unique<Lane>(parts_, name, connector, retry, std::move(doubts)));
}

void Deliver::enqueue(Job job) {
    const auto lane = lanes_.find(job.row.instance);
    if (lane != lanes_.end()) return lane->second->enqueue(std::move(job));
    store::CallOutcome outcome{.state = store::CallState::failed,
                               .fault = FaultKind::unsupported,
                               .detail = "'" + job.row.instance + "' is no longer configured"};
    parts_.on_settled({std::move(job), std::move(outcome)});
}

Job Deliver::job_of(store::CallRow row, std::string order_key) const {
    const auto lane = lanes_.find(row.instance);
    MAILLON_ASSERT(lane != lanes_.end(), "a call to an instance that does not exist");
    return lane->second->job_of(std::move(row), std::move(order_key));
}

std::vector<GivenBack> Deliver::give_back(std::size_t keep) {
    std::vector<GivenBack> out;
    for (const auto& [name, lane] : lanes_) lane->give_back(keep, out);
    return out;
}

void Deliver::take_back(std::vector<GivenBack> jobs) {
    for (auto& one : jobs) {
        auto& lane = *lanes_.at(one.job.row.instance);
        lane.take_back(std::move(one));
    }
}

std::map<std::string, Deliver::Room> Deliver::room(std::size_t keep) const {
    std::map<std::string, Room> out;
    for (const auto& [name, lane] : lanes_) {
        const auto room = lane->room(keep);
        if (room.outbound > 0 || room.others > 0) out.emplace(name, room);
    }
    return out;
}

void Deliver::resume(const std::string& instance) {
    if (const auto lane = lanes_.find(instance); lane != lanes_.end()) lane->second->resume();
}

void Deliver::hold(const std::string& instance, std::string reason) {
    if (const auto lane = lanes_.find(instance); lane != lanes_.end()) lane->second->hold(std::move(reason));
}

void Deliver::release(const std::string& instance) {
    if (const auto lane = lanes_.find(instance); lane != lanes_.end()) lane->second->release();
    resume(instance);
}

void Deliver::hold_outbound(const std::string& reason) {
    outbound_held_ = true;
    for (const auto& [name, lane] : lanes_) lane->hold_outbound(reason.empty() ? "no reason given" : reason);
}

void Deliver::release_outbound() {
    outbound_held_ = false;
    for (const auto& [name, lane] : lanes_) lane->hold_outbound({});
}

void Deliver::look_again() {
    for (const auto& [name, lane] : lanes_) lane->look_again();
}

std::vector<LaneState> Deliver::states() const {
    std::vector<LaneState> out;
    out.reserve(lanes_.size());
    for (const auto& [name, lane] : lanes_) out.push_back(lane->state());
    return out;
}

std::optional<Delay> Deliver::delay_of(RunId run, const store::CallRow* call) const {
    for (const auto& [name, lane] : lanes_) {
        if (auto delay = lane->delay_of(run)) return delay;
    }
    if (call == nullptr) return std::nullopt;
    const auto found = lanes_.find(call->instance);
    return found == lanes_.end() ? std::nullopt : std::optional(found->second->delay_in_store(*call));
}

void Deliver::start() {
    for (auto& [name, lane] : lanes_) lane->start();
}

Deliver::Ended Deliver::stop(std::chrono::milliseconds patience, std::chrono::milliseconds cancel_time) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (auto& [name, lane] : lanes_) lane->ask_to_stop();
    Ended out;
    for (auto& [name, lane] : lanes_) {
        if (lane->ends_by(until)) continue;
        lane->cancel();
        out.cancelled.insert(name);
    }
    const auto last = std::chrono::steady_clock::now() + cancel_time;
    for (auto& [name, lane] : lanes_) {
        if (lane->ends_by(last))
            lane->join();
        else
            out.left.push_back("connector '" + name + "' has not come back from " + lane->state().doing +
                               ", though it was cancelled");
    }
    return out;
}

}  // namespace maillon::deliver
