#include "sample_connector.h"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using namespace sample;
using testkit::Driver;
using testkit::FakeHost;

const maillon_connector& connector(std::size_t index) {
    return *maillon_module_entry()->connectors[index];
}

TEST(Module, IsTheSameAtEveryCall) {
    const auto* module = maillon_module_entry();

    EXPECT_EQ(module, maillon_module_entry());
    EXPECT_EQ(module->abi_major, MAILLON_ABI_MAJOR);
    EXPECT_EQ(module->abi_minor, 0u);
    EXPECT_EQ(module->connector_count, 3u);
    EXPECT_FALSE(view(module->build).empty());
}

TEST(Descriptor, CarriesTheConnectorsIdentityAndDeclarations) {
    const auto& it = connector(kEverything);

    EXPECT_EQ(it.struct_size, sizeof(maillon_connector));
    EXPECT_EQ(view(it.id), "everything");
    EXPECT_EQ(view(it.version), "1.2.3");
    EXPECT_EQ(it.caps, MAILLON_CAP_ORDERED);
    EXPECT_EQ(json::parse(view(it.config_schema)).at("properties").at("greeting").at("default"), "hello");
    EXPECT_TRUE(json::parse(view(it.events_schema)).at("message.received").at("data").is_object());
    EXPECT_EQ(json::parse(view(it.operations_schema)).at("say").at("outbound"), true);
}

TEST(Descriptor, RolesFollowFromTheMembers) {
    const auto& all = connector(kEverything);
    ASSERT_NE(all.source, nullptr);
    EXPECT_NE(all.source->poll, nullptr);
    EXPECT_NE(all.source->receive, nullptr);
    EXPECT_EQ(all.source->settle, nullptr);
    EXPECT_EQ(all.sink->max_batch, 7u);
    EXPECT_NE(all.processor, nullptr);
    EXPECT_NE(all.connect, nullptr);
    EXPECT_NE(all.cancel, nullptr);
    EXPECT_NE(all.extension(MAILLON_RECONCILE), nullptr);
    EXPECT_NE(all.extension(MAILLON_DIRECTORY), nullptr);
    EXPECT_EQ(all.extension("maillon.reconcile/2"), nullptr);

    const auto& none = connector(kNothing);
    EXPECT_EQ(none.source, nullptr);
    EXPECT_EQ(none.sink, nullptr);
    EXPECT_EQ(none.processor, nullptr);
    EXPECT_EQ(none.connect, nullptr);
    EXPECT_EQ(none.check, nullptr);
    EXPECT_EQ(none.cancel, nullptr);
    EXPECT_EQ(none.extension(MAILLON_DIRECTORY), nullptr);
    EXPECT_EQ(view(none.operations_schema), "{}");
}

TEST(Thunks, AnInstanceLivesFromCreateToDestroy) {
    FakeHost host;
    ASSERT_EQ(Everything::alive, 0);
    {
        Driver driver(host, {});
        EXPECT_EQ(Everything::alive, 1);
    }
    EXPECT_EQ(Everything::alive, 0);
}

TEST(Thunks, WhatCreateThrowsBecomesAStatus) {
    FakeHost host;
    for (const auto& [how, code] : std::map<std::string, Code>{
             {"failure", Code::rate_limited}, {"exception", Code::internal}, {"odd", Code::internal}}) {
        try {
            Driver driver(host, {{"fail", how}});
            ADD_FAILURE() << how;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), code) << how;
        }
    }
    EXPECT_EQ(Everything::alive, 0);
}

TEST(Thunks, AConfigurationThatIsNoObjectIsAnErrorAndNotACrash) {
    FakeHost host;
    for (const auto text : {"", "[]", "7", "{"}) {
        maillon_instance* instance = nullptr;
        maillon_error error{sizeof(maillon_error), 0, 0, {}};
        EXPECT_EQ(connector(kEverything).create(host.host(), str(text), &instance, &error), MAILLON_INTERNAL);
        EXPECT_EQ(error.status, MAILLON_INTERNAL);
        EXPECT_EQ(instance, nullptr);
    }
}

TEST(Thunks, FailuresCarryDetailAndPause) {
    FakeHost host;
    Driver driver(host, {});
    host.state["connect"] = "failure";
    host.state["check"] = "odd";

    const auto connect = driver.connect();
    EXPECT_EQ(connect.code, Code::rate_limited);
    EXPECT_EQ(connect.detail, "too fast");
    EXPECT_EQ(connect.retry_after_ms, 1234u);
    EXPECT_EQ(driver.check().code, Code::internal);
    host.state.clear();
    EXPECT_EQ(driver.connect().code, Code::ok);
}

TEST(Thunks, PollEmitsWithTheCursorAndTellsItsWish) {
    FakeHost host;
    Driver driver(host, {{"greeting", "salut"}});

    const auto first = driver.poll("begin");
    ASSERT_EQ(first.status, MAILLON_OK) << first.detail;
    ASSERT_EQ(first.events.size(), 1u);
    EXPECT_EQ(first.events[0].id, "1:created");
    EXPECT_EQ(first.events[0].key, "thread-1");
    EXPECT_EQ(first.events[0].time_ms, 42);
    EXPECT_EQ(first.events[0].data.at("text"), "salut");
    EXPECT_EQ(first.events[0].attributes,
              (std::map<std::string, std::string>{{"subject", "1"}, {"origin", "hub"}}));
    EXPECT_EQ(first.cursor, "after 1");
    EXPECT_EQ(first.next_poll_ms, 0u);

    const auto last = driver.poll("end");
    EXPECT_TRUE(last.events.empty());
    EXPECT_EQ(last.cursor, "after the end");
    EXPECT_EQ(last.next_poll_ms, 5000u);
    EXPECT_EQ(driver.poll("failure").status, MAILLON_RATE_LIMITED);
    EXPECT_EQ(driver.poll("odd").status, MAILLON_INTERNAL);
}

