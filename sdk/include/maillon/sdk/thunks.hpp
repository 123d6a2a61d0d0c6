#pragma once
// From a class to the C tables. The only place where exceptions become statuses.
#include "maillon/sdk/host.hpp"
#include "maillon/sdk/schema.hpp"

#include <array>
#include <concepts>
#include <cstring>
#include <memory>
#include <type_traits>

namespace maillon {
inline namespace sdk1 {

template <class T>
concept Connectable = requires(T t) { t.connect(Deadline{}); };
template <class T>
concept Checkable = requires(T t) { t.check(Deadline{}); };
template <class T>
concept Pollable = requires(T t, const PollRequest& want, Emitter& out) {
    { t.poll(want, out) } -> std::same_as<PollHint>;
};
template <class T>
concept Receivable = requires(T t, const HttpRequest& request, Emitter& out, HttpAnswer& answer) {
    t.receive(request, out, answer);
};
template <class T>
concept DeliversOne = requires(T t, const Call& call) {
    { t.deliver(call) } -> std::same_as<Outcome>;
};
template <class T>
concept DeliversBatch = requires(T t, const Batch& batch, Reporter& reporter) { t.deliver(batch, reporter); };
template <class T>
concept Reconciling = requires(T t, const Batch& batch, Reporter& reporter) { t.reconcile(batch, reporter); };
template <class T>
concept Directory = requires(T t, const DirectoryRequest& want, Emitter& out) {
    { t.read_directory(want, out) } -> std::same_as<bool>;
};
template <class T>
concept Processing = requires(T t, const Call& event) {
    { t.process(event) } -> std::convertible_to<json::value>;
};
template <class T>
concept Cancellable = requires(T t) { t.cancel(); };
template <class T>
concept DeclaresEvents = requires {
    { T::events() } -> std::same_as<EventTypes>;
};
template <class T>
concept DeclaresOperations = requires {
    { T::operations() } -> std::same_as<Operations>;
};

namespace detail {

inline maillon_status put_error(maillon_error* error, Code code, std::string_view detail,
                                std::uint64_t retry_after_ms) noexcept {
    if (error) {
        error->status = static_cast<maillon_status>(code);
        error->retry_after_ms = retry_after_ms;
        std::size_t size = std::min(detail.size(), sizeof(error->detail) - 1);
        // Never cut a UTF-8 sequence in two.
        while (size > 0 && size < detail.size() &&
               (static_cast<unsigned char>(detail[size]) & 0xC0u) == 0x80u)
            --size;
        std::memcpy(error->detail, detail.data(), size);
        error->detail[size] = '\0';
    }
    return static_cast<maillon_status>(code);
}

template <class Work>
maillon_status guarded(maillon_error* error, Work&& work) noexcept {
    try {
        work();
        return MAILLON_OK;
    } catch (const Failure& failure) {
        return put_error(error, failure.code(), failure.what(), failure.retry_after_ms());
    } catch (const std::exception& exception) {
        return put_error(error, Code::internal, exception.what(), 0);
    } catch (...) {
        return put_error(error, Code::internal, "unknown exception", 0);
    }
}

template <class T>
T& self(maillon_instance* instance) {
    return *reinterpret_cast<T*>(instance);
}

template <class T>
maillon_status create(const maillon_host* host, maillon_str config, maillon_instance** out,
                      maillon_error* error) {
    return guarded(error, [&] {
        const auto value = json::parse(json::string_view(config.ptr, config.len));
        *out = reinterpret_cast<maillon_instance*>(new T(Host(host), value.as_object()));
    });
}
template <class T>
void destroy(maillon_instance* instance) {
    delete &self<T>(instance);
}
template <class T>
void cancel(maillon_instance* instance) {
    guarded(nullptr, [&] { self<T>(instance).cancel(); });
}
template <class T>
maillon_status connect(maillon_instance* instance, std::uint64_t deadline, maillon_error* error) {
    return guarded(error, [&] { self<T>(instance).connect(Deadline{deadline}); });
}
template <class T>
maillon_status check(maillon_instance* instance, std::uint64_t deadline, maillon_error* error) {
    return guarded(error, [&] { self<T>(instance).check(Deadline{deadline}); });
}
template <class T>
maillon_status poll(maillon_instance* instance, maillon_str cursor, std::uint32_t max_events,
                    std::uint64_t deadline, const maillon_emitter* emitter, std::uint64_t* next_poll_ms,
                    maillon_error* error) {
    return guarded(error, [&] {
        Emitter out(*emitter);
        *next_poll_ms =
            self<T>(instance).poll(PollRequest{view(cursor), max_events, Deadline{deadline}}, out).after_ms;
    });
}
template <class T>
maillon_status receive(maillon_instance* instance, const maillon_http_message* request,
                       const maillon_emitter* emitter, const maillon_http_reply* reply,
                       maillon_error* error) {
    return guarded(error, [&] {
        Emitter out(*emitter);
        HttpAnswer answer(*reply);
        self<T>(instance).receive(HttpRequest(*request), out, answer);
    });
}
template <class T>
maillon_status deliver(maillon_instance* instance, const maillon_batch* batch,
                       const maillon_reporter* reporter, maillon_error* error) {
    return guarded(error, [&] {
        const Batch calls(*batch);
        Reporter out(*reporter);
        if constexpr (DeliversBatch<T>) {
            self<T>(instance).deliver(calls, out);
        } else {
            for (std::size_t i = 0; i < calls.size(); ++i) {
                out.answer(i, [&] { return self<T>(instance).deliver(calls[i]); });
            }
        }
    });
}
template <class T>
maillon_status reconcile(maillon_instance* instance, const maillon_batch* batch,
                         const maillon_reporter* reporter, maillon_error* error) {
    return guarded(error, [&] {
        Reporter out(*reporter);
        self<T>(instance).reconcile(Batch(*batch), out);
    });
}
template <class T>
maillon_status process(maillon_instance* instance, const maillon_batch* batch, const maillon_emitter*,
                       const maillon_reporter* reporter, maillon_error* error) {
    return guarded(error, [&] {
        const Batch events(*batch);
        Reporter out(*reporter);
        for (std::size_t i = 0; i < events.size(); ++i) {
            out.answer(i, [&] { return done(self<T>(instance).process(events[i])); });
        }
    });
}
template <class T>
maillon_status read_directory(maillon_instance* instance, maillon_str module, maillon_str fields,
                              maillon_str cursor, std::uint32_t max_records, std::uint64_t deadline,
                              const maillon_emitter* emitter, std::uint32_t* complete, maillon_error* error) {
    return guarded(error, [&] {
        DirectoryRequest want{view(module), {}, view(cursor), max_records, Deadline{deadline}};
        const auto names = json::parse(json::string_view(fields.ptr, fields.len));
        for (const auto& name : names.as_array()) want.fields.emplace_back(name.as_string());
        Emitter out(*emitter);
        *complete = self<T>(instance).read_directory(want, out) ? 1 : 0;
    });
}

template <class T>
const void* extension(const char* id) {
    if constexpr (Reconciling<T>) {
        static constexpr maillon_reconcile table{sizeof(maillon_reconcile), &reconcile<T>};
        if (std::string_view(id) == MAILLON_RECONCILE) return &table;
    }
    if constexpr (Directory<T>) {
        static constexpr maillon_directory table{sizeof(maillon_directory), &read_directory<T>};
        if (std::string_view(id) == MAILLON_DIRECTORY) return &table;
    }
    return nullptr;
}

/// The descriptor of T; built once, at the first call, and never freed.
template <class T>
const maillon_connector* descriptor() {
    static const std::string config_schema = json::serialize(T::schema().json());
    static const std::string events_schema = [] {
        if constexpr (DeclaresEvents<T>)
            return json::serialize(T::events().json());
        else
            return std::string("{}");
    }();
    static const std::string operations_schema = [] {
        if constexpr (DeclaresOperations<T>)
            return json::serialize(T::operations().json());
        else
            return std::string("{}");
    }();
    static const maillon_source source = [] {
        maillon_source table{sizeof(maillon_source), nullptr, nullptr, nullptr, nullptr};
        if constexpr (Pollable<T>) table.poll = &poll<T>;
        if constexpr (Receivable<T>) table.receive = &receive<T>;
        return table;
    }();
    static const maillon_sink sink = [] {
        maillon_sink table{sizeof(maillon_sink), T::info.max_batch, nullptr};
        if constexpr (DeliversOne<T> || DeliversBatch<T>) table.deliver = &deliver<T>;
        return table;
    }();
    static const maillon_processor processor = [] {
        maillon_processor table{sizeof(maillon_processor), nullptr};
        if constexpr (Processing<T>) table.process = &process<T>;
        return table;
    }();
    static const maillon_connector connector = [] {
        maillon_connector table{};
        table.struct_size = sizeof(maillon_connector);
        table.caps = T::info.caps;
        table.id = str(T::info.id);
        table.name = str(T::info.name);
        table.version = str(T::info.version);
        table.vendor = str(T::info.vendor);
        table.summary = str(T::info.summary);
        table.docs_url = str(T::info.docs_url);
        table.config_schema = str(config_schema);
        table.source = source.poll || source.receive ? &source : nullptr;
        table.sink = sink.deliver ? &sink : nullptr;
        table.processor = processor.process ? &processor : nullptr;
        table.create = &create<T>;
        if constexpr (Connectable<T>) table.connect = &connect<T>;
        if constexpr (Checkable<T>) table.check = &check<T>;
        if constexpr (Cancellable<T>) table.cancel = &cancel<T>;
        table.destroy = &destroy<T>;
        table.extension = &extension<T>;
        table.events_schema = str(events_schema);
        table.operations_schema = str(operations_schema);
        return table;
    }();
    return &connector;
}

template <class... T>
const maillon_module* module_of() {
    static const std::array<const maillon_connector*, sizeof...(T)> connectors{descriptor<T>()...};
    static const maillon_module module{
        sizeof(maillon_module), MAILLON_ABI_MAJOR,      0, static_cast<std::uint32_t>(sizeof...(T)),
        connectors.data(),      str("g++ " __VERSION__)};
    return &module;
}

}  // namespace detail
}  // namespace sdk1
}  // namespace maillon
