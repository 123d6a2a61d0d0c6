#include "core/event/event.h"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace maillon {
namespace {

Envelope full_envelope() {
    return {.id = "1834:created:1",
            .source = "/connectors/x",
            .connector = "x",
            .type = "message.received",
            .subject = "1834",
            .key = "thread-7",
            .time = from_millis(1'789'373'564'250),
            .received = from_millis(1'789'373'565'000),
            .origin = "hub",
            .hops = 2,
            .replay = true,
            .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
}

Result<Envelope> read(std::string_view text) {
    return Envelope::from_json(Json::parse(text).value());
}

/// The smallest envelope with one more member.
Result<Envelope> read_with(std::string_view member) {
    return read(R"({"id":"1","source":"/hub","type":"t",)" + std::string(member) + "}");
}

TEST(Envelope, IsWrittenAsCloudEvents) {
    const auto out = full_envelope().to_json();

    EXPECT_EQ(out.at("specversion"), "1.0");
    EXPECT_EQ(out.at("id"), "1834:created:1");
    EXPECT_EQ(out.at("source"), "/connectors/x");
    EXPECT_EQ(out.at("type"), "message.received");
    EXPECT_EQ(out.at("subject"), "1834");
    EXPECT_EQ(out.at("time"), "2026-09-14T08:12:44.250Z");
    EXPECT_EQ(out.at("receivedtime"), "2026-09-14T08:12:45Z");
    EXPECT_EQ(out.at("partitionkey"), "thread-7");
    EXPECT_EQ(out.at("hops"), 2);
    EXPECT_EQ(out.at("replay"), true);
}

TEST(Envelope, LeavesOutWhatIsEmpty) {
    const auto out = Envelope{.id = "1", .source = "/hub", .connector = "hub", .type = "t"}.to_json();

    EXPECT_FALSE(out.contains("subject"));
    EXPECT_FALSE(out.contains("origin"));
    EXPECT_FALSE(out.contains("traceparent"));
}

TEST(Envelope, WhatIsWrittenIsReadBack) {
    const auto before = full_envelope();

    const auto after = Envelope::from_json(Json::from(before.to_json()));

    ASSERT_TRUE(after);
    EXPECT_EQ(after->to_json(), before.to_json());
    EXPECT_EQ(after->connector, "x");
    EXPECT_EQ(after->time, before.time);
    EXPECT_EQ(after->traceparent, before.traceparent);
}

TEST(Envelope, NeedsAnIdASourceAndAType) {
    for (const auto* text : {R"({"source":"/hub","type":"t"})", R"({"id":"1","type":"t"})",
                             R"({"id":"1","source":"/hub"})", R"({"id":"","source":"/hub","type":"t"})",
                             R"({"id":1,"source":"/hub","type":"t"})", "[]", "null"}) {
        const auto envelope = read(text);
        ASSERT_FALSE(envelope) << text;
        EXPECT_EQ(envelope.error().what, "an event needs id, source and type");
    }
    EXPECT_TRUE(read(R"({"id":"1","source":"/hub","type":"t"})"));
}

TEST(Envelope, NamesTheTimeThatIsWrong) {
    EXPECT_EQ(read_with(R"("time":"yesterday")").error().what, "time: 'yesterday' is not an RFC 3339 time");
    EXPECT_EQ(read_with(R"("receivedtime":"12")").error().what, "receivedtime: '12' is not an RFC 3339 time");
}

TEST(Envelope, RefusesHopsThatAreNoCount) {
    EXPECT_EQ(read_with(R"("hops":3)")->hops, 3);
    for (const auto* member :
         {R"("hops":-1)", R"("hops":"3")", R"("hops":1.5)", R"("hops":4294967296)", R"("hops":null)"}) {
        EXPECT_FALSE(read_with(member)) << member;
    }
}

TEST(Envelope, RefusesAReplayThatIsNeitherTrueNorFalse) {
    EXPECT_TRUE(read_with(R"("replay":true)")->replay);
    EXPECT_FALSE(read_with(R"("replay":false)")->replay);
    EXPECT_FALSE(read_with(R"("replay":"true")"));
}

TEST(Event, HasNoPlaceInTheJournalUntilItIsTaken) {
    EXPECT_FALSE(Event{}.seq.is_set());
    EXPECT_TRUE(Event{}.body.is_null());
}

}  // namespace
}  // namespace maillon
