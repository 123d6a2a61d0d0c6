#include "core/net/egress.h"

#include "core/base/text.h"
#include "core/net/url.h"

#include <algorithm>
#include <charconv>

namespace maillon {
namespace {

Fault wrong_entry(std::string_view caller, std::string_view entry) {
    return config_fault(std::string(caller) + " may call '" + std::string(entry) +
                        "': not a host; write host, host:port, *.domain or *");
}

bool is_host(std::string_view host) {
    return !host.empty() &&
           host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string_view::npos;
}

/// Takes ":port" off the end. False when what stands there is no port.
bool take_port(std::string_view& text, std::optional<std::uint16_t>& port) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.ends_with(']')) return true;
    std::uint16_t number = 0;
    const auto digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || number == 0) return false;
    port = number;
    text = text.substr(0, colon);
    return true;
}

}  // namespace

Egress::Egress(std::string caller, bool all, std::vector<Entry> entries)
    : caller_(std::move(caller)), all_(all), entries_(std::move(entries)) {}

Result<Egress> Egress::make(std::string caller, const std::vector<std::string>& hosts) {
    bool all = false;
    std::vector<Entry> entries;
    for (const auto& written : hosts) {
        if (written == "*") {
            all = true;
            continue;
        }
        const std::string lower = ascii_lower(written);
        std::string_view host = lower;
        Entry entry;
        if (!take_port(host, entry.port)) return wrong_entry(caller, written);
        if (host.starts_with('[') && host.ends_with(']')) {
            const auto url = parse_url("http://" + std::string(host) + "/");
            if (!url) return wrong_entry(caller, written);
            entry.host = url->host;
        } else {
            entry.subdomains = host.starts_with("*.");
            if (entry.subdomains) host.remove_prefix(1);
            if (!is_host(entry.subdomains ? host.substr(1) : host)) return wrong_entry(caller, written);
            entry.host = host;
        }
        entries.push_back(std::move(entry));
    }
    return Egress(std::move(caller), all, std::move(entries));
}

Result<void> Egress::permits(std::string_view url) const {
    const auto parsed = parse_url(url);
    if (!parsed) return parsed.error();
    const bool listed = std::ranges::any_of(entries_, [&](const Entry& entry) {
        if (entry.port && *entry.port != parsed->port) return false;
        return entry.subdomains
                   ? parsed->host.size() > entry.host.size() && parsed->host.ends_with(entry.host)
                   : parsed->host == entry.host;
    });
    if (all_ || listed) return {};
    return rejected(caller_ + " may not call " + parsed->authority() +
                    ": it is not among the hosts declared for it");
}

Result<HttpReply> EgressClient::send(const ClientRequest& request, SteadyPoint deadline,
                                     const Cancel& cancel) {
    if (const auto permitted = egress_.permits(request.url); !permitted) return permitted.error();
    return inner_.send(request, deadline, cancel);
}

Result<StreamEnd> EgressClient::open(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel,
                                     const OnHead& on_head, const OnChunk& on_chunk) {
    if (const auto permitted = egress_.permits(request.url); !permitted) return permitted.error();
    return inner_.open(request, deadline, cancel, on_head, on_chunk);
}

}  // namespace maillon
