#include "core/store/links.h"

#include "tests/unit/store/store_test.h"

namespace maillon::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LinksTest : public StoreTest {
protected:
    LinkEvent word(LinkKind kind, const std::string& record, const std::string& id = "4711") {
        return {.at = now(),
                .kind = kind,
                .directory = "customers",
                .identity = {"x", "", id},
                .record = record,
                .rule = "key:email",
                .probability = 0.75,
                .verdict = R"({"a":1})"};
    }
    void append(const LinkEvent& event) {
        ASSERT_TRUE(write([&](db::Unit& unit) { return Links::append(unit, event); }));
    }
    std::vector<std::string> linked(const std::string& id = "4711") {
        const auto found = read([&](db::Reader& reader) {
                               return Links::of_identity(reader, "customers", {"x", "", id});
                           }).value();
        std::vector<std::string> out;
        for (const auto& one : found) {
            if (one.is_linked()) out.push_back(one.record);
        }
        return out;
    }
    std::vector<std::string> identities(const std::string& record) {
        const auto found =
            read([&](db::Reader& reader) { return Links::of_record(reader, "customers", record); }).value();
        std::vector<std::string> out;
        for (const auto& one : found) out.push_back(one.identity.text());
        return out;
    }
    std::string standing_for(const std::string& record) {
        return read([&](db::Reader& reader) { return Links::standing_for(reader, "customers", record); })
            .value();
    }
};

TEST_P(LinksTest, AnIdentityLeadsToItsRecordsAndBack) {
    append(word(LinkKind::link, "r1"));
    append(word(LinkKind::link, "r2"));
    append(word(LinkKind::link, "r1", "4712"));

    EXPECT_THAT(linked(), ElementsAre("r1", "r2"));
    EXPECT_THAT(identities("r1"), ElementsAre("x:4711", "x:4712"));
    const auto kept = read([](db::Reader& reader) { return Links::of_record(reader, "customers", "r2"); });
    ASSERT_EQ(kept->size(), 1u);
    EXPECT_EQ(kept->front().rule, "key:email");
    EXPECT_EQ(kept->front().probability, 0.75);
    EXPECT_EQ(kept->front().verdict, R"({"a":1})");
}

TEST_P(LinksTest, OtherDirectoriesNetworksAndScopesAreOthers) {
    auto one = word(LinkKind::link, "r1");
    one.directory = "suppliers";
    append(one);
    one = word(LinkKind::link, "r2");
    one.identity.scope = "page-1";
    append(one);
    EXPECT_THAT(linked(), IsEmpty());
}

TEST_P(LinksTest, UndoingIsAnotherWordAndTheLastOneHolds) {
    append(word(LinkKind::link, "r1"));
    append(word(LinkKind::unlink, "r1"));
    EXPECT_THAT(linked(), IsEmpty());
    EXPECT_THAT(identities("r1"), IsEmpty());

    append(word(LinkKind::confirm, "r1"));

    EXPECT_THAT(linked(), ElementsAre("r1"));
    const auto history = read([](db::Reader& reader) {
                             return Links::history(reader, "customers", {"x", "", "4711"});
                         }).value();
    ASSERT_EQ(history.size(), 3u);
    EXPECT_EQ(history[1].kind, LinkKind::unlink);
}

TEST_P(LinksTest, SayingItTwiceLinksOnce) {
    append(word(LinkKind::link, "r1"));
    append(word(LinkKind::link, "r1"));
    EXPECT_THAT(linked(), ElementsAre("r1"));
    EXPECT_EQ(read([](db::Reader& reader) { return Links::count(reader, "customers"); }).value(), 1);
}

TEST_P(LinksTest, OnlyAPersonsNoForbids) {
    auto gone = word(LinkKind::unlink, "r1");
    EXPECT_FALSE(gone.forbids()) << "a rule took it away: the record is gone";
    gone.decided_by = "anne";
    EXPECT_TRUE(gone.forbids());
    EXPECT_TRUE(word(LinkKind::reject, "r1").forbids());
    EXPECT_FALSE(word(LinkKind::confirm, "r1").forbids());
}

TEST_P(LinksTest, AMergeIsAWordOverRecordsAndLeavesTheLinksAlone) {
    append(word(LinkKind::link, "r1"));
    append(word(LinkKind::link, "r2", "4712"));
    LinkEvent merge{
        .at = now(), .kind = LinkKind::merge, .directory = "customers", .record = "r1", .other = "r2"};
    append(merge);
    EXPECT_EQ(standing_for("r2"), "r1");
    EXPECT_EQ(standing_for("r1"), "r1");
    EXPECT_THAT(linked("4712"), ElementsAre("r2")) << "the link itself is untouched";
    merge.record = "r0";
    merge.other = "r1";
    append(merge);
    EXPECT_EQ(standing_for("r2"), "r0");

    merge.kind = LinkKind::split;
    append(merge);

    EXPECT_EQ(standing_for("r2"), "r1");
    EXPECT_EQ(standing_for("r1"), "r1");
}

TEST_P(LinksTest, ACircleOfMergesEnds) {
    LinkEvent merge{
        .at = now(), .kind = LinkKind::merge, .directory = "customers", .record = "r1", .other = "r2"};
    append(merge);
    std::swap(merge.record, merge.other);
    append(merge);
    EXPECT_FALSE(standing_for("r1").empty());
}

TEST_P(LinksTest, AnIdentityIsReadAsItIsWritten) {
    for (const std::string text : {"x:4711", "facebook/12:99", "email:a:b@c.de", "x:@anne"}) {
        const auto parsed = Identity::parse(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->text(), text);
    }
    for (const std::string text : {"", "x", "x:", ":4711", "/s:1"})
        EXPECT_FALSE(Identity::parse(text)) << text;
}

TEST_P(LinksTest, WordsAreTalliedByWhoSaidThem) {
    auto by_model = word(LinkKind::link, "r1", "1");
    by_model.model = "customers 1";
    auto by_person = word(LinkKind::link, "r1", "2");
    by_person.model = "customers 1";
    by_person.decided_by = "anne";
    append(word(LinkKind::link, "r1", "3"));
    append(word(LinkKind::link, "r1", "4"));
    const auto before = read([](db::Reader& reader) { return Links::last(reader); }).value();
    for (const auto& one : {by_model, by_person, word(LinkKind::unlink, "r1", "4")}) append(one);

    const auto told = [&](LinkId after) {
        std::vector<std::string> out;
        const auto rows = read([&](db::Reader& reader) { return Links::tally(reader, after); }).value();
        for (const auto& one : rows)
            out.push_back(std::string(db::kWords<LinkKind>[static_cast<std::size_t>(one.kind)]) + ' ' +
                          one.by + ' ' + std::to_string(one.count));
        return out;
    };
    EXPECT_THAT(told({}), testing::UnorderedElementsAre("link rule 2", "link model 1", "link person 1",
                                                        "unlink rule 1"));
    EXPECT_THAT(told(before),
                testing::UnorderedElementsAre("link model 1", "link person 1", "unlink rule 1"));
    EXPECT_THAT(told(read([](db::Reader& reader) { return Links::last(reader); }).value()), IsEmpty());
}

MAILLON_ON_EVERY_STORE(LinksTest);

}  // namespace
}  // namespace maillon::store
