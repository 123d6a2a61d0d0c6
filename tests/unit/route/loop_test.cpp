#include "tests/unit/route/life.h"

#include "core/store/run_items.h"

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LoopTest : public RouteTest {
protected:
    /// One event whose body has these members besides a thread.
    static Event event_of(Life& life, boost::json::object body, const std::string& id = "1") {
        auto event = life.event_of({id, "t1", "anne", "hello"});
        auto whole = event.body.to_boost().as_object();
        for (auto& [name, value] : body) whole[name] = value;
        event.body = Json::from(whole);
        return event;
    }
    Life& run(const std::string& steps, boost::json::object body) {
        auto& life = live(route(steps));
        life.start();
        life.take({event_of(life, std::move(body))});
        EXPECT_TRUE(life.comes_to_rest());
        return life;
    }
    static std::string note(const std::string& name, const std::string& indent = "          ") {
        return indent + "- call: crm.create\n" + indent + "  with: { module: Notes, fields: { name: \"" +
               name + "\" } }\n";
    }
    static std::vector<std::string> keys_of_calls(Life& life, RunId run = RunId{1}) {
        std::vector<std::string> out;
        for (const auto& call :
             life.read([&](db::Reader& reader) { return store::Calls::of_run(reader, run); }))
            out.push_back(call.idempotency_key);
        return out;
    }
    static std::vector<std::string> details(Life& life, RunId run = RunId{1}) {
        std::vector<std::string> out;
        for (const auto& step : life.steps_of(run)) {
            if (!step.detail.empty()) out.push_back(step.step + ": " + step.detail);
        }
        return out;
    }
    const std::string kProducts =
        "      - each: event.products\n        as: product\n        key: product.sku\n"
        "        steps:\n";
    const boost::json::object kThree{{"products",
                                      {{{"sku", "A/1"}, {"name", "one"}, {"price", 1}},
                                       {{"sku", "B"}, {"name", "two"}, {"price", 2}},
                                       {{"sku", "C"}, {"name", "three"}, {"price", 3}}}}};
};

TEST_F(LoopTest, EachItemHasARoundInTheOrderOfTheListUnderAKeyOfItsOwn) {
    auto& life = run(kProducts + note("${product.name}") + note("end", "      "), kThree);

    EXPECT_THAT(world_.notes(), ElementsAre("one", "two", "three", "end"));
    EXPECT_THAT(keys_of_calls(life), ElementsAre("x:1:created/r/each product[A%2F1]/call crm.create",
                                                 "x:1:created/r/each product[B]/call crm.create",
                                                 "x:1:created/r/each product[C]/call crm.create",
                                                 "x:1:created/r/call crm.create"));
    EXPECT_THAT(details(life), ElementsAre("each product: 3 rounds"));
    EXPECT_EQ(life.book("r").finished, 1);
    EXPECT_EQ(life.read([](db::Reader& reader) {
        return store::RunItems::at(reader, RunId{1}, "each product", 0);
    }),
              std::nullopt)
        << "nothing of the list is left behind";
}

TEST_F(LoopTest, ScalarsAreTheirOwnKeysAndOfAMapTheKeysAreTheItems) {
    auto& life =
        run("      - { each: event.tags, as: tag, steps: [ { emit: hub.tag, with: { t: \"${tag}\" } } ] }\n"
            "      - each: event.counts\n        as: name\n        steps:\n" +
                note("${name}=${event.counts[name]}"),
            {{"tags", {"red", 7, true}}, {"counts", {{"a", 1}, {"b", 2}}}});

    EXPECT_THAT(world_.notes(), ElementsAre("a=1", "b=2"));
    std::vector<std::string> ids;
    for (const auto& event : life.journal->list({.connector = "hub"}).value()) ids.push_back(event.meta.id);
    EXPECT_THAT(ids, ::testing::UnorderedElementsAre("x:1:created/r/each tag[red]/emit hub.tag",
                                                     "x:1:created/r/each tag[7]/emit hub.tag",
                                                     "x:1:created/r/each tag[true]/emit hub.tag"));
}

