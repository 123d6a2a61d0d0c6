#include "core/net/beast_client.h"

#include "core/net/beast/client_metrics.h"
#include "core/net/beast/dialer.h"
#include "core/net/beast/exchange.h"
#include "core/net/beast/pool.h"
#include "core/net/beast/tls.h"
#include "core/net/beast/wire.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace maillon {
namespace {

using net::Outcome;
using net::WireRequest;
using std::chrono::milliseconds;
using End = Outcome::End;

/// Gathers a whole answer.
class WholeReply final : public net::ReplySink {
public:
    HttpFlow on_head(HttpHead&& head) override {
        reply.status = head.status;
        reply.headers = std::move(head.headers);
        reserve();
        return HttpFlow::go_on;
    }
    HttpFlow on_body(std::string_view bytes) override {
        reply.body += bytes;
        return HttpFlow::go_on;
    }
    HttpReply reply;

private:
    /// Trusts an announced length only so far: it costs memory before a byte of it has come.
    void reserve() {
        constexpr std::size_t most = 1024 * 1024;
        std::size_t length = 0;
        const auto text = find_header(reply.headers, "Content-Length").value_or("");
        std::from_chars(text.data(), text.data() + text.size(), length);
        reply.body.reserve(std::min(length, most));
    }
};

/// Passes a stream on to its listener.
class Listener final : public net::ReplySink {
public:
    Listener(const HttpClient::OnHead& on_head, const HttpClient::OnChunk& on_chunk)
        : on_head_(on_head), on_chunk_(on_chunk) {}
    HttpFlow on_head(HttpHead&& head) override { return on_head_(head); }
    HttpFlow on_body(std::string_view bytes) override { return on_chunk_(bytes); }

private:
    const HttpClient::OnHead& on_head_;
    const HttpClient::OnChunk& on_chunk_;
};

std::string sentence(const WireRequest& wire, const Outcome& outcome) {
    const std::string how_far = outcome.answered ? "after a part of the answer"
                                : outcome.sent   ? "after sending"
                                                 : "before sending";
    switch (outcome.end) {
        case End::late: return wire.name + ": time was up " + how_far + ", " + outcome.why;
        case End::cancelled: return wire.name + ": cancelled " + how_far;
        case End::broken: return wire.name + ": the answer is not valid HTTP: " + outcome.why;
        case End::too_large: return wire.name + ": the answer is larger than allowed: " + outcome.why;
        default: return wire.name + ": the connection was cut " + how_far + ": " + outcome.why;
    }
}

Fault fault_of(const WireRequest& wire, const Outcome& outcome) {
    auto kind = outcome.sent ? FaultKind::in_doubt : FaultKind::retry;
    if (outcome.end == End::too_large && wire.is_safe) kind = FaultKind::rejected;
    if (outcome.end == End::cancelled && (!outcome.sent || wire.is_safe)) kind = FaultKind::cancelled;
    return {kind, sentence(wire, outcome)};
}

/// A kept connection that was closed under us, with a request that may be sent again.
bool may_resend(const WireRequest& wire, const Outcome& outcome) {
    return outcome.end == End::cut && !outcome.answered && (!outcome.sent || wire.is_idempotent);
}

/// The fault of a second try when the first one may have reached the server: no longer "surely not sent".
Fault after_first_try(const WireRequest& wire, Fault fault, bool first_was_sent) {
    const bool harmless = fault.kind == FaultKind::cancelled && wire.is_safe;
    if (first_was_sent && fault.kind != FaultKind::rejected && !harmless) fault.kind = FaultKind::in_doubt;
    return fault;
}

}  // namespace

class BeastClient::Core {
public:
    Core(Options options, std::unique_ptr<net::Tls> tls, const Clock& clock, Metrics& metrics)
        : options_(std::move(options)),
          clock_(clock),
          metrics_(metrics),
          dialer_(options_, std::move(tls), metrics_),
          pool_(options_.limits.idle_per_host) {}

