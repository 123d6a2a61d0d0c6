#pragma once

#include "core/web/message.h"
#include "core/web/query.h"
#include "json.h"

#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

/// A request taken apart once: where it goes and its parameters from query, form or JSON body.
struct Call {
    explicit Call(maillon::HttpRequest taken);

    maillon::HttpRequest request;
    std::vector<std::string> path;  ///< decoded segments
    maillon::QueryParameters query;

    bool is(std::string_view method) const { return request.method == method; }
    /// The path has so many segments and begins like this; "*" fits anything.
    bool goes_to(std::initializer_list<std::string_view> pattern) const;
    std::string parameter(std::string_view name) const;
    bool has(std::string_view name) const { return maillon::find_parameter(query, name).has_value(); }
    /// "Authorization: Bearer …", or empty.
    std::string bearer() const;
    /// Adds what a form or JSON body holds to the parameters; JSON members that are no text are added as
    /// JSON.
    void read_body_parameters();
};

/// "a,b , c" as {"a", "b", "c"}.
std::vector<std::string> split_list(std::string_view text);

maillon::HttpResponse json_answer(int status, const json::value& value);

}  // namespace sandbox