TEST_F(LoopTest, AnEmptyListAndOneThatWasAskedForWithAQuestionMarkHaveNoRound) {
    auto& life =
        run("      - { each: event.products, as: a, steps: [ { drop: a } ] }\n"
            "      - { each: \"event.?missing\", as: a, steps: [ { drop: b } ] }\n" +
                note("end", "      "),
            {{"products", boost::json::array{}}});

    EXPECT_THAT(world_.notes(), ElementsAre("end"));
    EXPECT_THAT(details(life), ElementsAre("each a: 0 rounds", "each a 2: 0 rounds"));
}

TEST_F(LoopTest, KeysThatDoNotTellTheItemsApartEndTheRunWithBothPositions) {
    auto& life =
        run(kProducts + note("never"), {{"products", {{{"sku", "A"}}, {{"sku", "B"}}, {{"sku", "A"}}}}});

    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].kind, FaultKind::rejected);
    EXPECT_EQ(life.letters()[0].reason, "each: items 1 and 3 have the same key 'A'");
    EXPECT_EQ(world_.effects(), 0) << "it is known before the first round";
}

TEST_F(LoopTest, AMapWithoutAKeyAKeyThatIsNoScalarAndNoListAreToldApart) {
    const std::string no_key = "      - { each: event.a, as: item, steps: [ { drop: a } ] }\n";
    const std::string odd_key = "      - { each: event.b, as: item, key: item.x, steps: [ { drop: a } ] }\n";
    auto& life =
        live(std::string(kPreamble) + "routes:\n  r:\n    from: x.message.received\n    steps:\n" + no_key +
             "  s:\n    from: x.message.received\n    steps:\n" + odd_key +
             "  t:\n    from: x.message.received\n    steps:\n      - { each: event.id, as: item, steps: [ { "
             "drop: a } ] }\n");
    life.start();
    life.take({event_of(life, {{"a", {{{"x", 1}}}}, {"b", {{{"x", 1}}, {{"x", {1}}}}}})});
    ASSERT_TRUE(life.comes_to_rest());

    std::vector<std::string> reasons;
    for (const auto& letter : life.letters()) reasons.push_back(letter.reason);
    EXPECT_THAT(
        reasons,
        ::testing::UnorderedElementsAre(
            "each: item 1 is a map and cannot be its own key: say what tells the items apart, key: item.id",
            "each: the key of item 2 is a list, not a text or a whole number",
            "each: gives string, not a list or a map"));
}

TEST_F(LoopTest, AListOverTheLimitIsRejected) {
    auto& life = live("hub: { limits: { max_items: 2 } }\n" +
                      route("      - { each: event.tags, as: tag, steps: [ { drop: a } ] }\n"));
    life.start();
    life.take({event_of(life, {{"tags", {1, 2, 3}}})});
    ASSERT_TRUE(life.comes_to_rest());
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].reason,
              "each: the list has 3 items, and 2 are the limit (hub.limits.max_items)");
}

TEST_F(LoopTest, ValuesOfTheOutsideAreKeptAndThoseOfTheInsideForgotten) {
    auto& life =
        run("      - let: { total: 0 }\n" + kProducts +
                "          - let: { total: \"${total + product.price}\" }\n"
                "          - let: { seen: \"${product.name}\" }\n            when: product.sku == 'A/1'\n"
                "          - let: { again: \"${seen}\" }\n            when: product.sku == 'B'\n"
                "            on_error: [ { emit: hub.odd, with: { why: \"${error.message}\" } } ]\n" +
                note("total ${total}", "      "),
            kThree);

    EXPECT_THAT(world_.notes(), ElementsAre("total 6"));
    const auto odd = life.journal->list({.connector = "hub"}).value();
    ASSERT_THAT(odd, SizeIs(1)) << "'seen' of the first round is not there in the second";
    EXPECT_EQ(odd[0].body.at("why")->string(),
              "again: variable 'seen' has no value here: the step that gives it one was not run: 'each "
              "product/let seen'");
}

