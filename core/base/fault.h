#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace maillon {

/// What kind of failure it is, and so what to do about it. The numbers are those of `maillon_status` in
/// maillon/abi.h: one list for the host and the plug-ins.
enum class FaultKind : std::int32_t {
    retry = 1,          ///< transient: try again, back off
    rate_limited = 2,   ///< try again not before `retry_after`
    not_connected = 3,  ///< connect first
    auth = 4,           ///< credentials refused: a person must act
    conflict = 5,       ///< the remote changed under us: read again, map again
    rejected = 6,       ///< can never succeed
    unsupported = 7,
    config = 8,  ///< the configuration is wrong
    cancelled = 9,
    internal = 10,
    in_doubt = 11,  ///< sent, outcome unknown
};

/// The name as it stands in logs, metrics and `on_error:` ("retry", "rate_limited", …).
std::string_view name_of(FaultKind kind);
std::optional<FaultKind> fault_kind_from(std::string_view name);

/// An expected failure: what was tried, on what, and what to do. Never holds a secret.
struct Fault {
    FaultKind kind = FaultKind::internal;
    std::string what;
    std::optional<std::chrono::milliseconds> retry_after{};

    /// `what` with the place in front: "posting to crm: …".
    Fault in(std::string_view place) const;
};

/// A value or a Fault. The caller must look.
template <class T = void>
using Result = boost::system::result<T, Fault>;

/// Asking a failed Result for its value is a mistake in our code; it ends in this exception.
[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location& where);

inline Fault rejected(std::string what) {
    return {FaultKind::rejected, std::move(what), {}};
}
inline Fault internal(std::string what) {
    return {FaultKind::internal, std::move(what), {}};
}
inline Fault config_fault(std::string what) {
    return {FaultKind::config, std::move(what), {}};
}
inline Fault retry(std::string what) {
    return {FaultKind::retry, std::move(what), {}};
}

}  // namespace maillon
