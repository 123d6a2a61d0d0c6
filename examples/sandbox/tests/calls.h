#pragma once

#include "common/service.h"

#include <string>
#include <string_view>

namespace sandbox::test {

/// A service's answer to one call, read.
struct Reply {
    int status = 0;
    maillon::HttpHeaders headers;
    json::object body;

    json::array list(std::string_view member) const;
    std::string text(std::string_view member) const { return text_of(body, member); }
};

/// Calls a service without a network. `credential` is a whole header line, "OAuth-Token: …".
Reply call(Service& service, std::string_view method, std::string_view target, const std::string& body = {},
           std::string_view credential = {}, std::string_view type = "application/json");

}  // namespace sandbox::test
