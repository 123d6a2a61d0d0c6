#include "facebook.h"
#include "signature.h"

#include "maillon/testkit.hpp"

#include <cstdint>
#include <cstdlib>

MAILLON_MODULE(maillon::facebook::Facebook)

namespace {

constexpr const char* kSecret = "secret";

/// Everything that goes on to the journal has what the hub needs of it.
void check(const maillon::testkit::Received& received) {
    if (received.status != MAILLON_OK || (received.http_status != 200 && received.http_status != 400))
        std::abort();
    for (const auto& event : received.events)
        if (event.id.empty() || event.type.empty() || event.key.empty() || event.time_ms <= 0) std::abort();
}

}  // namespace

/// A notification with the right signature and any body: broken JSON is answered with 400, everything else
/// with 200. The same bytes give the same ids again, or doubles would pass for new.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    maillon::testkit::FakeHost host;
    host.secrets = {{"app", kSecret}, {"token", "t"}, {"word", "w"}};
    host.on_http = [](const maillon::testkit::Sent&) {
        return maillon::testkit::Scripted{200, R"({"from":{"id":"1"}})"};
    };
    maillon::testkit::Driver driver(
        host, {{"page", "1"}, {"app_secret", "app"}, {"token", "token"}, {"verify_token", "word"}});
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const maillon::Headers headers{
        {"X-Hub-Signature-256", "sha256=" + maillon::facebook::hmac_hex(kSecret, body)}};

    const auto first = driver.receive("POST", "/hooks/fb", body, headers);
    const auto again = driver.receive("POST", "/hooks/fb", body, headers);

    check(first);
    if (first.events.size() != again.events.size()) std::abort();
    for (std::size_t i = 0; i < first.events.size(); ++i)
        if (first.events[i].id != again.events[i].id) std::abort();
    // Without its signature it is nothing at all.
    const auto unsigned_one = driver.receive("POST", "/hooks/fb", body);
    if (unsigned_one.http_status != 403 || !unsigned_one.events.empty()) std::abort();
    return 0;
}
