#pragma once
// Tests of a plug-in need no hub and no network: a host that is scripted, and a driver that calls the plug-in
// through its C tables.
#include "maillon/sdk.hpp"

#include <deque>
#include <map>
#include <mutex>
#include <set>

namespace maillon::testkit {

/// A request that the plug-in made.
struct Sent {
    std::string method, url, body;
    Headers headers;
    std::string_view header(std::string_view name) const {
        for (const auto& [key, value] : headers) {
            if (sdk1::detail::same_name(key, name)) return value;
        }
        return {};
    }
    json::value json() const { return json::parse(body); }
};

/// What the script answers: a reply, or a failure of the transport (`transport` other than ok).
struct Scripted {
    std::uint32_t status = 200;
    std::string body{};
    Headers headers{};
    Code transport = Code::ok;
};

struct LogLine {
    std::int32_t level;
    std::string message;
    std::map<std::string, std::string> fields;
};

/// A scripted host for one instance: a clock that is set by the test, secrets, state, and HTTP answers,
/// either queued in order
/// (`answer`) or computed (`on_http`). Lives until the instance is destroyed. Services are thread-safe;
/// set-up is not.
class FakeHost {
public:
    explicit FakeHost(std::string instance = "test") : instance_(std::move(instance)) {
        host_ = {sizeof(maillon_host), MAILLON_ABI_MINOR,      this, str(instance_), str("0.0.0-testkit"),
                 &FakeHost::service,   &FakeHost::is_cancelled};
    }
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    const maillon_host* host() const { return &host_; }

    std::int64_t now_ms = 1'789'375'964'000;
    std::uint64_t monotonic_ms = 1'000;
    bool cancelled = false;
    std::string public_url = "https://hub.example.org/hooks/test";
    std::map<std::string, std::string> secrets;
    std::map<std::string, std::string> state;
    std::set<std::string> absent_services;  ///< ids that `service` answers with null
    std::function<Scripted(const Sent&)> on_http;
    std::vector<Sent> sent;
    std::vector<LogLine> log;
    std::map<std::string, double> metrics;  ///< sums by name, whatever the labels
    struct Budget {
        std::string scope;
        double used, limit;
        std::int64_t reset_ms;
    };
    std::vector<Budget> budgets;
    std::vector<std::uint64_t> slept_ms;

    FakeHost& answer(Scripted scripted) {
        answers_.push_back(std::move(scripted));
        return *this;
    }
    FakeHost& answer(std::uint32_t status, const json::value& body, Headers headers = {}) {
        return answer(Scripted{status, json::serialize(body), std::move(headers), Code::ok});
    }
    std::size_t unused_answers() const { return answers_.size(); }

private:
    static FakeHost& of(const maillon_host* host) { return *static_cast<FakeHost*>(host->ctx); }
    static std::int32_t is_cancelled(const maillon_host* host) { return of(host).cancelled ? 1 : 0; }

