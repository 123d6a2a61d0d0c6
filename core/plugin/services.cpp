#include "core/plugin/services.h"

#include "core/net/cancel.h"
#include "maillon/abi.h"

#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>

namespace maillon::plugin {
namespace {

std::string_view view(maillon_str s) {
    return s.len == 0 ? std::string_view{} : std::string_view{s.ptr, s.len};
}
maillon_str str(std::string_view s) {
    return {s.data(), s.size()};
}

maillon_status to_c(const Fault& fault, maillon_error* error) {
    if (error) {
        error->status = static_cast<maillon_status>(fault.kind);
        error->retry_after_ms =
            fault.retry_after ? static_cast<std::uint64_t>(fault.retry_after->count()) : 0;
        const std::size_t size = std::min(fault.what.size(), sizeof(error->detail) - 1);
        std::memcpy(error->detail, fault.what.data(), size);
        error->detail[size] = '\0';
    }
    return static_cast<maillon_status>(fault.kind);
}

}  // namespace

struct HostTable::Parts {
    explicit Parts(Services s) : services(std::move(s)) {
        host = {sizeof(maillon_host), MAILLON_ABI_MINOR, this,         str(services.instance),
                str("0.1.0"),         &service,          &is_cancelled};
    }

    static Parts& of(const maillon_host* h) { return *static_cast<Parts*>(h->ctx); }
    static std::int32_t is_cancelled(const maillon_host* h) { return of(h).cancel.is_cancelled() ? 1 : 0; }
    static const void* service(const maillon_host* h, const char* id);

    static void write(const maillon_host*, std::int32_t, maillon_str, const maillon_attr*, std::size_t);
    static void add(const maillon_host*, maillon_str, double, const maillon_attr*, std::size_t);
    static void observe(const maillon_host*, maillon_str, double, const maillon_attr*, std::size_t);
    static maillon_status sleep_until(const maillon_host*, std::uint64_t);
    static maillon_status get_secret(const maillon_host*, maillon_str, maillon_bytes_fn*, void*);
    static maillon_status put_secret(const maillon_host*, maillon_str, maillon_str);
    static maillon_status get_state(const maillon_host*, maillon_str, maillon_bytes_fn*, void*);
    static maillon_status put_state(const maillon_host*, maillon_str, maillon_str, const maillon_str*);
    static maillon_status send(const maillon_host*, const maillon_http_message*, std::uint64_t,
                               const maillon_http_reply*, maillon_error*);
    static maillon_status open(const maillon_host*, const maillon_http_message*, std::uint64_t,
                               const maillon_http_reply*, std::int32_t (*)(void*, maillon_str), void*,
                               maillon_error*);
    static maillon_status url(const maillon_host*, maillon_str, maillon_bytes_fn*, void*);
    static void budget(const maillon_host*, maillon_str, double, double, std::int64_t);

    Labels labels(const maillon_attr* attrs, std::size_t count) const {
        Labels out{{"connector", services.instance}};
        for (std::size_t i = 0; i < count; ++i) out.emplace_back(view(attrs[i].name), view(attrs[i].value));
        return out;
    }

