#pragma once

#include "core/net/http_client.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maillon {

/// The hosts that one caller (a connector) may call. Immutable, so thread-safe.
class Egress {
public:
    /// Each entry is "host", "host:port" or "*.domain" (subdomains at any depth, not the domain itself).
    /// Without a port every port is allowed. "*" allows all. IPv6 stands in brackets. `config` for anything
    /// else.
    static Result<Egress> make(std::string caller, const std::vector<std::string>& hosts);

    /// `rejected` with a sentence that names caller and host when the URL is bad or its host is not allowed.
    Result<void> permits(std::string_view url) const;

private:
    struct Entry {
        std::string host;  ///< lower case; for a wildcard the domain with its leading dot
        std::optional<std::uint16_t> port;
        bool subdomains = false;
    };
    Egress(std::string caller, bool all, std::vector<Entry> entries);

    std::string caller_;
    bool all_;
    std::vector<Entry> entries_;
};

/// A client for one caller: refuses what its Egress does not permit, before anything is looked up or sent.
class EgressClient final : public HttpClient {
public:
    /// `inner` must outlive this.
    EgressClient(HttpClient& inner, Egress egress) : inner_(inner), egress_(std::move(egress)) {}

    Result<HttpReply> send(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel) override;
    Result<StreamEnd> open(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel,
                           const OnHead& on_head, const OnChunk& on_chunk) override;

private:
    HttpClient& inner_;
    Egress egress_;
};

}  // namespace maillon
