#pragma once
#include "maillon/sdk/values.hpp"

namespace maillon {
inline namespace sdk1 {

/// A whole HTTP reply.
struct Response {
    std::uint32_t status = 0;
    Headers headers{};
    std::string body{};

    std::string_view header(std::string_view name) const {
        for (const auto& [key, value] : headers) {
            if (detail::same_name(key, name)) return value;
        }
        return {};
    }
    bool ok() const { return status >= 200 && status < 300; }
    /// The body as JSON; throws Failure(retry) when it is none: a proxy's HTML page is a passing fault.
    json::value json() const {
        auto value = parsed_json(body);
        if (!value)
            throw Failure(Code::retry, "the answer (HTTP " + std::to_string(status) + ") is not JSON");
        return std::move(*value);
    }
    /// Retry-After in milliseconds when it is given in seconds; 0 otherwise.
    std::uint64_t retry_after_ms() const {
        std::uint64_t seconds = 0;
        for (const char c : header("Retry-After")) {
            if (c < '0' || c > '9' || seconds > 86'400 * 365) return 0;
            seconds = seconds * 10 + static_cast<std::uint64_t>(c - '0');
        }
        return seconds * 1000;
    }
};

struct Request {
    std::string method = "GET";
    std::string url{};
    Headers headers{};
    std::string body{};
};

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The services of the host, found once. Copies are cheap and valid until the instance is destroyed.
/// Thread-safe, but see abi.h for the services that are bound to a lane.
class Host {
public:
    explicit Host(const maillon_host* host)
        : host_(host),
          log_(find<maillon_log>(MAILLON_LOG)),
          metrics_(find<maillon_metrics>(MAILLON_METRICS)),
          clock_(find<maillon_clock>(MAILLON_CLOCK)),
          secrets_(find<maillon_secrets>(MAILLON_SECRETS)),
          state_(find<maillon_state>(MAILLON_STATE)),
          http_(find<maillon_http>(MAILLON_HTTP)),
          endpoint_(find<maillon_endpoint>(MAILLON_ENDPOINT)),
          budget_(find<maillon_budget>(MAILLON_BUDGET)) {}

    std::string_view instance() const { return view(host_->instance_name); }
    bool cancelled() const { return host_->cancelled(host_) != 0; }

    void info(std::string_view message, Fields fields = {}) const {
        write(MAILLON_LOG_INFO, message, fields);
    }
    void warn(std::string_view message, Fields fields = {}) const {
        write(MAILLON_LOG_WARNING, message, fields);
    }
    void error(std::string_view message, Fields fields = {}) const {
        write(MAILLON_LOG_ERROR, message, fields);
    }
    void debug(std::string_view message, Fields fields = {}) const {
        write(MAILLON_LOG_DEBUG, message, fields);
    }
    void count(std::string_view metric, double delta = 1, Fields labels = {}) const {
        if (!metrics_) return;
        const auto attrs = attributes(labels);
        metrics_->add(host_, str(metric), delta, attrs.data(), attrs.size());
    }

    std::int64_t now_ms() const { return need(clock_, MAILLON_CLOCK)->now_ms(host_); }
    std::uint64_t monotonic_ms() const { return need(clock_, MAILLON_CLOCK)->monotonic_ms(host_); }
    /// Throws Failure(cancelled) when the instance is being stopped.
    void sleep(std::uint64_t ms) const {
        need(clock_, MAILLON_CLOCK);
        if (clock_->sleep_until(host_, monotonic_ms() + ms) != MAILLON_OK)
            throw Failure(Code::cancelled, "stopping");
    }

    /// The secret's value now; throws Failure(config) when there is none. Never keep it longer than needed.
    std::string secret(std::string_view name) const {
        std::string value;
        const auto status = need(secrets_, MAILLON_SECRETS)->get(host_, str(name), &append, &value);
        if (status != MAILLON_OK)
            throw Failure(Code::config, "the secret '" + std::string(name) +
                                            "' is not there or may not be read; the log says which");
        return value;
    }
    void store_secret(std::string_view name, std::string_view value) const {
        if (need(secrets_, MAILLON_SECRETS)->put(host_, str(name), str(value)) != MAILLON_OK) {
            throw Failure(Code::retry, "the secret '" + std::string(name) + "' could not be stored");
        }
    }

    std::optional<std::string> state(std::string_view key) const {
        std::pair<bool, std::string> found{false, {}};
        const auto take = [](void* user, maillon_str value) {
            *static_cast<std::pair<bool, std::string>*>(user) = {true, std::string(view(value))};
        };
        if (need(state_, MAILLON_STATE)->get(host_, str(key), take, &found) != MAILLON_OK) {
            throw Failure(Code::retry, "the state '" + std::string(key) + "' could not be read");
        }
        return found.first ? std::optional(std::move(found.second)) : std::nullopt;
    }
    void set_state(std::string_view key, std::string_view value) const {
        if (need(state_, MAILLON_STATE)->put(host_, str(key), str(value), nullptr) != MAILLON_OK) {
            throw Failure(Code::retry, "the state '" + std::string(key) + "' could not be stored");
        }
    }
    /// Sets the state only where it still is `expected`, "" for absent: what two lanes change, neither loses.
    /// False when another value is there.
    bool set_state_if(std::string_view key, std::string_view expected, std::string_view value) const {
        const auto want = str(expected);
        const auto status = need(state_, MAILLON_STATE)->put(host_, str(key), str(value), &want);
        if (status != MAILLON_OK && status != MAILLON_CONFLICT)
            throw Failure(Code::retry, "the state '" + std::string(key) + "' could not be stored");
        return status == MAILLON_OK;
    }

    /// Public address of this instance's webhook.
    std::string endpoint(std::string_view path = {}) const {
        std::string url;
        if (need(endpoint_, MAILLON_ENDPOINT)->url(host_, str(path), &append, &url) != MAILLON_OK) {
            throw Failure(Code::config, "set hub.public_url: services must be able to call this hub");
        }
        return url;
    }

    void budget(std::string_view scope, double used, double limit, std::int64_t reset_ms) const {
        if (budget_) budget_->report(host_, str(scope), used, limit, reset_ms);
    }

    /// A whole exchange, whatever its HTTP status. Throws Failure: retry = surely not sent, in_doubt = sent
    /// without a whole answer.
    Response send(const Request& request, Deadline deadline) const {
        Response response;
        const maillon_http_reply reply{sizeof(maillon_http_reply), &response, &Host::take_reply};
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        const auto headers = attributes(request.headers);
        const auto message = message_of(request, headers);
        const auto status = need(http_, MAILLON_HTTP)->send(host_, &message, deadline.ms, &reply, &error);
        if (status != MAILLON_OK)
            throw Failure(static_cast<Code>(status), error.detail, error.retry_after_ms);
        return response;
    }
    /// A stream; `on_chunk` returns false to end it. Returns the head. Throws as `send` does; unsupported =
    /// this host does not stream.
    Response open(const Request& request, Deadline deadline,
                  const std::function<bool(std::string_view)>& on_chunk) const {
        Response response;
        const maillon_http_reply reply{sizeof(maillon_http_reply), &response, &Host::take_reply};
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        const auto headers = attributes(request.headers);
        const auto message = message_of(request, headers);
        const auto piece = [](void* user, maillon_str chunk) -> std::int32_t {
            return (*static_cast<const std::function<bool(std::string_view)>*>(user))(view(chunk)) ? 0 : 1;
        };
        auto* user = const_cast<std::function<bool(std::string_view)>*>(&on_chunk);
        if (!MAILLON_HAS(need(http_, MAILLON_HTTP), maillon_http, open) || !http_->open)
            throw Failure(Code::unsupported, "this host cannot stream answers");
        const auto status =
            need(http_, MAILLON_HTTP)->open(host_, &message, deadline.ms, &reply, piece, user, &error);
        if (status != MAILLON_OK)
            throw Failure(static_cast<Code>(status), error.detail, error.retry_after_ms);
        return response;
    }

private:
    template <class Service>
    const Service* find(const char* id) const {
        return static_cast<const Service*>(host_->service(host_, id));
    }
    template <class Service>
    static const Service* need(const Service* service, const char* id) {
        if (!service) throw Failure(Code::unsupported, std::string("this host offers no ") + id);
        return service;
    }
    static void append(void* user, maillon_str value) {
        static_cast<std::string*>(user)->append(view(value));
    }
    static void take_reply(void* ctx, const maillon_http_message* message) {
        auto& response = *static_cast<Response*>(ctx);
        response.status = message->http_status;
        response.body = view(message->body);
        for (std::size_t i = 0; i < message->header_count; ++i) {
            response.headers.emplace_back(view(message->headers[i].name), view(message->headers[i].value));
        }
    }
    template <class Pairs>
    static std::vector<maillon_attr> attributes(const Pairs& pairs) {
        std::vector<maillon_attr> out;
        for (const auto& [name, value] : pairs) out.push_back({str(name), str(value)});
        return out;
    }
    static maillon_http_message message_of(const Request& request, const std::vector<maillon_attr>& headers) {
        return {sizeof(maillon_http_message),
                0,
                str(request.method),
                str(request.url),
                str(request.body),
                headers.data(),
                headers.size()};
    }
    void write(std::int32_t level, std::string_view message, Fields fields) const {
        if (!log_) return;
        const auto attrs = attributes(fields);
        log_->write(host_, level, str(message), attrs.data(), attrs.size());
    }

    const maillon_host* host_;
    const maillon_log* log_;
    const maillon_metrics* metrics_;
    const maillon_clock* clock_;
    const maillon_secrets* secrets_;
    const maillon_state* state_;
    const maillon_http* http_;
    const maillon_endpoint* endpoint_;
    const maillon_budget* budget_;
};

}  // namespace sdk1
}  // namespace maillon