    static const void* service(const maillon_host* host, const char* id) {
        static constexpr maillon_log log{sizeof(maillon_log), &write};
        static constexpr maillon_metrics metrics{sizeof(maillon_metrics), &measure, &measure};
        static constexpr maillon_clock clock{
            sizeof(maillon_clock), [](const maillon_host* h) { return of(h).now_ms; },
            [](const maillon_host* h) { return of(h).monotonic_ms; }, &sleep_until};
        static constexpr maillon_secrets secrets{sizeof(maillon_secrets), &get_secret, &put_secret};
        static constexpr maillon_state state{sizeof(maillon_state), &get_state, &put_state};
        static constexpr maillon_http http{sizeof(maillon_http), &send, &open};
        static constexpr maillon_endpoint endpoint{sizeof(maillon_endpoint), &url};
        static constexpr maillon_budget budget{sizeof(maillon_budget), &report_budget};
        static const std::map<std::string_view, const void*> all{
            {MAILLON_LOG, &log},           {MAILLON_METRICS, &metrics}, {MAILLON_CLOCK, &clock},
            {MAILLON_SECRETS, &secrets},   {MAILLON_STATE, &state},     {MAILLON_HTTP, &http},
            {MAILLON_ENDPOINT, &endpoint}, {MAILLON_BUDGET, &budget}};
        if (of(host).absent_services.contains(id)) return nullptr;
        const auto found = all.find(id);
        return found == all.end() ? nullptr : found->second;
    }
    static void write(const maillon_host* host, std::int32_t level, maillon_str message,
                      const maillon_attr* attrs, std::size_t count) {
        LogLine line{level, std::string(view(message)), {}};
        for (std::size_t i = 0; i < count; ++i)
            line.fields.emplace(view(attrs[i].name), view(attrs[i].value));
        const std::scoped_lock lock(of(host).mutex_);
        of(host).log.push_back(std::move(line));
    }
    static void measure(const maillon_host* host, maillon_str name, double value, const maillon_attr*,
                        std::size_t) {
        const std::scoped_lock lock(of(host).mutex_);
        of(host).metrics[std::string(view(name))] += value;
    }
    static maillon_status sleep_until(const maillon_host* host, std::uint64_t until) {
        auto& self = of(host);
        const std::scoped_lock lock(self.mutex_);
        const auto gone = until > self.monotonic_ms ? until - self.monotonic_ms : 0;
        self.slept_ms.push_back(gone);
        self.monotonic_ms += gone;
        self.now_ms += static_cast<std::int64_t>(gone);
        return self.cancelled ? MAILLON_CANCELLED : MAILLON_OK;
    }
    static maillon_status get_secret(const maillon_host* host, maillon_str name, maillon_bytes_fn* give,
                                     void* user) {
        const std::scoped_lock lock(of(host).mutex_);
        const auto found = of(host).secrets.find(std::string(view(name)));
        if (found == of(host).secrets.end()) return MAILLON_CONFIG;
        give(user, str(found->second));
        return MAILLON_OK;
    }
    static maillon_status put_secret(const maillon_host* host, maillon_str name, maillon_str value) {
        const std::scoped_lock lock(of(host).mutex_);
        of(host).secrets[std::string(view(name))] = view(value);
        return MAILLON_OK;
    }
    static maillon_status get_state(const maillon_host* host, maillon_str key, maillon_bytes_fn* give,
                                    void* user) {
        const std::scoped_lock lock(of(host).mutex_);
        const auto found = of(host).state.find(std::string(view(key)));
        if (found != of(host).state.end()) give(user, str(found->second));
        return MAILLON_OK;
    }
    static maillon_status put_state(const maillon_host* host, maillon_str key, maillon_str value,
                                    const maillon_str* expected) {
        const std::scoped_lock lock(of(host).mutex_);
        auto& all = of(host).state;
        const auto there = all.find(std::string(view(key)));
        const std::optional<std::string_view> present =
            there == all.end() ? std::nullopt : std::optional<std::string_view>(there->second);
        const bool wants_absent = expected && expected->len == 0;
        if (expected && present != (wants_absent ? std::nullopt : std::optional(view(*expected))))
            return MAILLON_CONFLICT;
        all[std::string(view(key))] = view(value);
        return MAILLON_OK;
    }
    static maillon_status url(const maillon_host* host, maillon_str path, maillon_bytes_fn* give,
                              void* user) {
        const std::string whole = of(host).public_url + std::string(view(path));
        give(user, str(whole));
        return MAILLON_OK;
    }
    static void report_budget(const maillon_host* host, maillon_str scope, double used, double limit,
                              std::int64_t reset_ms) {
        const std::scoped_lock lock(of(host).mutex_);
        of(host).budgets.push_back({std::string(view(scope)), used, limit, reset_ms});
    }

    Scripted next(const maillon_http_message* request) {
        Sent made{std::string(view(request->method)),
                  std::string(view(request->url)),
                  std::string(view(request->body)),
                  {}};
        for (std::size_t i = 0; i < request->header_count; ++i) {
            made.headers.emplace_back(view(request->headers[i].name), view(request->headers[i].value));
        }
        const std::scoped_lock lock(mutex_);
        sent.push_back(made);
        if (!answers_.empty()) {
            auto first = std::move(answers_.front());
            answers_.pop_front();
            return first;
        }
        if (on_http) return on_http(made);
        return {0, "the script has no answer for " + made.method + " " + made.url, {}, Code::internal};
    }
    static maillon_status send(const maillon_host* host, const maillon_http_message* request, std::uint64_t,
                               const maillon_http_reply* reply, maillon_error* error) {
        const auto scripted = of(host).next(request);
        if (scripted.transport != Code::ok)
            return sdk1::detail::put_error(error, scripted.transport, "scripted: " + scripted.body, 0);
        give(reply, scripted, scripted.body);
        return MAILLON_OK;
    }
    static maillon_status open(const maillon_host* host, const maillon_http_message* request, std::uint64_t,
                               const maillon_http_reply* reply, std::int32_t (*on_chunk)(void*, maillon_str),
                               void* user, maillon_error* error) {
        const auto scripted = of(host).next(request);
        if (scripted.transport != Code::ok)
            return sdk1::detail::put_error(error, scripted.transport, "scripted: " + scripted.body, 0);
        give(reply, scripted, {});
        // In pieces of seven bytes, so that no test passes by the luck of whole lines.
        for (std::size_t i = 0; i < scripted.body.size(); i += 7) {
            if (on_chunk(user, str(std::string_view(scripted.body).substr(i, 7))) != 0) break;
        }
        return MAILLON_OK;
    }
    static void give(const maillon_http_reply* reply, const Scripted& scripted, std::string_view body) {
        std::vector<maillon_attr> headers;
        for (const auto& [name, value] : scripted.headers) headers.push_back({str(name), str(value)});
        const maillon_http_message message{
            sizeof(maillon_http_message), scripted.status, {}, {}, str(body), headers.data(), headers.size()};
        reply->set(reply->ctx, &message);
    }

