#pragma once
#include "maillon/abi.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maillon {
inline namespace sdk1 {

namespace json = boost::json;

namespace detail {
inline bool is_finite(const json::value& value) {
    if (const auto* number = value.if_double()) return std::isfinite(*number);
    if (const auto* array = value.if_array()) return std::all_of(array->begin(), array->end(), is_finite);
    if (const auto* object = value.if_object())
        return std::all_of(object->begin(), object->end(),
                           [](const auto& m) { return is_finite(m.value()); });
    return true;
}
}  // namespace detail

/// JSON that came from outside; nothing when it is none, is nested more than 32 deep, or holds a number that
/// no double can (2e500): written down again that would not be JSON any more (RFC 8259 §6).
inline std::optional<json::value> parsed_json(std::string_view text) {
    json::error_code error;
    auto value = json::parse({text.data(), text.size()}, error);
    if (error || !detail::is_finite(value)) return std::nullopt;
    return value;
}

/// The ABI's statuses; see maillon/abi.h for what each makes the host do.
enum class Code : maillon_status {
    ok = MAILLON_OK,
    retry = MAILLON_RETRY,
    rate_limited = MAILLON_RATE_LIMITED,
    not_connected = MAILLON_NOT_CONNECTED,
    auth = MAILLON_AUTH,
    conflict = MAILLON_CONFLICT,
    rejected = MAILLON_REJECTED,
    unsupported = MAILLON_UNSUPPORTED,
    config = MAILLON_CONFIG,
    cancelled = MAILLON_CANCELLED,
    internal = MAILLON_INTERNAL,
    in_doubt = MAILLON_IN_DOUBT,
};

inline maillon_str str(std::string_view text) {
    return {text.data(), text.size()};
}
inline std::string_view view(maillon_str text) {
    return text.len == 0 ? std::string_view{} : std::string_view{text.ptr, text.len};
}

/// How an author's code says that something failed. `detail` tells what was tried and what to do; it never
/// holds a secret.
class Failure : public std::runtime_error {
public:
    Failure(Code code, const std::string& detail, std::uint64_t retry_after_ms = 0)
        : std::runtime_error(detail), code_(code), retry_after_ms_(retry_after_ms) {}
    Code code() const { return code_; }
    std::uint64_t retry_after_ms() const { return retry_after_ms_; }

private:
    Code code_;
    std::uint64_t retry_after_ms_;
};

/// A moment of the host's monotonic clock, in milliseconds.
struct Deadline {
    std::uint64_t ms = 0;
};

/// What became of one call.
struct Outcome {
    Code code = Code::ok;
    std::string remote_id{};
    std::string remote_revision{};
    std::string detail{};
    json::value value{};  ///< what a route's `as:` names
    std::uint64_t retry_after_ms = 0;
};
inline Outcome done(json::value value, std::string remote_id = {}, std::string revision = {}) {
    return {Code::ok, std::move(remote_id), std::move(revision), {}, std::move(value), 0};
}
inline Outcome fail(Code code, std::string detail, std::uint64_t retry_after_ms = 0) {
    return {code, {}, {}, std::move(detail), nullptr, retry_after_ms};
}
inline Outcome fail(const Failure& failure) {
    return fail(failure.code(), failure.what(), failure.retry_after_ms());
}

/// One call (or, for a processor, one event). A view: valid during the call it was handed to.
class Call {
public:
    explicit Call(const maillon_event& event) : event_(&event) {}
    std::string_view id() const { return view(event_->id); }
    std::string_view idempotency_key() const { return view(event_->idempotency_key); }
    std::string_view operation() const { return view(event_->type); }
    std::string_view type() const { return view(event_->type); }
    std::string_view key() const { return view(event_->key); }
    std::uint32_t attempt() const { return event_->attempt; }
    std::int64_t time_ms() const { return event_->time_ms; }
    std::string_view attribute(std::string_view name) const {
        for (std::size_t i = 0; i < event_->attr_count; ++i) {
            if (view(event_->attrs[i].name) == name) return view(event_->attrs[i].value);
        }
        return {};
    }
    /// The arguments, or the event's body. The host sends an object; anything else throws Failure(rejected).
    json::object arguments() const {
        auto value = parsed_json({event_->data.ptr, event_->data.len});
        if (!value || !value->is_object())
            throw Failure(Code::rejected, "the arguments are not a JSON object");
        return std::move(value->as_object());
    }

private:
    const maillon_event* event_;
};

/// The calls of one `deliver` or `reconcile`; each item is answered once through the Reporter under its
/// index.
class Batch {
public:
    explicit Batch(const maillon_batch& batch) : batch_(&batch) {}
    std::size_t size() const { return batch_->count; }
    Call operator[](std::size_t i) const {
        const auto* at = static_cast<const char*>(batch_->events) + i * batch_->event_stride;
        return Call(*reinterpret_cast<const maillon_event*>(at));
    }
    Deadline deadline() const { return {batch_->deadline_ms}; }

private:
    const maillon_batch* batch_;
};

class Reporter {
public:
    explicit Reporter(const maillon_reporter& reporter) : reporter_(&reporter) {}
    void report(std::size_t index, const Outcome& outcome) {
        const std::string value = outcome.value.is_null() ? std::string() : json::serialize(outcome.value);
        const maillon_result result{sizeof(maillon_result),
                                    static_cast<maillon_status>(outcome.code),
                                    outcome.retry_after_ms,
                                    str(outcome.remote_id),
                                    str(outcome.remote_revision),
                                    str(outcome.detail),
                                    str(value)};
        reporter_->report(reporter_->ctx, index, &result);
    }
    /// Reports what `work` returns, or the Failure it throws: one bad call does not spoil its neighbours.
    template <class Work>
    void answer(std::size_t index, Work&& work) {
        Outcome outcome;
        try {
            outcome = work();
        } catch (const Failure& failure) {
            outcome = fail(failure);
        } catch (const std::exception& exception) {
            outcome = fail(Code::internal, exception.what());
        } catch (...) {
            outcome = fail(Code::internal, "unknown exception");
        }
        report(index, outcome);
    }

private:
    const maillon_reporter* reporter_;
};

/// An event on its way to the hub. `data` is a canonical kind, made with maillon/kinds.hpp.
struct NewEvent {
    std::string id;    ///< native id + verb + version: "1990:created", stable when read again
    std::string type;  ///< "message.received"
    std::string key;   ///< conversation, else record or person
    json::value data;
    std::int64_t time_ms = 0;
    std::string subject{};  ///< native id of what it is about
    std::string origin{};   ///< set when this hub caused it (echo)
};

/// Hands events to the host, which has copied them when `emit` is back. Throws Failure(cancelled) when the
/// host takes no more.
class Emitter {
public:
    explicit Emitter(const maillon_emitter& emitter) : emitter_(&emitter) {}
    void emit(const NewEvent& event, std::string_view cursor = {}) { emit(std::span(&event, 1), cursor); }
    void emit(std::span<const NewEvent> events, std::string_view cursor = {}) {
        std::vector<std::string> bodies;
        std::vector<maillon_event> out;
        std::vector<maillon_attr> attrs;
        bodies.reserve(events.size());
        out.reserve(events.size());
        attrs.reserve(events.size() * 2);
        for (const auto& event : events) {
            bodies.push_back(json::serialize(event.data));
            const std::size_t first = attrs.size();
            if (!event.subject.empty()) attrs.push_back({str("subject"), str(event.subject)});
            if (!event.origin.empty()) attrs.push_back({str("origin"), str(event.origin)});
            out.push_back({sizeof(maillon_event),
                           1,
                           str(event.id),
                           {},
                           str(event.type),
                           str(event.key),
                           str(bodies.back()),
                           event.time_ms,
                           attrs.data() + first,
                           attrs.size() - first});
        }
        send(out, cursor);
    }
    /// Moves the cursor without an event.
    void advance(std::string_view cursor) { send({}, cursor); }

private:
    void send(const std::vector<maillon_event>& events, std::string_view cursor) {
        const maillon_batch batch{sizeof(maillon_batch), sizeof(maillon_event), events.data(), events.size(),
                                  0};
        const auto status = emitter_->emit(emitter_->ctx, &batch, UINT32_MAX, str(cursor));
        if (status != MAILLON_OK) throw Failure(static_cast<Code>(status), "the host takes no more events");
    }
    const maillon_emitter* emitter_;
};

struct PollRequest {
    std::string_view cursor;  ///< where the last poll ended; empty at the first start
    std::uint32_t max_events;
    Deadline deadline;
};
/// When to poll again: `after_ms` is a wish, 0 = at once.
struct PollHint {
    std::uint64_t after_ms = 0;
};

struct DirectoryRequest {
    std::string_view module;
    std::vector<std::string> fields;
    std::string_view cursor;
    std::uint32_t max_records;
    Deadline deadline;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A request that the host's web server took for this instance. A view; the body is the raw bytes.
class HttpRequest {
public:
    explicit HttpRequest(const maillon_http_message& message) : message_(&message) {}
    std::string_view method() const { return view(message_->method); }
    std::string_view url() const { return view(message_->url); }  ///< path and query as they came
    std::string_view body() const { return view(message_->body); }
    std::string_view header(std::string_view name) const;           ///< case-insensitive; empty when absent
    std::optional<std::string> query(std::string_view name) const;  ///< percent-decoded

private:
    const maillon_http_message* message_;
};

/// The answer to such a request; 200 with an empty body unless it is set.
class HttpAnswer {
public:
    explicit HttpAnswer(const maillon_http_reply& reply) : reply_(&reply) {}
    void set(std::uint32_t status, std::string_view body, std::string_view content_type = "text/plain") {
        const maillon_attr type{str("Content-Type"), str(content_type)};
        const maillon_http_message message{sizeof(maillon_http_message), status, {}, {}, str(body), &type, 1};
        reply_->set(reply_->ctx, &message);
    }

private:
    const maillon_http_reply* reply_;
};

namespace detail {
inline char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
inline bool same_name(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}
inline int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}
inline std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                   hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}
}  // namespace detail

inline std::string_view HttpRequest::header(std::string_view name) const {
    for (std::size_t i = 0; i < message_->header_count; ++i) {
        if (detail::same_name(view(message_->headers[i].name), name)) return view(message_->headers[i].value);
    }
    return {};
}

inline std::optional<std::string> HttpRequest::query(std::string_view name) const {
    const auto mark = url().find('?');
    if (mark == std::string_view::npos) return std::nullopt;
    std::string_view rest = url().substr(mark + 1);
    while (!rest.empty()) {
        const auto part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(part.size() == rest.size() ? part.size() : part.size() + 1);
        const auto equals = std::min(part.find('='), part.size());
        if (detail::percent_decoded(part.substr(0, equals)) != name) continue;
        return detail::percent_decoded(equals == part.size() ? std::string_view{} : part.substr(equals + 1));
    }
    return std::nullopt;
}

}  // namespace sdk1
}  // namespace maillon