TEST(Thunks, ReceiveSeesTheRequestAndSetsTheAnswer) {
    FakeHost host;
    Driver driver(host, {});

    const auto got = driver.receive("POST", "/hooks/x?a=b+c&fail=", "raw", {{"x-sample", "seen"}});

    EXPECT_EQ(got.status, MAILLON_OK) << got.detail;
    EXPECT_EQ(got.http_status, 202u);
    EXPECT_EQ(got.body, "seen");
    EXPECT_EQ(got.events.at(0).data.at("body"), "raw");
    EXPECT_EQ(driver.receive("POST", "/?fail=exception").status, MAILLON_INTERNAL);
}

TEST(Thunks, OneBadCallDoesNotSpoilItsNeighbours) {
    FakeHost host;
    Driver driver(host, {});

    const auto got = driver.deliver({{"say", {{"how", ""}}},
                                     {"say", {{"how", "failure"}}},
                                     {"say", {{"how", "exception"}}},
                                     {"say", {{"how", "odd"}}},
                                     {"say", {}},
                                     {"say", {{"how", ""}}}});

    ASSERT_EQ(got.status, MAILLON_OK) << got.detail;
    const std::vector<Code> wanted{Code::ok,       Code::rate_limited, Code::internal,
                                   Code::internal, Code::internal,     Code::ok};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_TRUE(got.outcomes.at(i).has_value()) << i;
        EXPECT_EQ(got.outcomes[i]->code, wanted[i]) << i;
    }
    EXPECT_EQ(got.outcomes[0]->value.at("said"), "hello");
    EXPECT_EQ(got.outcomes[0]->remote_id, "remote-1");
    EXPECT_EQ(got.outcomes[0]->remote_revision, "rev-1");
    EXPECT_EQ(got.outcomes[1]->retry_after_ms, 1234u);
    EXPECT_EQ(got.outcomes[2]->detail, "a bug");
}

TEST(Thunks, AProcessorAnswersEachEventInItsPlace) {
    FakeHost host;
    Driver driver(host, {});

    const auto got = driver.process({{{"how", ""}}, {{"how", "odd"}}, {{"how", ""}}});

    EXPECT_EQ(got.outcomes.at(0)->value.at("type"), "message.received");
    EXPECT_EQ(got.outcomes.at(1)->code, Code::internal);
    EXPECT_EQ(got.outcomes.at(2)->code, Code::ok);
}

TEST(Thunks, ABatchSinkReportsForItself) {
    FakeHost host;
    Driver driver(host, {}, maillon_module_entry(), kBatchSink);

    const auto got = driver.deliver({{"do", {}}, {"skip", {}}, {"do", {}}, {"stop", {}}, {"do", {}}});

    EXPECT_EQ(got.status, MAILLON_RETRY);
    EXPECT_EQ(got.detail, "no more");
    EXPECT_EQ(got.outcomes.at(0)->value.at("deadline"), 60'000);
    EXPECT_FALSE(got.outcomes.at(1).has_value());
    EXPECT_TRUE(got.outcomes.at(2).has_value());
    EXPECT_FALSE(got.outcomes.at(3).has_value());
    EXPECT_FALSE(got.outcomes.at(4).has_value());
}

TEST(Thunks, ExtensionsReachTheInstance) {
    FakeHost host;
    Driver driver(host, {});

    const auto doubt = driver.reconcile({{"say", {}, "key-9"}});
    EXPECT_EQ(doubt.outcomes.at(0)->code, Code::in_doubt);
    EXPECT_EQ(doubt.outcomes.at(0)->detail, "key-9");

    const auto page = driver.read_directory("Contacts", {"a", "b"});
    EXPECT_EQ(page.events.at(0).data, json::value({{"module", "Contacts"}, {"fields", {"a", "b"}}}));
    EXPECT_FALSE(page.complete);
    EXPECT_TRUE(driver.read_directory("Contacts", {"a", "b"}, page.cursor).complete);
}

TEST(Thunks, CancelReachesTheInstance) {
    FakeHost host;
    maillon_instance* instance = nullptr;
    const auto& it = connector(kEverything);
    ASSERT_EQ(it.create(host.host(), str(R"({"greeting":"","fail":""})"), &instance, nullptr), MAILLON_OK);
    const auto before = Everything::cancels;

    it.cancel(instance);
    it.destroy(instance);

    EXPECT_EQ(Everything::cancels, before + 1);
}

TEST(ErrorText, IsCutBetweenCharactersAndAlwaysEnds) {
    maillon_error error{sizeof(maillon_error), 0, 0, {}};
    std::string text(494, 'x');
    text += "é";  // its first byte would be the last that fits

    detail::put_error(&error, Code::retry, text, 5);

    EXPECT_EQ(std::string(error.detail), std::string(494, 'x'));
    EXPECT_EQ(error.status, MAILLON_RETRY);
    EXPECT_EQ(error.retry_after_ms, 5u);
    detail::put_error(&error, Code::retry, std::string(5000, 'y'), 0);
    EXPECT_EQ(std::string(error.detail), std::string(495, 'y'));
    detail::put_error(&error, Code::auth, "", 0);
    EXPECT_STREQ(error.detail, "");
    EXPECT_EQ(detail::put_error(nullptr, Code::auth, "nobody listens", 0), MAILLON_AUTH);
}

}  // namespace
}  // namespace maillon
