// Host and plug-in of different ages. "Newer" structs are longer than ours; "older" ones end before a field
// that we know, and stand in a buffer of just their size, so that the address sanitiser sees a read beyond
// it.
#include "sample_connector.h"

#include <gtest/gtest.h>
#include <cstring>
#include <memory>

namespace maillon {
namespace {

using namespace sample;
using testkit::Driver;
using testkit::FakeHost;

/// The first `size` bytes of `whole` in a buffer of exactly that size.
template <class T>
std::unique_ptr<std::byte[]> cut(const T& whole, std::size_t size) {
    auto out = std::make_unique<std::byte[]>(size);
    std::memcpy(out.get(), &whole, size);
    const auto told = static_cast<std::uint32_t>(size);
    std::memcpy(out.get(), &told, sizeof(told));
    return out;
}

/// A host whose http table is given by the test.
class HttpHost {
public:
    HttpHost(FakeHost& inner, const void* http) : inner_(*inner.host()), http_(http) {
        host_ = inner_;
        host_.ctx = this;
        host_.service = [](const maillon_host* host, const char* id) -> const void* {
            const auto& self = *static_cast<const HttpHost*>(host->ctx);
            return std::string_view(id) == MAILLON_HTTP ? self.http_ : nullptr;
        };
    }
    Host host() const { return Host(&host_); }

private:
    maillon_host inner_;
    maillon_host host_{};
    const void* http_;
};

maillon_status answer_ok(const maillon_host*, const maillon_http_message*, std::uint64_t,
                         const maillon_http_reply* reply, maillon_error*) {
    const maillon_http_message message{sizeof(maillon_http_message), 200, {}, {}, str("fine"), nullptr, 0};
    reply->set(reply->ctx, &message);
    return MAILLON_OK;
}

TEST(OldHostNewPlugin, ATableWithoutStreamsStillSends) {
    const maillon_http whole{sizeof(maillon_http), &answer_ok, nullptr};
    const auto table = cut(whole, offsetof(maillon_http, open));
    FakeHost inner;
    const HttpHost old(inner, table.get());

    EXPECT_EQ(old.host().send({"GET", "https://x.example", {}, {}}, {}).body, "fine");
    try {
        old.host().open({"GET", "https://x.example", {}, {}}, {}, [](std::string_view) { return true; });
        ADD_FAILURE() << "must not call what is not there";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), Code::unsupported);
    }
}

TEST(OldHostNewPlugin, AServiceThatIsNotThereIsSaidByName) {
    FakeHost inner;
    const HttpHost old(inner, nullptr);
    const auto host = old.host();

    for (const auto& use :
         std::vector<std::function<void()>>{[&] { host.now_ms(); }, [&] { host.secret("x"); },
                                            [&] { host.state("x"); }, [&] { host.endpoint(); },
                                            [&] {
                                                host.send({"GET", "https://x.example", {}, {}}, {});
                                            }}) {
        try {
            use();
            ADD_FAILURE() << "no failure";
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), Code::unsupported);
            EXPECT_NE(std::string(failure.what()).find("maillon."), std::string::npos);
        }
    }
    // These a plug-in can do without.
    host.info("nobody listens");
    host.count("nobody_counts");
    host.budget("nobody", 1, 2, 3);
}

TEST(OldHostNewPlugin, AHostThatReadsOnlyTheFirstFieldsSeesThemWhereTheyWere) {
    // A connector of the next minor: fields added at the end.
    struct NextConnector {
        maillon_connector known;
        std::uint64_t added[4];
    };
    NextConnector next{*maillon_module_entry()->connectors[kEverything], {1, 2, 3, 4}};
    next.known.struct_size = sizeof(next);
    const maillon_connector* list[] = {&next.known};
    const maillon_module module{sizeof(maillon_module), MAILLON_ABI_MAJOR, 0, 1, list, {}};
    FakeHost host;

    Driver driver(host, {}, &module);

    EXPECT_EQ(driver.connect().code, Code::ok);
    EXPECT_EQ(driver.deliver({{"say", {{"how", ""}}}}).outcomes.at(0)->code, Code::ok);
}

TEST(NewHostOldPlugin, EventsOfALargerStrideAreReadByTheirStride) {
    struct NextEvent {
        maillon_event known;
        char added[40];
    };
    const std::string body = R"({"how":""})";
    std::vector<NextEvent> events(3);
    for (auto& event : events) {
        std::memset(event.added, 0x5A, sizeof(event.added));
        event.known = {sizeof(NextEvent), 1,         str("id"), str("key"), str("say"),
                       str("k"),          str(body), 0,         nullptr,    0};
    }
    struct NextBatch {
        maillon_batch known;
        std::uint64_t added;
    };
    const NextBatch batch{{sizeof(NextBatch), sizeof(NextEvent), events.data(), events.size(), 1000}, 7};
    std::vector<Code> codes;
    const maillon_reporter reporter{
        sizeof(maillon_reporter), &codes, [](void* ctx, std::size_t, const maillon_result* result) {
            static_cast<std::vector<Code>*>(ctx)->push_back(static_cast<Code>(result->status));
        }};
    FakeHost host;
    const auto& connector = *maillon_module_entry()->connectors[kEverything];
    maillon_instance* instance = nullptr;
    maillon_error error{sizeof(maillon_error), 0, 0, {}};
    ASSERT_EQ(connector.create(host.host(), str(R"({"greeting":"x","fail":""})"), &instance, &error),
              MAILLON_OK);

    EXPECT_EQ(connector.sink->deliver(instance, &batch.known, &reporter, &error), MAILLON_OK);
    connector.destroy(instance);

    EXPECT_EQ(codes, std::vector<Code>(3, Code::ok));
}

TEST(NewHostOldPlugin, LongerTablesAndHostsAreUsedAsFarAsKnown) {
    struct NextHttp {
        maillon_http known;
        void (*added)();
    };
    const NextHttp table{{sizeof(NextHttp), &answer_ok, nullptr}, nullptr};
    FakeHost inner;
    const HttpHost next(inner, &table);

    EXPECT_EQ(next.host().send({"GET", "https://x.example", {}, {}}, {}).status, 200u);
}

TEST(NewHostOldPlugin, AConnectorOfFormerTimesLacksOnlyWhatCameLater) {
    const auto& whole = *maillon_module_entry()->connectors[kEverything];
    const auto former = cut(whole, offsetof(maillon_connector, operations_schema));
    const auto* old = reinterpret_cast<const maillon_connector*>(former.get());

    EXPECT_TRUE(MAILLON_HAS(old, maillon_connector, extension));
    EXPECT_TRUE(MAILLON_HAS(old, maillon_connector, events_schema));
    EXPECT_FALSE(MAILLON_HAS(old, maillon_connector, operations_schema));
    EXPECT_EQ(view(old->id), "everything");
}

}  // namespace
}  // namespace maillon
