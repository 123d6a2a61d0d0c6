#include "core/store/state.h"
#include "tests/unit/route/life.h"

#include <algorithm>

namespace maillon::route {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Takes messages of x and leaves those of fb.
class RoutingTest : public RouteTest {
protected:
    static std::string notes() {
        return route(
            "      - call: crm.create\n        with: { module: Notes, fields: { name: \"${event.id}\" } }\n");
    }
    static Message unwanted(const std::string& id) { return {id, "t", "anne", "hello", "fb"}; }
    static Message wanted(const std::string& id) { return {id, "t", "anne", "hello"}; }
    std::int64_t position() {
        return life_
            ->read(
                [](db::Reader& reader) { return store::Positions::get(reader, store::Positions::kRouted); })
            .value_or(EventSeq{})
            .value();
    }
    bool has_routed(std::int64_t seq) {
        return life_->passes([&] { return life_->engine->state().routed.value() == seq; });
    }
};

using namespace std::chrono_literals;

TEST_F(RoutingTest, EventsThatStartNoRunComeIntoTheBooksWithTheNextThatStartsOne) {
    auto& life = live(notes(), {.linger = 10h});
    life.start();
    life.take({unwanted("1"), unwanted("2"), unwanted("3")});
    ASSERT_TRUE(has_routed(3));
    EXPECT_EQ(position(), 0);
    EXPECT_EQ(life.events_book("fb").unmatched, 0);
    EXPECT_FALSE(life.engine->state().idle);

    life.take({wanted("4")});

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(position(), 4);
    EXPECT_EQ(life.events_book("fb").unmatched, 3);
    EXPECT_EQ(life.events_book("x").routed, 1);
}

TEST_F(RoutingTest, EventsThatStartNoRunComeIntoTheBooksWhenTheirTimeIsOver) {
    auto& life = live(notes(), {.linger = 10h});
    life.start();
    life.take({unwanted("1"), unwanted("2")});
    ASSERT_TRUE(has_routed(2));
    EXPECT_EQ(position(), 0);

    clock_.advance(10h);

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.events_book("fb").unmatched, 2);
}

TEST_F(RoutingTest, EventsThatStartNoRunComeIntoTheBooksAtTheEnd) {
    auto& life = live(notes(), {.linger = 10h});
    life.start();
    life.take({unwanted("1"), unwanted("2")});
    ASSERT_TRUE(has_routed(2));

    life.engine->stop();

    EXPECT_EQ(position(), 2);
    EXPECT_EQ(life.events_book("fb").unmatched, 2);
}

TEST_F(RoutingTest, WhatDidNotComeIntoTheBooksIsPutToTheRoutesAgain) {
    auto full = std::make_shared<std::atomic<bool>>(false);
    auto& life = live(notes(), {.inject =
                                    [full](db::Step step) {
                                        return *full && step == db::Step::commit ? db::Injected::disk_full
                                                                                 : db::Injected::none;
                                    },
                                .linger = 10h});
    life.start();
    life.take({unwanted("1"), unwanted("2")});
    ASSERT_TRUE(has_routed(2));
    *full = true;
    life.engine->stop();
    EXPECT_EQ(position(), 0);
    *full = false;

    auto& next = live(notes());
    next.start();

    ASSERT_TRUE(next.comes_to_rest());
    EXPECT_EQ(next.events_book("fb").unmatched, 2);
    EXPECT_EQ(next.events_book("fb").received, 2);
}

TEST_F(RoutingTest, AFullDiskKeepsThemForLater) {
    auto full = std::make_shared<std::atomic<bool>>(false);
    auto& life =
        live(notes(), {.inject = [full](db::Step step) {
                 return *full && step == db::Step::commit ? db::Injected::disk_full : db::Injected::none;
             }});
    life.start();
    const auto events = life.keep({unwanted("1"), wanted("2"), unwanted("3")});
    *full = true;
    life.engine->take_events(events);
    ASSERT_TRUE(life.passes([&] { return !life.engine->state().trouble.empty(); }));
    *full = false;

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_EQ(life.events_book("fb").unmatched, 2);
    EXPECT_THAT(world_.notes(), ElementsAre("2"));
}

TEST_F(RoutingTest, WhatIsHandedOverIsRoutedAsItIsAndNotReadAgain) {
    auto& life = live(notes());
    life.start();
    ASSERT_TRUE(life.comes_to_rest()) << "it has looked into the journal";
    auto events = life.keep({wanted("1")});
    events[0].body = *Json::parse(R"({"id":"as handed over","author":{}})");

    life.engine->take_events(events);

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("as handed over"));
}

TEST_F(RoutingTest, WhatLiesBeforeAnEventThatIsHandedOverIsReadFirst) {
    auto& life = live(notes());
    life.start();
    const auto events = life.keep({wanted("1"), wanted("2"), wanted("3")});

    life.engine->take_events({events[2]});

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("1", "2", "3"));
}

TEST_F(RoutingTest, WhatIsHandedOverTwiceOrWasReadAlreadyIsRoutedOnce) {
    auto& life = live(notes());
    life.start();
    const auto events = life.keep({wanted("1"), wanted("2")});
    life.engine->wake();
    life.engine->take_events(events);
    life.engine->take_events(events);

    ASSERT_TRUE(life.comes_to_rest());
    const auto last = life.keep({wanted("3")});
    life.engine->take_events(last);
    life.engine->take_events(events);

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), ElementsAre("1", "2", "3"));
    EXPECT_EQ(life.events_book("x").routed, 3);
}

TEST_F(RoutingTest, MoreThanIsKeptInMemoryIsReadFromTheJournal) {
    auto& life = live(notes());
    std::vector<Message> many;
    for (int i = 0; i < 3'000; ++i)
        many.push_back(i % 100 == 0 ? wanted(std::to_string(i)) : unwanted(std::to_string(i)));
    const auto events = life.keep(many);
    life.engine->take_events(events);
    life.start();

    ASSERT_TRUE(life.comes_to_rest());
    EXPECT_THAT(world_.notes(), SizeIs(30));
    EXPECT_EQ(life.events_book("fb").unmatched, 2'970);
}

}  // namespace
}  // namespace maillon::route