    Services services;
    maillon_host host{};
    Cancel cancel;
    std::mutex mutex;
    std::condition_variable wake;
};

const void* HostTable::Parts::service(const maillon_host*, const char* id) {
    static constexpr maillon_log log{sizeof(maillon_log), &write};
    static constexpr maillon_metrics metrics{sizeof(maillon_metrics), &add, &observe};
    static constexpr maillon_clock clock{
        sizeof(maillon_clock), [](const maillon_host* h) { return millis(of(h).services.clock.now()); },
        [](const maillon_host* h) {
            return static_cast<std::uint64_t>(of(h).services.clock.steady().time_since_epoch().count());
        },
        &sleep_until};
    static constexpr maillon_secrets secrets{sizeof(maillon_secrets), &get_secret, &put_secret};
    static constexpr maillon_state state{sizeof(maillon_state), &get_state, &put_state};
    static constexpr maillon_http http{sizeof(maillon_http), &send, &open};
    static constexpr maillon_endpoint endpoint{sizeof(maillon_endpoint), &url};
    static constexpr maillon_budget budgets{sizeof(maillon_budget), &budget};
    static const std::map<std::string_view, const void*> all{
        {MAILLON_LOG, &log},           {MAILLON_METRICS, &metrics}, {MAILLON_CLOCK, &clock},
        {MAILLON_SECRETS, &secrets},   {MAILLON_STATE, &state},     {MAILLON_HTTP, &http},
        {MAILLON_ENDPOINT, &endpoint}, {MAILLON_BUDGET, &budgets}};
    const auto found = all.find(id);
    return found == all.end() ? nullptr : found->second;
}

void HostTable::Parts::write(const maillon_host* h, std::int32_t level, maillon_str message,
                             const maillon_attr* attrs, std::size_t count) {
    const auto known = static_cast<LogLevel>(std::clamp<std::int32_t>(level, 0, 3));
    auto& self = of(h);
    if (!self.services.log.takes(known)) return;
    std::vector<LogField> fields{{"instance", std::string_view(self.services.instance)},
                                 {"message", view(message)}};
    for (std::size_t i = 0; i < count; ++i) fields.emplace_back(view(attrs[i].name), view(attrs[i].value));
    self.services.log.write(known, "plugin.says", fields);
}

void HostTable::Parts::add(const maillon_host* h, maillon_str name, double delta, const maillon_attr* attrs,
                           std::size_t count) {
    auto& self = of(h);
    self.services.metrics.counter(view(name), "Counted by a plug-in.", self.labels(attrs, count)).add(delta);
}

void HostTable::Parts::observe(const maillon_host* h, maillon_str name, double value,
                               const maillon_attr* attrs, std::size_t count) {
    auto& self = of(h);
    self.services.metrics
        .histogram(view(name), "Observed by a plug-in.", seconds_buckets(), self.labels(attrs, count))
        .observe(value);
}

maillon_status HostTable::Parts::sleep_until(const maillon_host* h, std::uint64_t monotonic_ms) {
    auto& self = of(h);
    const auto until = SteadyPoint{std::chrono::milliseconds{static_cast<std::int64_t>(monotonic_ms)}};
    std::unique_lock lock(self.mutex);
    while (!self.cancel.is_cancelled()) {
        const auto left = until - self.services.clock.steady();
        if (left.count() <= 0) return MAILLON_OK;
        self.wake.wait_for(lock, left);
    }
    return MAILLON_CANCELLED;
}

maillon_status HostTable::Parts::get_secret(const maillon_host* h, maillon_str name, maillon_bytes_fn* give,
                                            void* user) {
    const auto value = of(h).services.get_secret(view(name));
    if (!value) {
        of(h).services.log.warning("plugin.secret_missing",
                                   {{"instance", of(h).services.instance}, {"reason", value.error().what}});
        return static_cast<maillon_status>(value.error().kind);
    }
    give(user, str(*value));
    return MAILLON_OK;
}

maillon_status HostTable::Parts::put_secret(const maillon_host* h, maillon_str name, maillon_str value) {
    const auto done = of(h).services.put_secret(view(name), view(value));
    if (done) return MAILLON_OK;
    of(h).services.log.error("plugin.secret_not_stored",
                             {{"instance", of(h).services.instance}, {"reason", done.error().what}});
    return static_cast<maillon_status>(done.error().kind);
}

maillon_status HostTable::Parts::get_state(const maillon_host* h, maillon_str key, maillon_bytes_fn* give,
                                           void* user) {
    const auto value = of(h).services.get_state(view(key));
    if (!value) return static_cast<maillon_status>(value.error().kind);
    if (*value) give(user, str(**value));
    return MAILLON_OK;
}

maillon_status HostTable::Parts::put_state(const maillon_host* h, maillon_str key, maillon_str value,
                                           const maillon_str* expected) {
    const auto want = expected ? std::optional(view(*expected)) : std::nullopt;
    const auto done = of(h).services.put_state(view(key), view(value), want);
    return done ? MAILLON_OK : static_cast<maillon_status>(done.error().kind);
}

namespace {

ClientRequest request_of(const maillon_http_message& message) {
    ClientRequest out{std::string(view(message.method)),
                      std::string(view(message.url)),
                      {},
                      std::string(view(message.body))};
    for (std::size_t i = 0; i < message.header_count; ++i) {
        out.headers.push_back(
            {std::string(view(message.headers[i].name)), std::string(view(message.headers[i].value))});
    }
    return out;
}

void give_reply(const maillon_http_reply* reply, int status, const HeaderList& headers,
                std::string_view body) {
    std::vector<maillon_attr> attrs;
    for (const auto& [name, value] : headers) attrs.push_back({str(name), str(value)});
    const maillon_http_message message{sizeof(maillon_http_message),
                                       static_cast<std::uint32_t>(status),
                                       {},
                                       {},
                                       str(body),
                                       attrs.data(),
                                       attrs.size()};
    reply->set(reply->ctx, &message);
}

SteadyPoint deadline_of(std::uint64_t ms) {
    return SteadyPoint{std::chrono::milliseconds{static_cast<std::int64_t>(ms)}};
}

}  // namespace

maillon_status HostTable::Parts::send(const maillon_host* h, const maillon_http_message* request,
                                      std::uint64_t deadline_ms, const maillon_http_reply* reply,
                                      maillon_error* error) {
    auto& self = of(h);
    auto answer = self.services.http.send(request_of(*request), deadline_of(deadline_ms), self.cancel);
    if (!answer) return to_c(answer.error(), error);
    give_reply(reply, answer->status, answer->headers, answer->body);
    return MAILLON_OK;
}

maillon_status HostTable::Parts::open(const maillon_host* h, const maillon_http_message* request,
                                      std::uint64_t deadline_ms, const maillon_http_reply* reply,
                                      std::int32_t (*on_chunk)(void*, maillon_str), void* user,
                                      maillon_error* error) {
    auto& self = of(h);
    const auto head = [&](const HttpHead& got) {
        give_reply(reply, got.status, got.headers, {});
        return HttpFlow::go_on;
    };
    const auto chunk = [&](std::string_view bytes) {
        return on_chunk(user, str(bytes)) == 0 ? HttpFlow::go_on : HttpFlow::stop;
    };
    auto end =
        self.services.http.open(request_of(*request), deadline_of(deadline_ms), self.cancel, head, chunk);
    return end ? MAILLON_OK : to_c(end.error(), error);
}

maillon_status HostTable::Parts::url(const maillon_host* h, maillon_str path, maillon_bytes_fn* give,
                                     void* user) {
    const auto address = of(h).services.endpoint(view(path));
    give(user, str(address));
    return MAILLON_OK;
}

void HostTable::Parts::budget(const maillon_host* h, maillon_str scope, double used, double limit,
                              std::int64_t reset_ms) {
    of(h).services.on_budget({std::string(view(scope)), used, limit, from_millis(reset_ms)});
}

HostTable::HostTable(Services services) : parts_(std::make_unique<Parts>(std::move(services))) {}
HostTable::~HostTable() = default;

const maillon_host* HostTable::host() const {
    return &parts_->host;
}

void HostTable::cancel() {
    parts_->cancel.cancel();
    const std::scoped_lock lock(parts_->mutex);
    parts_->wake.notify_all();
}

}  // namespace maillon::plugin
