#include "story/mentions.h"
#include "story/comments.h"
#include "story/contacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

using namespace sandbox;
using ::testing::ElementsAre;

namespace {

Mention at(const char* author, std::int64_t hours, std::int64_t ms = 0) {
    Mention mention;
    mention.author_id = author;
    mention.written_ms = hours * 3'600'000 + ms;
    return mention;
}

std::vector<std::size_t> conversations(std::vector<Mention> mentions) {
    group_conversations(mentions);
    std::vector<std::size_t> out;
    for (const Mention& mention : mentions) out.push_back(mention.conversation);
    return out;
}

}  // namespace

TEST(Conversations, LessThanADayBetweenTwoMentionsOfOneAuthorKeepsThemTogether) {
    EXPECT_THAT(conversations({at("a", 0), at("a", 23, 3'599'999)}), ElementsAre(0, 0));
}

TEST(Conversations, AFullDayBeginsANewOne) {
    EXPECT_THAT(conversations({at("a", 0), at("a", 24)}), ElementsAre(0, 1));
}

TEST(Conversations, MayLastLongerThanADayStepByStep) {
    EXPECT_THAT(conversations({at("a", 0), at("a", 20), at("a", 40), at("a", 60), at("a", 84)}),
                ElementsAre(0, 0, 0, 0, 4));
}

TEST(Conversations, AuthorsDoNotMix) {
    EXPECT_THAT(conversations({at("a", 0), at("b", 1), at("a", 2), at("b", 30)}), ElementsAre(0, 1, 0, 3));
}

TEST(ReadMentions, SortsByTimeAndKeepsFileOrderAmongEqualTimes) {
    std::istringstream file(
        R"({"data":{"id":"3","text":"late","author_id":"1","created_at":"2015-02-24T19:00:00.000Z"}})"
        "\n"
        R"({"data":{"id":"1","text":"first","author_id":"1","created_at":"2015-02-24T18:00:00Z"}})"
        "\n\n"
        R"({"data":{"id":"2","text":"second","author_id":"2","created_at":"2015-02-24T18:00:00Z"},"includes":{"users":[{"id":"2","username":"bo","name":"Bo"}]}})"
        "\n");
    std::vector<std::string> complaints;

    const auto mentions = read_mentions(file, complaints);

    ASSERT_EQ(mentions.size(), 3U);
    EXPECT_EQ(mentions[0].text, "first");
    EXPECT_EQ(mentions[1].username, "bo");
    EXPECT_EQ(mentions[1].name, "Bo");
    EXPECT_EQ(mentions[2].text, "late");
    EXPECT_EQ(mentions[2].conversation, 0U);
    EXPECT_TRUE(complaints.empty());
}

TEST(ReadMentions, NamesTheLinesThatCannotBeUsedAndGoesOn) {
    std::istringstream file(
        "{broken\n"
        R"({"data":{"id":"1","author_id":"1"}})"
        "\n"
        R"({"data":{"text":"nobody"}})"
        "\n"
        R"([1])"
        "\n"
        R"({"data":{"text":"fine","author_id":"77"}})"
        "\n");
    std::vector<std::string> complaints;

    const auto mentions = read_mentions(file, complaints);

    EXPECT_THAT(complaints, ElementsAre("line 1 is no JSON object", "line 2 has no 'data.text'",
                                        "line 3 has no author", "line 4 is no JSON object"));
    ASSERT_EQ(mentions.size(), 1U);
    EXPECT_EQ(mentions[0].original_id, "line-5");
    EXPECT_EQ(mentions[0].username, "user77");
}

