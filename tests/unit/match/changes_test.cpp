#include "core/match/changes.h"

#include "core/match/bans.h"
#include "core/match/matcher.h"
#include "tests/unit/match/index/small_model.h"
#include "tests/unit/match/people_fixture.h"

namespace maillon::match {
namespace {

namespace json = boost::json;

/// A directory with two sets of rules: those in force, and those that somebody would like.
class ChangesTest : public ScoringTest {
protected:
    void SetUp() override {
        ScoringTest::SetUp();
        put("anne", R"({"first_name":"Anne","last_name":"Quemener","primary_address_city":"Quimper"})");
        put("bruno", R"({"first_name":"Bruno","last_name":"Kerleo","email1":"bruno@acme.fr"})");
        was_read_in_full();
    }
    struct Rules {
        std::shared_ptr<const DirectoryKeys> keys;
        std::unique_ptr<Matcher> matcher;
        Changes::Side side() const { return {keys.get(), matcher.get()}; }
    };
    Rules rules(const Model& model) {
        Rules out{std::make_shared<const DirectoryKeys>(directory_),
                  Matcher::make(directory_, std::make_shared<const Model>(model))};
        EXPECT_TRUE(read([&](db::Reader& reader) { return out.matcher->load(reader, 1); }));
        return out;
    }
    json::object changes(const Rules& before, const Rules& after, const std::vector<std::string>& people) {
        Changes out(before.side(), after.side(), 10);
        for (const auto& one : people) {
            EXPECT_TRUE(read(
                [&](db::Reader& reader) { return out.look_at(reader, Json::parse(one).value(), now()); }));
        }
        return out.to_json();
    }
    /// The only group, which has one example.
    static const json::object& only(const json::object& changes, std::string_view change) {
        const auto& groups = changes.at("groups").as_array();
        EXPECT_EQ(groups.size(), 1u) << json::serialize(changes);
        const auto& group = groups.at(0).as_object();
        EXPECT_EQ(group.at("change").as_string(), json::string_view(change)) << json::serialize(changes);
        EXPECT_EQ(group.at("count").as_int64(), 1);
        return group.at("examples").at(0).as_object();
    }
    static std::string at(const json::value& example, const char* side, const char* name) {
        return std::string(example.at(side).at(name).as_string());
    }

    static constexpr const char* kAnne =
        R"({"network":"x","id":"7","name":"Anne Quéméner","location":"Quimper"})";
    static constexpr const char* kBruno =
        R"({"network":"x","id":"8","name":"Bruno Kerleo","email":"bruno@acme.fr"})";
};

TEST_F(ChangesTest, TellsNothingWhereNothingIsOtherwise) {
    const auto before = rules(small_model()), after = rules(small_model());

    const auto out = changes(before, after, {kAnne, kBruno});

    EXPECT_EQ(out.at("people").as_int64(), 2);
    EXPECT_EQ(out.at("unchanged").as_int64(), 2);
    EXPECT_TRUE(out.at("groups").as_array().empty());
}

TEST_F(ChangesTest, NamesTheFieldThatTakesALinkAway) {
    const auto before = rules(small_model());
    auto weaker = small_model();
    weaker.version = 2;
    weaker.fields[4].weights.m[1] = weaker.fields[4].weights.u[1];  // a town tells nothing any more
    const auto after = rules(weaker);

    const auto out = changes(before, after, {kAnne, kBruno});
    const auto& example = only(out, "to_question");

    EXPECT_EQ(example.at("profile").as_string(), "x:7");
    EXPECT_EQ(at(example, "before", "record"), "anne");
    EXPECT_EQ(at(example, "before", "model"), "small 1");
    EXPECT_EQ(at(example, "after", "model"), "small 2");
    EXPECT_EQ(example.at("why").as_string(), "city");
    EXPECT_NE(example.at("reason").as_string().find("+0.0 bits (exact) now"), json::string::npos)
        << example.at("reason");
}

TEST_F(ChangesTest, TellsOfALinkThatWouldBeMadeAndOfThoseThatAreInForce) {
    const auto now_rules = rules(small_model());
    directory_.match.link_at = 1;
    const auto strict = rules(small_model());

    const auto added = changes(strict, now_rules, {kAnne});
    EXPECT_EQ(only(added, "added").at("why").as_string(), "link.at");
    EXPECT_NE(only(added, "added").at("reason").as_string().find("is below link.at 1 before"),
              json::string::npos)
        << only(added, "added").at("reason");

    scorer_ = now_rules.matcher.get();
    directory_.match.link_at = 0.9;
    configure();
    ASSERT_EQ(who_is(kAnne), "linked anne");
    const auto taken = changes(now_rules, strict, {kAnne});
    EXPECT_EQ(only(taken, "to_question").at("linked_now").as_string(), "anne");
    EXPECT_EQ(taken.at("groups").at(0).at("linked_now").as_int64(), 1);
}

TEST_F(ChangesTest, NamesWhatTheModelDemandsWhereNoFieldWeighsOtherwise) {
    auto strict = small_model();
    strict.classes.front().link = 2;  // never
    const auto before = rules(strict), after = rules(small_model());

    const auto out = changes(before, after, {kAnne});
    const auto& example = only(out, "added");

    EXPECT_EQ(example.at("why").as_string(), "limits of the model");
    EXPECT_EQ(example.at("reason").as_string(),
              json::string_view(
                  "what the model demands (link, review, margin_bits) of class 'name+city' is otherwise"));
}

TEST_F(ChangesTest, NeverTouchesWhatAPersonSaid) {
    const auto before = rules(small_model());
    directory_.match.link_at = 1;
    const auto strict = rules(small_model());
    say(store::LinkKind::confirm, {"x", {}, "7"}, "bruno");

    const auto out = changes(before, strict, {kAnne});

    EXPECT_EQ(out.at("by_persons").as_int64(), 1);
    EXPECT_TRUE(out.at("groups").as_array().empty());
}

TEST_F(ChangesTest, LeavesOutWhatAPersonHasForbidden) {
    const auto before = rules(small_model());
    directory_.match.link_at = 1;
    const auto strict = rules(small_model());
    const Json person = Json::parse(kAnne).value();
    const auto record =
        read([&](db::Reader& reader) { return store::Directory::get(reader, "customers", "anne"); }).value();
    const auto keys = keys_of_pair(person_of(person, *keys_), *record);
    say(store::LinkKind::reject, {"x", {}, "7"}, "anne", keys);

    const auto out = changes(before, strict, {kAnne});

    EXPECT_EQ(out.at("unchanged").as_int64(), 1) << "neither set of rules may link them";
}

TEST_F(ChangesTest, WritesNothing) {
    const auto before = rules(small_model());
    directory_.match.link_at = 1;
    const auto after = rules(small_model());

    const auto out = changes(before, after, {kAnne, kBruno});

    EXPECT_EQ(only(out, "to_question").at("why").as_string(), "link.at");
    EXPECT_TRUE(questions().empty());
    EXPECT_TRUE(identities_of("anne").empty());
    EXPECT_TRUE(identities_of("bruno").empty());
}

}  // namespace
}  // namespace maillon::match