TEST_F(LoopTest, AFailureInARoundGoesToTheHandlerOfItsStepOrOfTheLoop) {
    world_.script = [](const std::string&, const plugin::OutCall& call) -> std::optional<World::Report> {
        if (call.arguments.find("two") == std::string::npos) return std::nullopt;
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "no twos");
    };
    auto& life =
        live(std::string(kPreamble) + "routes:\n  inside:\n    from: x.message.received\n    steps:\n" +
             kProducts + note("${product.name}") + "            on_error: continue\n" +
             "  outside:\n    from: x.message.received\n    steps:\n" + kProducts + note("${product.name}") +
             "        on_error: [ { call: crm.create, with: { module: Notes, fields: { name: \"lost "
             "${error.step}\" } } } ]\n");
    life.start();
    life.take({event_of(life, kThree)});
    ASSERT_TRUE(life.comes_to_rest());

    EXPECT_THAT(world_.notes(), ::testing::UnorderedElementsAre("one", "three", "one",
                                                                "lost each product[B]/call crm.create"));
    EXPECT_EQ(life.book("inside").finished, 1);
    EXPECT_EQ(life.book("outside").finished, 1);
}

TEST_F(LoopTest, ALoopInALoopKeepsBothKeys) {
    auto& life =
        run("      - each: event.orders\n        as: order\n        key: order.id\n        steps:\n"
            "          - each: order.lines\n            as: line\n            steps:\n" +
                note("${order.id}-${line}", "              ") + note("order ${order.id}"),
            {{"orders", {{{"id", 1}, {"lines", {"a", "b"}}}, {{"id", 2}, {"lines", {"a"}}}}}});

    EXPECT_THAT(world_.notes(), ElementsAre("1-a", "1-b", "order 1", "2-a", "order 2"));
    EXPECT_THAT(keys_of_calls(life), ElementsAre("x:1:created/r/each order[1]/each line[a]/call crm.create",
                                                 "x:1:created/r/each order[1]/each line[b]/call crm.create",
                                                 "x:1:created/r/each order[1]/call crm.create",
                                                 "x:1:created/r/each order[2]/each line[a]/call crm.create",
                                                 "x:1:created/r/each order[2]/call crm.create"));
}

TEST_F(LoopTest, ALongLoopWithoutACallLetsOthersHaveTheirTurnAndEnds) {
    boost::json::array many;
    for (int i = 0; i < 900; ++i) many.emplace_back(i);
    auto& life =
        run("      - let: { n: 0 }\n      - { each: event.all, as: one, steps: [ { let: { n: \"${n + 1}\" } "
            "} ] }\n" +
                note("n ${n}", "      "),
            {{"all", many}});
    EXPECT_THAT(world_.notes(), ElementsAre("n 900"));
    EXPECT_EQ(life.book("r").finished, 1);
}

TEST_F(LoopTest, AnUnfinishedRoundIsGoneOnWithInTheNextLifeWhereverItWasCutOff) {
    const auto steps = kProducts + note("${product.name}") + note("end", "      ");
    for (const bool after : {false, true}) {
        for (int n = 1; n <= 4; ++n) {
            SCOPED_TRACE("call " + std::to_string(n) + (after ? ", after" : ", before"));
            World world;
            test::TemporaryFolder folder;
            const auto plan = plan_of(route(steps));
            {
                Life life(world, folder.url(), clock_, plan);
                world.die_at(n, after);
                life.start();
                life.take({event_of(life, kThree)});
                ASSERT_TRUE(life.comes_to_rest());
            }
            world.revive();
            Life life(world, folder.url(), clock_, plan);
            life.start();
            ASSERT_TRUE(life.comes_to_rest());
            EXPECT_THAT(world.notes(), ElementsAre("one", "two", "three", "end"));
            EXPECT_EQ(life.book("r").finished, 1);
            EXPECT_THAT(life.imbalances(), IsEmpty());
        }
    }
}