    std::string instance_;
    maillon_host host_{};
    std::mutex mutex_;
    std::deque<Scripted> answers_;
};

/// An event that the plug-in emitted.
struct Emitted {
    std::string id, type, key;
    json::value data;
    std::int64_t time_ms;
    std::map<std::string, std::string> attributes;
};

struct Polled {
    maillon_status status;
    std::string detail;
    std::uint64_t retry_after_ms;
    std::vector<Emitted> events;
    std::string cursor;  ///< the last cursor emitted, else the one given
    std::uint64_t next_poll_ms;
    bool complete;  ///< of a directory read
};
struct Received {
    maillon_status status;
    std::string detail;
    std::vector<Emitted> events;
    std::uint32_t http_status;
    std::string body;
};
struct Delivered {
    maillon_status status;
    std::string detail;
    std::vector<std::optional<Outcome>> outcomes;  ///< by index; nothing = not reported
};

/// One call as a test writes it.
struct TestCall {
    std::string operation;
    json::object arguments;
    std::string idempotency_key = "evt-1/route/step";
    std::uint32_t attempt = 1;
    std::string key = "thread-1";
    std::int64_t time_ms = 1'789'375'964'000;  ///< when it was first wanted
};

/// One instance of a connector of this module, driven through its C tables. Destroys it at the end.
class Driver {
public:
    /// Throws Failure when `create` refuses. Defaults of the schema are filled in as the host does.
    Driver(FakeHost& host, json::object config, const maillon_module* module = maillon_module_entry(),
           std::size_t index = 0)
        : connector_(*module->connectors[index]) {
        fill_defaults(config);
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        const auto text = json::serialize(config);
        const auto status = connector_.create(host.host(), str(text), &instance_, &error);
        if (status != MAILLON_OK) throw Failure(static_cast<Code>(status), error.detail);
    }
    ~Driver() {
        if (instance_) connector_.destroy(instance_);
    }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    const maillon_connector& connector() const { return connector_; }
    json::object operations() const { return json::parse(view(connector_.operations_schema)).as_object(); }

