#include "core/base/fault.h"

#include <array>
#include <stdexcept>
#include <utility>

namespace maillon {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 11> kNames{{
    {FaultKind::retry, "retry"},
    {FaultKind::rate_limited, "rate_limited"},
    {FaultKind::not_connected, "not_connected"},
    {FaultKind::auth, "auth"},
    {FaultKind::conflict, "conflict"},
    {FaultKind::rejected, "rejected"},
    {FaultKind::unsupported, "unsupported"},
    {FaultKind::config, "config"},
    {FaultKind::cancelled, "cancelled"},
    {FaultKind::internal, "internal"},
    {FaultKind::in_doubt, "in_doubt"},
}};

}  // namespace

std::string_view name_of(FaultKind kind) {
    for (const auto& [known, name] : kNames) {
        if (known == kind) return name;
    }
    return "internal";
}

std::optional<FaultKind> fault_kind_from(std::string_view name) {
    for (const auto& [kind, known] : kNames) {
        if (known == name) return kind;
    }
    return std::nullopt;
}

Fault Fault::in(std::string_view place) const {
    return {kind, std::string(place) + ": " + what, retry_after};
}

void throw_exception_from_error(const Fault& fault, const boost::source_location&) {
    throw std::logic_error("a failed result was used as a value: " + fault.what);
}

}  // namespace maillon
