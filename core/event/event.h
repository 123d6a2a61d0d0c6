#pragma once

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/event/json.h"

#include <cstdint>
#include <string>

namespace maillon {

/// CloudEvents 1.0 attributes and our extensions. Routes see it as `meta`.
struct Envelope {
    std::string id{};         ///< native id + verb + version; (source, id) is unique
    std::string source{};     ///< "/connectors/<instance>", or "/hub" for emitted events
    std::string connector{};  ///< instance that brought it ("x"), "hub" for emitted ones; first part of a
                              ///< route's `from`
    std::string type{};       ///< "message.received"
    std::string subject{};    ///< native id of what it is about, may be empty
    std::string key{};        ///< partitionkey: the conversation, else the record or person; orders runs
    TimePoint time{};         ///< when it happened
    TimePoint received{};     ///< when the hub took it
    std::string origin{};     ///< who caused it, when the hub itself did (echo suppression), else empty
    int hops = 0;             ///< how many emitting routes lie behind it
    bool replay = false;
    std::string traceparent{};  ///< W3C trace context, may be empty

    /// The CloudEvents JSON form without `data`; also the value of `meta` in expressions.
    boost::json::object to_json() const;
    static Result<Envelope> from_json(const Json& json);
};

/// One event. `seq` is unset until the journal has taken it.
struct Event {
    EventSeq seq{};
    Envelope meta;
    Json body;
    std::string text{};  ///< the body's own text on its way to the journal, where it is at hand; else empty
};

}  // namespace maillon