TEST_F(LoopTest, AReplayMakesOnlyTheRoundsThatWereNotMade) {
    auto refuse = std::make_shared<std::atomic<bool>>(true);
    world_.script = [refuse](const std::string&,
                             const plugin::OutCall& call) -> std::optional<World::Report> {
        if (!*refuse || call.arguments.find("two") == std::string::npos) return std::nullopt;
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "no twos");
    };
    auto& life = run(kProducts + note("${product.name}"), kThree);
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_EQ(life.letters()[0].step, "each product[B]/call crm.create");
    *refuse = false;
    ASSERT_TRUE(life.replay(life.letters()[0].id, ""));
    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("one", "two", "three"));
}

using ChooseTest = LoopTest;

constexpr const char* kChoose =
    "      - choose:\n"
    "          - when: event.text == 'fr'\n            name: french\n            steps: [ { let: { hello: "
    "Bonjour } } ]\n"
    "          - when: event.text.startsWith('e')\n            steps: [ { let: { hello: Hello } } ]\n"
    "          - when: event.text == 'en'\n            steps: [ { drop: never } ]\n";

TEST_F(ChooseTest, TheFirstBranchThatIsTrueIsTaken) {
    auto& life = run(std::string(kChoose) + "          - else: [ { drop: \"no language\" } ]\n" +
                         note("${hello}", "      "),
                     {{"text", "en"}});
    EXPECT_THAT(world_.notes(), ElementsAre("Hello"));
    EXPECT_THAT(details(life), ElementsAre("choose: took '2'"));
}

TEST_F(ChooseTest, ElseIsTakenWhenNoBranchIsTrue) {
    auto& life =
        run(std::string(kChoose) + "          - else: [ { drop: \"no language\" } ]\n", {{"text", "de"}});
    EXPECT_EQ(life.runs_of(1)[0].reason, "no language");
    EXPECT_THAT(details(life), ElementsAre("choose: took 'else'"));
}

TEST_F(ChooseTest, WithoutElseItGoesOnAndReadingWhatABranchWouldHaveBoundSaysSo) {
    auto& life =
        run(std::string(kChoose) + note("before", "      ") + note("${hello}", "      "), {{"text", "de"}});
    EXPECT_THAT(world_.notes(), ElementsAre("before"));
    ASSERT_THAT(life.letters(), SizeIs(1));
    EXPECT_THAT(life.letters()[0].reason,
                HasSubstr("variable 'hello' has no value here: none of the steps that give it one was run: "
                          "'choose/french/let hello', 'choose/let hello'"));
}

TEST_F(ChooseTest, AConditionThatCannotBeToldIsAFailureOfTheChoice) {
    auto& life =
        run("      - choose:\n          - { when: event.nothing, name: odd, steps: [ { drop: a } ] }\n"
            "        on_error: [ { drop: \"${error.step}: ${error.message}\" } ]\n",
            {});
    EXPECT_THAT(life.runs_of(1)[0].reason, HasSubstr("choose: when of branch 'odd': no such key 'nothing'"));
}

TEST_F(ChooseTest, AFailureInABranchGoesToTheHandlerOfTheChoice) {
    world_.script = [](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
        return deliver::ScriptedConnector::fails(FaultKind::rejected, "no");
    };
    auto& life =
        run("      - choose:\n          - when: \"true\"\n            steps:\n" +
                note("a", "              ") + "        on_error: { rejected: [ { drop: caught } ] }\n",
            {});
    EXPECT_EQ(life.runs_of(1)[0].reason, "caught");
}

}  // namespace
}  // namespace maillon::route