    Result<StreamEnd> call(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel,
                           std::optional<std::size_t> body_limit, net::ReplySink& sink) {
        const auto wire = net::put_into_bytes(request, options_.proxy, options_.user_agent);
        if (!wire) return wire.error();
        const net::Patience patience(clock_, deadline, cancel);
        const auto began = patience.now();
        const auto outcome = perform(*wire, patience, body_limit, sink);
        const auto took = patience.now() - began;
        if (!outcome) {
            metrics_.failed(wire->url.host, outcome.error().kind, took);
            return outcome.error();
        }
        metrics_.answered(wire->url.host, outcome->status, took);
        return outcome->end == End::stopped ? StreamEnd::stopped : StreamEnd::finished;
    }

    void close_idle() { pool_.close_idle(clock_.steady()); }
    std::size_t body_limit() const { return options_.limits.body_bytes; }

private:
    /// An outcome that is an answer, or the fault.
    Result<Outcome> perform(const WireRequest& wire, const net::Patience& patience,
                            std::optional<std::size_t> body_limit, net::ReplySink& sink) {
        if (patience.is_cancelled())
            return Fault{FaultKind::cancelled, wire.name + ": cancelled before sending"};
        if (patience.now() >= patience.deadline()) return retry(wire.name + ": time was up before sending");
        bool first_was_sent = false;
        if (auto kept = pool_.take(wire.key, patience.now())) {
            metrics_.reused.add();
            auto outcome = exchange(wire, std::move(kept), patience, body_limit, sink);
            if (!may_resend(wire, outcome)) return judged(wire, std::move(outcome));
            first_was_sent = outcome.sent;
            metrics_.resent.add();
        }
        auto fresh = dialer_.dial(wire, patience);
        if (!fresh) return after_first_try(wire, fresh.error().in(wire.name), first_was_sent);
        auto result = judged(wire, exchange(wire, *std::move(fresh), patience, body_limit, sink));
        if (!result) return after_first_try(wire, result.error(), first_was_sent);
        return result;
    }

    Outcome exchange(const WireRequest& wire, std::unique_ptr<net::Connection> connection,
                     const net::Patience& patience, std::optional<std::size_t> body_limit,
                     net::ReplySink& sink) {
        net::Exchange exchange(connection->transport(), connection->buffer(), patience, options_.limits,
                               body_limit, sink);
        auto outcome = exchange.run({wire.head, wire.body, wire.is_head});
        if (outcome.reusable) {
            const auto now = patience.now();
            pool_.give(wire.key, std::move(connection), now, now + *outcome.reusable);
        }
        return outcome;
    }

    static Result<Outcome> judged(const WireRequest& wire, Outcome outcome) {
        if (outcome.end == End::finished || outcome.end == End::stopped) return outcome;
        return fault_of(wire, outcome);
    }

    const Options options_;
    const Clock& clock_;
    net::ClientMetrics metrics_;
    net::Dialer dialer_;
    net::Pool pool_;
};

Result<std::unique_ptr<BeastClient>> BeastClient::make(Options options, const Clock& clock,
                                                       Metrics& metrics) {
    auto tls = net::Tls::make(options.ca_file);
    if (!tls) return tls.error();
    if (options.user_agent.empty()) options.user_agent = "maillon/" MAILLON_VERSION;
    if (!options.resolve) options.resolve = system_resolve();
    auto core = std::make_unique<Core>(std::move(options), *std::move(tls), clock, metrics);
    return std::unique_ptr<BeastClient>(new BeastClient(std::move(core)));
}

BeastClient::BeastClient(std::unique_ptr<Core> core) : core_(std::move(core)) {}
BeastClient::~BeastClient() = default;

Result<HttpReply> BeastClient::send(const ClientRequest& request, SteadyPoint deadline,
                                    const Cancel& cancel) {
    WholeReply whole;
    const auto end = core_->call(request, deadline, cancel, core_->body_limit(), whole);
    if (!end) return end.error();
    return std::move(whole.reply);
}

Result<StreamEnd> BeastClient::open(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel,
                                    const OnHead& on_head, const OnChunk& on_chunk) {
    Listener listener(on_head, on_chunk);
    return core_->call(request, deadline, cancel, std::nullopt, listener);
}

void BeastClient::close_idle() {
    core_->close_idle();
}

}  // namespace maillon