TEST(InventedComments, FollowFromTheSeedAlone) {
    const auto once = invent_comments(200, "page", 5);
    const auto again = invent_comments(200, "page", 5);
    const auto other = invent_comments(200, "page", 6);

    ASSERT_EQ(once.comments.size(), 200U);
    std::set<std::string> ids;
    for (std::size_t i = 0; i < 200; ++i) {
        EXPECT_EQ(once.comments[i].id, again.comments[i].id);
        EXPECT_EQ(once.comments[i].message, again.comments[i].message);
        ids.insert(once.comments[i].id);
    }
    EXPECT_EQ(ids.size(), 200U);
    EXPECT_NE(once.comments[0].id, other.comments[0].id);
}

TEST(InventedComments, AnswersHangBelowAnEarlierTopComment) {
    const auto story = invent_comments(500, "page", 1);
    std::size_t answers = 0;
    for (std::size_t i = 0; i < story.comments.size(); ++i) {
        const auto& comment = story.comments[i];
        if (!comment.parent) continue;
        ++answers;
        ASSERT_LT(*comment.parent, i);
        EXPECT_FALSE(story.comments[*comment.parent].parent);
        EXPECT_EQ(story.comments[*comment.parent].post, comment.post);
    }
    EXPECT_GT(answers, 100U);
    EXPECT_LT(answers, 250U);
}

TEST(InventedContacts, AsManyCarryAHandleAsWereAskedForOrThereAreAuthors) {
    std::vector<Mention> mentions;
    for (const char* author : {"a", "b", "a", "c"}) {
        mentions.push_back(at(author, 0));
        mentions.back().username = author;
    }
    const auto count = [&](std::size_t contacts, std::size_t linked) {
        std::set<std::string> handles;
        for (const auto& contact : invent_contacts({contacts, linked, 0, 0}, mentions, 1)) {
            if (contact.fields.contains("twitter_c")) handles.insert(text_of(contact.fields, "twitter_c"));
        }
        return handles.size();
    };

    EXPECT_EQ(count(10, 2), 2U);
    EXPECT_EQ(count(10, 99), 3U);
    EXPECT_EQ(count(1, 99), 1U);
    EXPECT_EQ(count(10, 0), 0U);
}

TEST(InventedContacts, NamesServeWhereThereIsATownAndNamesakesLiveElsewhere) {
    using Kind = InventedContact::Kind;
    std::vector<Mention> mentions;
    for (int i = 0; i < 40; ++i) {
        const auto id = "author" + std::to_string(i);
        mentions.push_back(at(id.c_str(), 0));
        mentions.back().username = "user" + std::to_string(i);
        mentions.back().name = i % 4 == 0 ? "OneWord" : "Ada Number" + std::to_string(i);
        mentions.back().location = i % 5 == 0 ? "" : "Lyon";
    }
    const auto contacts = invent_contacts({200, 10, 6, 5}, mentions, 1);

    ASSERT_EQ(contacts.size(), 200U);
    std::map<Kind, std::size_t> kinds;
    std::set<std::string> authors;
    for (const auto& contact : contacts) {
        ++kinds[contact.kind];
        if (contact.kind == Kind::stranger) continue;
        EXPECT_TRUE(authors.insert(contact.author).second) << "nobody stands there twice";
        EXPECT_EQ(contact.fields.contains("twitter_c"), contact.kind == Kind::linked);
        if (contact.kind == Kind::linked) continue;
        EXPECT_EQ(text_of(contact.fields, "first_name"), "Ada");
        EXPECT_EQ(text_of(contact.fields, "primary_address_city") == "Lyon", contact.kind == Kind::named);
    }
    EXPECT_EQ(kinds[Kind::linked], 10U);
    EXPECT_EQ(kinds[Kind::named], 6U);
    EXPECT_EQ(kinds[Kind::namesake], 5U);
}

TEST(InventedContacts, AreTheSameForTheSameSeed) {
    const auto text = [](std::uint64_t seed) {
        std::string out;
        for (const auto& contact : invent_contacts({50, 0, 0, 0}, {}, seed))
            out += json::serialize(contact.fields);
        return out;
    };
    EXPECT_EQ(text(1), text(1));
    EXPECT_NE(text(1), text(2));
}
