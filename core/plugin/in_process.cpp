#include "core/plugin/in_process.h"

#include "core/observe/json_text.h"
#include "maillon/abi.h"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace maillon::plugin {
namespace {

std::string text(maillon_str s) {
    return s.len == 0 ? std::string() : std::string(s.ptr, s.len);
}
maillon_str str(std::string_view s) {
    return {s.data(), s.size()};
}

/// A reason is kept with every try, letter and line of the log: enough for a sentence, not for a service's
/// page.
constexpr std::size_t kLongestDetail = 2'000;
/// Longer than any service asks for, and so short that every clock can be moved by it.
constexpr std::uint64_t kLongestPauseMs = 366ull * 24 * 3600 * 1000;

/// A status that this ABI does not know is the plug-in's mistake.
Fault fault_of(maillon_status status, std::string detail, std::uint64_t retry_after_ms) {
    const bool known = status >= MAILLON_RETRY && status <= MAILLON_IN_DOUBT;
    if (!known) detail = "unknown status " + std::to_string(status) + " " + detail;
    detail = cut_utf8(make_utf8(detail), kLongestDetail);
    Fault out{known ? static_cast<FaultKind>(status) : FaultKind::internal, std::move(detail), {}};
    if (retry_after_ms > 0)
        out.retry_after =
            std::chrono::milliseconds{static_cast<std::int64_t>(std::min(retry_after_ms, kLongestPauseMs))};
    return out;
}
Fault fault_of(maillon_status status, const maillon_error& error) {
    return fault_of(status, std::string(error.detail, strnlen(error.detail, sizeof(error.detail))),
                    error.retry_after_ms);
}

maillon_error no_error() {
    maillon_error error{};
    error.struct_size = sizeof(error);
    return error;
}

std::uint64_t ms_of(SteadyPoint t) {
    return static_cast<std::uint64_t>(t.time_since_epoch().count());
}

struct Collector {
    std::vector<RawEvent> events;
    std::optional<std::string> cursor;

    maillon_emitter emitter() { return {sizeof(maillon_emitter), this, &emit}; }

    static maillon_status emit(void* ctx, const maillon_batch* batch, std::uint32_t, maillon_str cursor) {
        auto& self = *static_cast<Collector*>(ctx);
        for (std::size_t i = 0; i < batch->count; ++i) {
            const auto* at = static_cast<const char*>(batch->events) + i * batch->event_stride;
            self.events.push_back(event_of(*reinterpret_cast<const maillon_event*>(at)));
        }
        if (cursor.len > 0) self.cursor = text(cursor);
        return MAILLON_OK;
    }
    static RawEvent event_of(const maillon_event& e) {
        RawEvent out{text(e.id), text(e.type), text(e.key), text(e.data), {}, {}, e.time_ms};
        for (std::size_t i = 0; i < e.attr_count; ++i) {
            const std::string name = text(e.attrs[i].name);
            if (name == "subject") out.subject = text(e.attrs[i].value);
            if (name == "origin") out.origin = text(e.attrs[i].value);
        }
        return out;
    }
};

struct Reports {
    std::vector<std::optional<CallReport>> all;

    maillon_reporter reporter() { return {sizeof(maillon_reporter), this, &take}; }

    static void take(void* ctx, std::size_t index, const maillon_result* result) {
        auto& self = *static_cast<Reports*>(ctx);
        if (index >= self.all.size() || self.all[index])
            return;  // a second report of one call changes nothing
        CallReport out{{}, text(result->value), text(result->remote_id), text(result->remote_revision)};
        if (result->status != MAILLON_OK)
            out.fault = fault_of(result->status, text(result->detail), result->retry_after_ms);
        self.all[index] = std::move(out);
    }
    /// `otherwise` for those that were not reported.
    std::vector<CallReport> complete(const Fault& otherwise) {
        std::vector<CallReport> out;
        for (auto& report : all)
            out.push_back(report ? std::move(*report) : CallReport{otherwise, {}, {}, {}});
        return out;
    }
};

class InProcess final : public Connector {
public:
    InProcess(Catalogue::Found found, Services services)
        : module_(std::move(found.module)),
          entry_(*found.entry),
          table_(*found.entry->table),
          host_(std::move(services)) {}

    ~InProcess() override {
        if (instance_) table_.destroy(instance_);
    }
    InProcess(const InProcess&) = delete;
    InProcess& operator=(const InProcess&) = delete;

    Result<> create(const boost::json::object& config) {
        auto error = no_error();
        const auto json = boost::json::serialize(config);
        const auto status = table_.create(host_.host(), str(json), &instance_, &error);
        if (status != MAILLON_OK) return fault_of(status, error);
        return {};
    }

    const ConnectorInfo& info() const override { return entry_.info; }

    Result<> connect(SteadyPoint deadline) override { return simple(table_.connect, deadline); }
    Result<> check(SteadyPoint deadline) override { return simple(table_.check, deadline); }

    Polled poll(std::string_view cursor, std::uint32_t max_events, SteadyPoint deadline) override {
        Collector to;
        auto error = no_error();
        std::uint64_t next = 0;
        const auto emitter = to.emitter();
        const auto status =
            table_.source->poll(instance_, str(cursor), max_events, ms_of(deadline), &emitter, &next, &error);
        Polled out{std::move(to.events),
                   std::move(to.cursor),
                   std::chrono::milliseconds{static_cast<std::int64_t>(next)},
                   {}};
        if (status != MAILLON_OK) out.fault = fault_of(status, error);
        return out;
    }

