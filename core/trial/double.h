#pragma once

#include "core/hub/instances.h"
#include "core/net/http_client.h"
#include "core/plugin/connector.h"
#include "core/trial/script.h"

namespace maillon::trial {

/// Stands in for an instance: declares what the plug-in declares and says what the script says. A processor
/// that the script leaves alone is asked itself, without any network; made when that is first needed.
class Double final : public plugin::Connector {
public:
    Double(std::string name, const hub::PreparedInstance& from, Script& script, const hub::Ground& ground);

    const plugin::ConnectorInfo& info() const override;
    Result<> connect(SteadyPoint) override { return {}; }
    Result<> check(SteadyPoint) override { return {}; }
    plugin::Polled poll(std::string_view, std::uint32_t, SteadyPoint) override { return {}; }
    Result<plugin::Received> receive(const plugin::WebRequest&) override { return plugin::Received{}; }
    /// The records that were put here for a module, in one page.
    plugin::RecordPage read_directory(std::string_view module, std::span<const std::string> fields,
                                      std::string_view cursor, std::uint32_t max_records,
                                      SteadyPoint deadline) override;
    std::vector<plugin::CallReport> deliver(std::span<const plugin::OutCall> calls,
                                            SteadyPoint deadline) override;
    std::vector<plugin::CallReport> reconcile(std::span<const plugin::OutCall> calls,
                                              SteadyPoint deadline) override;
    std::vector<plugin::CallReport> process(std::span<const plugin::OutCall> events,
                                            SteadyPoint deadline) override;
    void cancel() override {}

    /// Before the directory is read.
    void put(plugin::RawEvent record) { records_.push_back(std::move(record)); }

private:
    plugin::CallReport ask_itself(const plugin::OutCall& event, SteadyPoint deadline);

    std::string name_;
    const hub::PreparedInstance& from_;
    Script& script_;
    hub::Ground ground_;
    std::optional<Result<hub::LiveInstance>> live_;  ///< of a processor that was asked itself
    std::vector<plugin::RawEvent> records_;          ///< `subject` is the module
};

/// Reaches nobody.
class NoNetwork final : public HttpClient {
public:
    Result<HttpReply> send(const ClientRequest&, SteadyPoint, const Cancel&) override;
    Result<StreamEnd> open(const ClientRequest&, SteadyPoint, const Cancel&, const OnHead&,
                           const OnChunk&) override;
};

}  // namespace maillon::trial
