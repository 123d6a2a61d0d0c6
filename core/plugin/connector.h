#pragma once

#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/plugin/descriptor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace maillon::plugin {

/// An event as a connector emitted it; nothing in it has been checked yet.
struct RawEvent {
    std::string id, type, key, data, subject, origin;
    std::int64_t time_ms = 0;
};

/// A call on its way to a connector (or an event on its way to a processor).
struct OutCall {
    std::string id, idempotency_key, operation, key, arguments;  ///< arguments: JSON text
    std::int64_t time_ms = 0;                                    ///< when it was first wanted
    int attempt = 1;
};

/// What a connector reported of one call.
struct CallReport {
    std::optional<Fault> fault;  ///< none = it took effect
    std::string value;           ///< JSON text or empty
    std::string remote_id, remote_revision;
};

struct Polled {
    std::vector<RawEvent> events;
    std::optional<std::string> cursor;  ///< as far as it moved
    std::chrono::milliseconds next{0};  ///< the connector's wish
    std::optional<Fault> fault;         ///< it stopped here; events and cursor so far are good
};

struct WebRequest {
    std::string method, target, body;
    std::vector<std::pair<std::string, std::string>> headers;
};
struct Received {
    std::vector<RawEvent> events;
    int status = 200;
    std::string body;
    std::string content_type = "text/plain";
};

struct RecordPage {
    std::vector<RawEvent> records;  ///< "record.read" (key = id, data = record) or "record.deleted"
    std::optional<std::string> cursor;
    bool complete = false;  ///< nothing left for now
    std::optional<Fault> fault;
};

/// One instance of a connector, as the hub calls it. Only values cross, so the instance may live in this
/// process or in another one.
///
/// Every function blocks. At most one call at a time in each lane: source (connect, check, poll, receive,
/// read_directory) and sink (deliver, reconcile, process); the caller sees to it. `cancel` may come from any
/// thread and makes running calls return soon.
class Connector {
public:
    virtual ~Connector() = default;
    virtual const ConnectorInfo& info() const = 0;

    virtual Result<> connect(SteadyPoint deadline) = 0;
    virtual Result<> check(SteadyPoint deadline) = 0;
    virtual Polled poll(std::string_view cursor, std::uint32_t max_events, SteadyPoint deadline) = 0;
    virtual Result<Received> receive(const WebRequest& request) = 0;
    virtual RecordPage read_directory(std::string_view module, std::span<const std::string> fields,
                                      std::string_view cursor, std::uint32_t max_records,
                                      SteadyPoint deadline) = 0;

    /// One report per call, in order. A call that was not reported after a normal return was not attempted
    /// (`retry`).
    virtual std::vector<CallReport> deliver(std::span<const OutCall> calls, SteadyPoint deadline) = 0;
    /// What became of calls in doubt: no fault = it arrived, `retry` = it did not, `in_doubt` = cannot tell
    /// (also where the connector has no reconcile); any other fault = asking failed.
    virtual std::vector<CallReport> reconcile(std::span<const OutCall> calls, SteadyPoint deadline) = 0;
    /// A processor's answer to each event.
    virtual std::vector<CallReport> process(std::span<const OutCall> events, SteadyPoint deadline) = 0;

    virtual void cancel() = 0;
};

}  // namespace maillon::plugin