    Result<Received> receive(const WebRequest& request) override {
        Collector to;
        Received out;
        auto error = no_error();
        std::vector<maillon_attr> headers;
        for (const auto& [name, value] : request.headers) headers.push_back({str(name), str(value)});
        const maillon_http_message message{sizeof(maillon_http_message),
                                           0,
                                           str(request.method),
                                           str(request.target),
                                           str(request.body),
                                           headers.data(),
                                           headers.size()};
        const maillon_http_reply reply{sizeof(maillon_http_reply), &out, &take_answer};
        const auto emitter = to.emitter();
        const auto status = table_.source->receive(instance_, &message, &emitter, &reply, &error);
        if (status != MAILLON_OK) return fault_of(status, error);
        out.events = std::move(to.events);
        return out;
    }

    RecordPage read_directory(std::string_view module, std::span<const std::string> fields,
                              std::string_view cursor, std::uint32_t max_records,
                              SteadyPoint deadline) override {
        const auto* table = static_cast<const maillon_directory*>(table_.extension(MAILLON_DIRECTORY));
        boost::json::array names;
        for (const auto& field : fields) names.emplace_back(boost::json::string(field));
        const auto names_text = boost::json::serialize(names);
        Collector to;
        auto error = no_error();
        std::uint32_t complete = 0;
        const auto emitter = to.emitter();
        const auto status = table->read(instance_, str(module), str(names_text), str(cursor), max_records,
                                        ms_of(deadline), &emitter, &complete, &error);
        RecordPage out{std::move(to.events), std::move(to.cursor), complete != 0, {}};
        if (status != MAILLON_OK) out.fault = fault_of(status, error);
        return out;
    }

    std::vector<CallReport> deliver(std::span<const OutCall> calls, SteadyPoint deadline) override {
        return batch(calls, deadline,
                     [&](const maillon_batch* b, const maillon_reporter* r, maillon_error* e) {
                         return table_.sink->deliver(instance_, b, r, e);
                     });
    }

    std::vector<CallReport> reconcile(std::span<const OutCall> calls, SteadyPoint deadline) override {
        const auto* table = table_.extension
                                ? static_cast<const maillon_reconcile*>(table_.extension(MAILLON_RECONCILE))
                                : nullptr;
        if (!table) {
            const Fault fault{
                FaultKind::in_doubt, "connector '" + info().id + "' cannot tell whether a call arrived", {}};
            return std::vector<CallReport>(calls.size(), CallReport{fault, {}, {}, {}});
        }
        return batch(
            calls, deadline,
            [&](const maillon_batch* b, const maillon_reporter* r, maillon_error* e) {
                const auto status = table->reconcile(instance_, b, r, e);
                // Of a call, RETRY says "it did not arrive"; of the whole question it only says "ask again".
                return status == MAILLON_RETRY ? maillon_status{MAILLON_NOT_CONNECTED} : status;
            },
            FaultKind::in_doubt);
    }

    std::vector<CallReport> process(std::span<const OutCall> events, SteadyPoint deadline) override {
        Collector ignored;
        const auto emitter = ignored.emitter();
        return batch(events, deadline,
                     [&](const maillon_batch* b, const maillon_reporter* r, maillon_error* e) {
                         return table_.processor->process(instance_, b, &emitter, r, e);
                     });
    }

    void cancel() override {
        host_.cancel();
        if (table_.cancel) table_.cancel(instance_);
    }

private:
    using Simple = maillon_status (*)(maillon_instance*, std::uint64_t, maillon_error*);

    Result<> simple(Simple function, SteadyPoint deadline) {
        if (!function) return {};
        auto error = no_error();
        const auto status = function(instance_, ms_of(deadline), &error);
        if (status != MAILLON_OK) return fault_of(status, error);
        return {};
    }

    static void take_answer(void* ctx, const maillon_http_message* message) {
        auto& out = *static_cast<Received*>(ctx);
        out.status = static_cast<int>(message->http_status);
        out.body = text(message->body);
        for (std::size_t i = 0; i < message->header_count; ++i) {
            if (text(message->headers[i].name) == "Content-Type")
                out.content_type = text(message->headers[i].value);
        }
    }

    template <class Work>
    std::vector<CallReport> batch(std::span<const OutCall> calls, SteadyPoint deadline, Work&& work,
                                  FaultKind unreported = FaultKind::retry) {
        std::vector<maillon_event> events;
        for (const auto& call : calls) {
            events.push_back({sizeof(maillon_event), static_cast<std::uint32_t>(call.attempt), str(call.id),
                              str(call.idempotency_key), str(call.operation), str(call.key),
                              str(call.arguments), call.time_ms, nullptr, 0});
        }
        const maillon_batch all{sizeof(maillon_batch), sizeof(maillon_event), events.data(), events.size(),
                                ms_of(deadline)};
        Reports reports{std::vector<std::optional<CallReport>>(calls.size())};
        const auto reporter = reports.reporter();
        auto error = no_error();
        const auto status = work(&all, &reporter, &error);
        if (status != MAILLON_OK) return reports.complete(fault_of(status, error));
        return reports.complete({unreported, "not reported by the connector", {}});
    }

    std::shared_ptr<const Module> module_;
    const Module::Entry& entry_;
    const maillon_connector& table_;
    HostTable host_;
    maillon_instance* instance_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Connector>> create_in_process(const Catalogue::Found& found,
                                                     const boost::json::object& config, Services services) {
    auto out = std::make_unique<InProcess>(found, std::move(services));
    if (auto created = out->create(config); !created) return created.error();
    return std::unique_ptr<Connector>(std::move(out));
}

}  // namespace maillon::plugin
