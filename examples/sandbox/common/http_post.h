#pragma once

#include "core/base/fault.h"
#include "core/web/message.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace sandbox {

/// A plain blocking HTTP client with one kept-alive connection. One thread at a time.
class Caller {
public:
    Caller();
    ~Caller();
    Caller(Caller&&) noexcept;
    Caller& operator=(Caller&&) noexcept;

    /// `url` is "http://host:port/path?query". A connection that the peer has closed meanwhile is opened
    /// again once before the request is sent; a request that was sent is not repeated.
    maillon::Result<maillon::HttpResponse> call(std::string_view method, const std::string& url,
                                                const maillon::HttpHeaders& headers, std::string body);

    /// Lets a call that is under way fail at once, and every later one. The only function for other threads.
    void interrupt();

private:
    struct Wire;
    std::unique_ptr<Wire> wire_;
};

}  // namespace sandbox