    Outcome connect() {
        return plain([&](maillon_error* e) { return connector_.connect(instance_, 60'000, e); });
    }
    Outcome check() {
        return plain([&](maillon_error* e) { return connector_.check(instance_, 60'000, e); });
    }

    Polled poll(std::string_view cursor = {}, std::uint32_t max_events = 500) {
        Collector to{{}, std::string(cursor)};
        std::uint64_t next = 0;
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        const auto emitter = to.emitter();
        const auto status =
            connector_.source->poll(instance_, str(cursor), max_events, 60'000, &emitter, &next, &error);
        return {status, error.detail, error.retry_after_ms, std::move(to.events), std::move(to.cursor),
                next,   false};
    }
    Polled read_directory(std::string_view module, const json::array& fields, std::string_view cursor = {},
                          std::uint32_t max_records = 200) {
        const auto* table = static_cast<const maillon_directory*>(connector_.extension(MAILLON_DIRECTORY));
        Collector to{{}, std::string(cursor)};
        std::uint32_t complete = 0;
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        const auto emitter = to.emitter();
        const auto names = json::serialize(fields);
        const auto status = table->read(instance_, str(module), str(names), str(cursor), max_records, 60'000,
                                        &emitter, &complete, &error);
        return {status, error.detail, error.retry_after_ms, std::move(to.events), std::move(to.cursor),
                0,      complete != 0};
    }
    Received receive(std::string_view method, std::string_view url, std::string_view body = {},
                     const Headers& headers = {}) {
        Collector to;
        std::vector<maillon_attr> attrs;
        for (const auto& [name, value] : headers) attrs.push_back({str(name), str(value)});
        const maillon_http_message request{
            sizeof(maillon_http_message), 0, str(method), str(url), str(body), attrs.data(), attrs.size()};
        Received out{0, {}, {}, 200, {}};
        const maillon_http_reply reply{sizeof(maillon_http_reply), &out,
                                       [](void* ctx, const maillon_http_message* message) {
                                           static_cast<Received*>(ctx)->http_status = message->http_status;
                                           static_cast<Received*>(ctx)->body = view(message->body);
                                       }};
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        const auto emitter = to.emitter();
        out.status = connector_.source->receive(instance_, &request, &emitter, &reply, &error);
        out.detail = error.detail;
        out.events = std::move(to.events);
        return out;
    }
    Delivered deliver(const std::vector<TestCall>& calls) {
        return batch(calls, [&](const maillon_batch* b, const maillon_reporter* r, maillon_error* e) {
            return connector_.sink->deliver(instance_, b, r, e);
        });
    }
    Delivered reconcile(const std::vector<TestCall>& calls) {
        const auto* table = static_cast<const maillon_reconcile*>(connector_.extension(MAILLON_RECONCILE));
        return batch(calls, [&](const maillon_batch* b, const maillon_reporter* r, maillon_error* e) {
            return table->reconcile(instance_, b, r, e);
        });
    }
    /// The processor's answer to each body.
    Delivered process(const std::vector<json::object>& bodies) {
        std::vector<TestCall> events;
        for (const auto& body : bodies) events.push_back({"message.received", body});
        return batch(events, [&](const maillon_batch* b, const maillon_reporter* r, maillon_error* e) {
            Collector to;
            const auto emitter = to.emitter();
            return connector_.processor->process(instance_, b, &emitter, r, e);
        });
    }

private:
    struct Collector {
        std::vector<Emitted> events{};
        std::string cursor{};

        maillon_emitter emitter() { return {sizeof(maillon_emitter), this, &Collector::emit}; }
        static maillon_status emit(void* ctx, const maillon_batch* batch, std::uint32_t, maillon_str cursor) {
            auto& self = *static_cast<Collector*>(ctx);
            for (std::size_t i = 0; i < batch->count; ++i) {
                const auto& e = *reinterpret_cast<const maillon_event*>(
                    static_cast<const char*>(batch->events) + i * batch->event_stride);
                Emitted out{std::string(view(e.id)),
                            std::string(view(e.type)),
                            std::string(view(e.key)),
                            json::parse(json::string_view(e.data.ptr, e.data.len)),
                            e.time_ms,
                            {}};
                for (std::size_t k = 0; k < e.attr_count; ++k)
                    out.attributes.emplace(view(e.attrs[k].name), view(e.attrs[k].value));
                self.events.push_back(std::move(out));
            }
            if (cursor.len > 0) self.cursor = view(cursor);
            return MAILLON_OK;
        }
    };

    template <class Call>
    static Outcome plain(Call&& call) {
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        const auto status = call(&error);
        return fail(static_cast<Code>(status), error.detail, error.retry_after_ms);
    }

    template <class Work>
    static Delivered batch(const std::vector<TestCall>& calls, Work&& work) {
        std::vector<std::string> bodies;
        std::vector<maillon_event> events;
        bodies.reserve(calls.size());
        for (const auto& call : calls) {
            bodies.push_back(json::serialize(call.arguments));
            events.push_back({sizeof(maillon_event), call.attempt, str(call.idempotency_key),
                              str(call.idempotency_key), str(call.operation), str(call.key),
                              str(bodies.back()), call.time_ms, nullptr, 0});
        }
        Delivered out{0, {}, std::vector<std::optional<Outcome>>(calls.size())};
        const maillon_batch batch{sizeof(maillon_batch), sizeof(maillon_event), events.data(), events.size(),
                                  60'000};
        const maillon_reporter reporter{
            sizeof(maillon_reporter), &out, [](void* ctx, std::size_t index, const maillon_result* result) {
                auto& outcome = static_cast<Delivered*>(ctx)->outcomes.at(index);
                outcome = Outcome{static_cast<Code>(result->status),
                                  std::string(view(result->remote_id)),
                                  std::string(view(result->remote_revision)),
                                  std::string(view(result->detail)),
                                  result->value.len > 0
                                      ? json::parse(json::string_view(result->value.ptr, result->value.len))
                                      : json::value(),
                                  result->retry_after_ms};
            }};
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        out.status = work(&batch, &reporter, &error);
        out.detail = error.detail;
        return out;
    }

    void fill_defaults(json::object& config) const {
        const auto schema = json::parse(view(connector_.config_schema)).as_object();
        for (const auto& [name, field] : schema.at("properties").as_object()) {
            const auto* fallback = field.as_object().if_contains("default");
            if (fallback && !config.contains(name)) config[name] = *fallback;
        }
    }

    const maillon_connector& connector_;
    maillon_instance* instance_ = nullptr;
};

}  // namespace maillon::testkit
