#pragma once

#include "call.h"
#include "core/web/http_server.h"
#include "faults.h"

#include <optional>

namespace sandbox {

/// One of the services that are stood in for. Called with the sandbox's lock held, so never at the same time
/// as another.
class Service {
public:
    virtual ~Service() = default;
    /// The answer, or nothing when the service has kept a copy of `responder` and answers later.
    virtual std::optional<maillon::HttpResponse> handle(Call& call, const maillon::Responder& responder) = 0;
    /// How this service says that it is broken or that there are too many requests.
    virtual maillon::HttpResponse mishap(Mishap kind, int retry_after_s) = 0;
};

}  // namespace sandbox
