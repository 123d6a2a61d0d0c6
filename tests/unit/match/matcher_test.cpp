#include "core/match/matcher.h"

#include "tests/unit/match/index/small_model.h"
#include "tests/unit/match/people_fixture.h"

#include <atomic>
#include <thread>

namespace maillon::match {
namespace {

/// A directory that scores, as a hub has it.
class MatcherTest : public ScoringTest {
protected:
    MatcherTest() {
        matcher_ = Matcher::make(directory_, std::make_shared<const Model>(small_model()));
        scorer_ = matcher_.get();
    }
    void complete() {
        was_read_in_full();
        ASSERT_TRUE(read([&](db::Reader& reader) { return matcher_->load(reader, 2); }));
    }
    static store::DirectoryRecord record(std::string id, std::string data) {
        return {.id = std::move(id), .data = std::move(data)};
    }
    void some() {
        put("anne", R"({"first_name":"Anne","last_name":"Quemener","primary_address_city":"Quimper"})");
        put("bruno", R"({"first_name":"Bruno","last_name":"Quemener","primary_address_city":"Brest"})");
        put("paul", R"({"first_name":"Paul","last_name":"Martin","primary_address_city":"Paris"})");
    }
    static constexpr const char* kAnne =
        R"({"network":"x","id":"7","name":"Anne Quéméner","location":"Quimper"})";

    std::unique_ptr<Matcher> matcher_;
};

TEST_F(MatcherTest, LinksByNameAndCityWhereNoKeyLeadsAnywhere) {
    some();
    complete();

    EXPECT_EQ(who_is(kAnne), "linked anne");
    EXPECT_EQ(who_is(R"({"network":"x","id":"8","name":"Zoe Dubreuil","location":"Nice"})"), "none");
}

TEST_F(MatcherTest, AsksAPersonWhenTheEvidenceMayNotLinkByItself) {
    some();
    complete();

    EXPECT_EQ(who_is(R"({"network":"x","id":"9","name":"Anne Quemener"})"), "unsure anne");
}

TEST_F(MatcherTest, LetsExactKeysSpeakFirst) {
    some();
    put("other", R"({"first_name":"Anne","last_name":"Quemener","email1":"anne@acme.fr"})");
    complete();

    EXPECT_EQ(
        who_is(
            R"({"network":"x","id":"10","name":"Anne Quemener","email":"anne@acme.fr","location":"Quimper"})"),
        "linked other");
}

TEST_F(MatcherTest, KnowsNobodyBeforeTheDirectoryWasReadInFull) {
    some();
    ASSERT_TRUE(read([&](db::Reader& reader) { return matcher_->load(reader, 2); }));

    EXPECT_EQ(matcher_->records(), 0u);
    EXPECT_EQ(who_is(kAnne), "none");
}

TEST_F(MatcherTest, GoesByWhatItIsToldAfterTheLoad) {
    some();
    complete();
    const std::string zoe_data =
        R"({"first_name":"Zoe","last_name":"Dubreuil","primary_address_city":"Nice"})";
    put("zoe", zoe_data);
    EXPECT_EQ(who_is(R"({"network":"x","id":"11","name":"Zoé Dubreuil","location":"Nice"})"), "none")
        << "not told yet";

    const auto zoe = record("zoe", zoe_data);
    matcher_->put({&zoe, 1});
    EXPECT_EQ(who_is(R"({"network":"x","id":"12","name":"Zoé Dubreuil","location":"Nice"})"), "linked zoe");

    const std::string gone = "zoe";
    matcher_->remove({&gone, 1});
    EXPECT_EQ(who_is(R"({"network":"x","id":"13","name":"Zoé Dubreuil","location":"Nice"})"), "none");
    EXPECT_EQ(matcher_->records(), 3u);
}

TEST_F(MatcherTest, IsWornWhenItsRecordsHaveDoubled) {
    some();
    complete();
    EXPECT_FALSE(matcher_->is_worn());

    for (int i = 0; i < 200; ++i) {
        const auto one = record("r" + std::to_string(i),
                                R"({"first_name":"Anne","last_name":"N)" + std::to_string(i) + "\"}");
        matcher_->put({&one, 1});
    }

    EXPECT_TRUE(matcher_->is_worn());
    complete();
    EXPECT_FALSE(matcher_->is_worn());
    EXPECT_EQ(matcher_->records(), 3u) << "what the store holds";
}

TEST_F(MatcherTest, IsWornWhenMoreThanHalfOfItsRowsAreLeftOverAndNewAfterALoad) {
    some();
    complete();
    const auto changed = [](int turn) {
        return record("zoe", R"({"first_name":"Zoe","last_name":"Dubreuil","primary_address_city":"Nice)" +
                                 std::to_string(turn) + "\"}");
    };
    int turn = 0;
    for (; turn < 5000 && !matcher_->is_worn(); ++turn) {
        const auto one = changed(turn);
        matcher_->put({&one, 1});
    }

    EXPECT_LT(turn, 1100) << "however few the records are";
    EXPECT_EQ(matcher_->records(), 4u);
    EXPECT_EQ(who_is(kAnne), "linked anne");
    complete();
    EXPECT_FALSE(matcher_->is_worn());
    EXPECT_EQ(who_is(kAnne), "linked anne");
}

TEST_F(MatcherTest, IsNotThereForADirectoryWithoutNames) {
    std::erase_if(directory_.fields,
                  [](const config::Field& field) { return field.name.value.ends_with("_name"); });

    EXPECT_EQ(Matcher::make(directory_, std::make_shared<const Model>(small_model())), nullptr);
}

TEST_F(MatcherTest, MayBeAskedWhileItIsToldAndLoaded) {
    some();
    complete();
    const Person anne = person_of(Json::parse(kAnne).value(), *keys_);
    std::atomic<bool> is_over = false;
    std::thread teller([&] {
        for (int i = 0; !is_over; ++i) {
            const auto one = record("r" + std::to_string(i % 50),
                                    R"({"first_name":"Anne","last_name":"N)" + std::to_string(i) + "\"}");
            matcher_->put({&one, 1});
        }
    });

    for (int i = 0; i < 30; ++i) {
        const auto verdict = read([&](db::Reader& reader) { return matcher_->judge(reader, anne); });
        ASSERT_TRUE(verdict);
        ASSERT_FALSE(verdict->candidates.empty());
        ASSERT_EQ(verdict->candidates.front().record_id, "anne");
        if (i % 10 == 0) complete();
    }
    is_over = true;
    teller.join();
}

TEST(LearnedModel, IsRefusedWithASentenceWhenItHasNotLearnedOrIsNone) {
    const auto none = read_learned_model("/nonexistent/persons.yaml");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().what, "the model /nonexistent/persons.yaml cannot be read: there is no such file");
    const auto folder = read_learned_model("/");
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().what, "the model / cannot be read: it is a folder");

    const auto misspelt = learned_model(
        "small.yaml", "model: small\nfields:\n  town: {kind: citty, column: city}\nblocking: [town]\n");
    ASSERT_FALSE(misspelt);
    EXPECT_EQ(misspelt.error().what,
              "the model small.yaml:3:16: there is no kind 'citty'; did you mean 'city'?");

    const auto unlearned = read_learned_model(MAILLON_SOURCE_DIR "/config/matching/social.yaml");
    ASSERT_FALSE(unlearned);
    EXPECT_NE(unlearned.error().what.find("maillon match train"), std::string::npos)
        << unlearned.error().what;
}

}  // namespace
}  // namespace maillon::match
