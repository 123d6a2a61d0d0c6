#pragma once

#include "core/base/fault.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct maillon_connector;

namespace maillon::plugin {

/// An operation that a connector declares; see `operations_schema` in maillon/abi.h.
struct OperationInfo {
    std::string name;
    std::string title;
    boost::json::object arguments;    ///< JSON Schema
    boost::json::object result;       ///< JSON Schema
    bool idempotent = false;          ///< may be repeated without a second effect
    bool reads = false;               ///< has no effect at all
    bool outbound = false;            ///< reaches a person
    std::vector<std::string> target;  ///< arguments that name what is changed
    std::string budget{};             ///< the limit of the service that it counts towards

    /// A lost answer leaves no doubt: the call may simply be made again.
    bool is_repeatable() const { return idempotent || reads; }
};

struct EventTypeInfo {
    std::string name;
    std::string title;
    boost::json::object data;  ///< JSON Schema of the body
};

/// What a connector says of itself, copied out of its static descriptor. A plain value: it can come from a
/// child process or a cache.
struct ConnectorInfo {
    std::string id, name, version, vendor, summary, docs_url;
    boost::json::object config_schema;
    std::map<std::string, EventTypeInfo, std::less<>> events;
    std::map<std::string, OperationInfo, std::less<>> operations;
    std::optional<OperationInfo> process;  ///< what `use:` asks and gets, where a processor says so
    std::uint32_t max_batch = 0;           ///< 0 = the host decides
    bool polls = false, receives = false, delivers = false, processes = false;
    bool reconciles = false, reads_directory = false;

    const OperationInfo* operation(std::string_view operation_name) const;
};

/// Reads the tables and schemas; a Fault (`config`) says which of them is malformed.
Result<ConnectorInfo> read_descriptor(const maillon_connector& connector);

}  // namespace maillon::plugin
