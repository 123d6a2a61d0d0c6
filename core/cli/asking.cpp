#include "core/cli/asking.h"

#include "core/cli/application.h"
#include "core/event/json_text.h"
#include "core/web/query.h"

#include <boost/json/serialize.hpp>

#include <pwd.h>
#include <unistd.h>

#include <cstdio>

namespace maillon::cli {

namespace json = boost::json;

int show(const Context& context, const std::string& target,
         const std::function<std::string(const json::object&)>& render) {
    int exit_code = kDone;
    const auto answer = ask(context, "GET", target, {}, exit_code);
    if (!answer) return exit_code;
    std::fputs(context.json ? (json_text(*answer) + '\n').c_str() : render(*answer).c_str(), stdout);
    return kDone;
}

int act(const Context& context, const std::string& target, const json::object& body,
        const std::string& done) {
    int exit_code = kDone;
    const auto answer = ask(context, "POST", target, json::serialize(body), exit_code);
    if (!answer) return exit_code;
    std::printf("%s\n", context.json ? json_text(*answer).c_str() : done.c_str());
    return kDone;
}

std::string parameters(std::initializer_list<std::pair<const char*, std::string>> all) {
    std::string out;
    for (const auto& [name, value] : all) {
        if (value.empty()) continue;
        out += (out.empty() ? '?' : '&') + std::string(name) + '=' + percent_encode(value);
    }
    return out;
}

std::string person(const std::string& by) {
    if (!by.empty()) return by;
    const passwd* user = ::getpwuid(::getuid());
    return user ? user->pw_name : std::to_string(::getuid());
}

}  // namespace maillon::cli
