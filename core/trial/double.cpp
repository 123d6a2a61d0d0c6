#include "core/trial/double.h"

namespace maillon::trial {
namespace {

Fault no_network() {
    return config_fault("a test of routes reaches no network; script the answer instead");
}

}  // namespace

Result<HttpReply> NoNetwork::send(const ClientRequest&, SteadyPoint, const Cancel&) {
    return no_network();
}

Result<StreamEnd> NoNetwork::open(const ClientRequest&, SteadyPoint, const Cancel&, const OnHead&,
                                  const OnChunk&) {
    return no_network();
}

Double::Double(std::string name, const hub::PreparedInstance& from, Script& script, const hub::Ground& ground)
    : name_(std::move(name)), from_(from), script_(script), ground_(ground) {}

const plugin::ConnectorInfo& Double::info() const {
    return from_.found.entry->info;
}

plugin::RecordPage Double::read_directory(std::string_view module, std::span<const std::string>,
                                          std::string_view, std::uint32_t, SteadyPoint) {
    plugin::RecordPage out;
    out.complete = true;
    for (const auto& record : records_) {
        if (record.subject == module) out.records.push_back(record);
    }
    return out;
}

std::vector<plugin::CallReport> Double::deliver(std::span<const plugin::OutCall> calls, SteadyPoint) {
    std::vector<plugin::CallReport> out;
    for (const auto& call : calls) {
        auto report = script_.answer(name_, false, call);
        out.push_back(report
                          ? std::move(*report)
                          : plugin::CallReport{rejected("the test has no answer to this call"), {}, {}, {}});
    }
    return out;
}

std::vector<plugin::CallReport> Double::reconcile(std::span<const plugin::OutCall> calls, SteadyPoint) {
    std::vector<plugin::CallReport> out;
    for (const auto& call : calls) out.push_back(script_.reconcile(call));
    return out;
}

std::vector<plugin::CallReport> Double::process(std::span<const plugin::OutCall> events,
                                                SteadyPoint deadline) {
    std::vector<plugin::CallReport> out;
    for (const auto& event : events) {
        auto report = script_.answer(name_, true, event);
        out.push_back(report ? std::move(*report) : ask_itself(event, deadline));
    }
    return out;
}

plugin::CallReport Double::ask_itself(const plugin::OutCall& event, SteadyPoint deadline) {
    if (!live_) {
        live_ = hub::create_instance(from_, ground_);
        if (*live_) {
            if (auto done = (*live_)->connector->connect(deadline); !done) live_ = done.error();
        }
    }
    if (!*live_) return {live_->error(), {}, {}, {}};
    auto reports = (*live_)->connector->process(std::span(&event, 1), deadline);
    auto report = reports.empty() ? plugin::CallReport{internal("the processor said nothing"), {}, {}, {}}
                                  : std::move(reports.front());
    script_.note(event, report);
    return report;
}

}  // namespace maillon::trial
