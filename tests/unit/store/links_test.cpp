#include "core/store/links.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LinksTest : public StoreTest {
protected:
    PersonLink edge(const std::string& record, bool linked = true, const std::string& value = "4711") {
        return {.kind = "twitter",
                .value = value,
                .directory = "customers",
                .record_id = record,
                .how = linked ? "key:handle" : "user:anne",
                .linked = linked,
                .at = now()};
    }
    void append(const PersonLink& link) {
        ASSERT_TRUE(write([&](db::Unit& unit) { return Links::append(unit, link); }));
    }
    std::vector<std::string> persons(const std::string& value = "4711") {
        return read([&](db::Reader& reader) { return Links::persons(reader, "customers", "twitter", value); })
            .value();
    }
    bool is_refused(const PersonLink& pair) {
        return read([&](db::Reader& reader) { return Links::is_refused(reader, pair); }).value();
    }
};

TEST_P(LinksTest, AnIdentityLeadsToItsPersonsAndBack) {
    append(edge("r1"));
    append(edge("r2"));
    append(edge("r1", true, "4712"));

    EXPECT_THAT(persons(), ElementsAre("r1", "r2"));
    const auto back =
        read([](db::Reader& reader) { return Links::identities(reader, "customers", "r1"); }).value();
    ASSERT_EQ(back.size(), 2u);
    EXPECT_EQ(back[0].value, "4711");
    EXPECT_EQ(back[1].value, "4712");
    EXPECT_EQ(back[0].how, "key:handle");
}

TEST_P(LinksTest, UndoingIsAnotherEdgeAndTheLastWordHolds) {
    append(edge("r1"));
    append(edge("r1", false));
    EXPECT_THAT(persons(), IsEmpty());
    EXPECT_TRUE(is_refused(edge("r1")));
    EXPECT_FALSE(is_refused(edge("r2"))) << "nobody has said anything about this pair";

    append(edge("r1"));

    EXPECT_THAT(persons(), ElementsAre("r1"));
    EXPECT_FALSE(is_refused(edge("r1")));
    const auto history =
        read([](db::Reader& reader) { return Links::history(reader, "twitter", "4711"); }).value();
    ASSERT_EQ(history.size(), 3u);
    EXPECT_TRUE(history[0].linked);
    EXPECT_FALSE(history[1].linked);
    EXPECT_EQ(history[1].how, "user:anne");
}

TEST_P(LinksTest, SayingItTwiceLinksOnce) {
    append(edge("r1"));
    append(edge("r1"));

    EXPECT_THAT(persons(), ElementsAre("r1"));
}

MAILLON_ON_EVERY_STORE(LinksTest);

}  // namespace
}  // namespace maillon::store
