#include "twitter.h"

#include "maillon/testkit.hpp"

#include <cstdint>
#include <cstdlib>

MAILLON_MODULE(maillon::twitter::Twitter)

namespace {

/// A whole number, digits only, as X's ids are.
bool is_id(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void check(const maillon::testkit::Polled& polled) {
    for (const auto& event : polled.events) {
        const std::string_view id = event.id;
        if (!is_id(id.substr(0, id.find(':'))) || event.type.empty() || event.key.empty()) std::abort();
    }
    if (polled.status == MAILLON_INTERNAL || polled.status == MAILLON_IN_DOUBT) std::abort();
}

}  // namespace

/// Two polls: the input is the body of the search, its first byte the status; the second goes on from the
/// cursor of the first. Nothing that X could answer may stop the instance or leave it with a cursor that it
/// cannot read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr std::uint32_t kStatuses[] = {200, 200, 200, 400, 401, 402, 403, 404, 429, 500, 503};
    const std::string body(reinterpret_cast<const char*>(data + 1), size - 1);
    const maillon::testkit::Scripted answer{
        kStatuses[data[0] % std::size(kStatuses)], body, {}, maillon::Code::ok};
    maillon::testkit::FakeHost host;
    host.secrets["x"] = "t";
    maillon::testkit::Driver driver(host, {{"account", "acme"}, {"token", "x"}});
    host.on_http = [&](const maillon::testkit::Sent& sent) {
        if (sent.url.find("/users/me") != std::string::npos)
            return maillon::testkit::Scripted{200, R"({"data":{"id":"7","username":"acme"}})"};
        return answer;
    };

    const auto first = driver.poll({}, 40);
    check(first);
    check(driver.poll(first.cursor, 40));
    return 0;
}
