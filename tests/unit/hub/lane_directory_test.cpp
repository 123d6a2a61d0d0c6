#include "tests/unit/hub/directory_scene.h"

namespace maillon::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(DirectoryTest, TheLaneReadsPageAfterPageAndThenOnlyNowAndAgain) {
    source_.about.polls = false;
    pages({{{record("1", "")}, "c1", false, {}}, {{record("2", "")}, "c2", true, {}}});
    directories_.push_back(reader());
    start();

    ASSERT_TRUE(source_.is_asked("read", 2));
    ASSERT_TRUE(comes_to([&] {
        const auto state = lane_->state().directories;
        return state.size() == 1 && state[0].complete;
    }));
    EXPECT_EQ(lane_->state().directories[0].name, "customers");
    EXPECT_EQ(lane_->state().directories[0].records, 2);
    expect_next("read", minutes{1});
    EXPECT_THAT(source_.whats("read"), ElementsAre("", "c1", "c2"));
}

TEST_F(DirectoryTest, TheLaneReadsAllAnewWhenItIsTime) {
    refresh_every_ = minutes{1};
    source_.about.polls = false;
    pages({{{record("1", "")}, "c1", true, {}}});
    directories_.push_back(reader());
    start();

    ASSERT_TRUE(source_.is_asked("read", 1));
    expect_next("read", minutes{1});
    EXPECT_THAT(source_.whats("read"), ElementsAre("", "")) << "from the beginning, not from c1 on";
}

TEST_F(DirectoryTest, AReadingAnewThatIsAskedForIsOnDiskUntilItBegins) {
    source_.about.polls = false;
    pages({{{record("1", "")}, "c1", true, {}}});
    ASSERT_TRUE(loaded()->read_page(source_, soon()));
    directories_.push_back(reader());
    make();
    const auto is_wanted = [&] {
        return database_->read([](db::Reader& r) { return store::Directory::progress(r, "customers"); })
            .value()
            ->is_wanted;
    };

    EXPECT_THAT(lane_->refresh("custmers").error().what,
                ::testing::HasSubstr("connector 'x' does not read 'custmers'"));
    EXPECT_FALSE(is_wanted());
    ASSERT_TRUE(lane_->refresh("customers"));
    EXPECT_TRUE(is_wanted());

    lane_->start();
    ASSERT_TRUE(comes_to([&] { return source_.whats("read").size() == 2; }));
    EXPECT_FALSE(is_wanted());
    EXPECT_THAT(source_.whats("read"), ElementsAre("", ""));
}

TEST_F(DirectoryTest, RecordsThatStayForAPersonMakeTheHubNotReadyAndTheConnectorIsWellNevertheless) {
    source_.about.polls = false;
    std::vector<plugin::RawEvent> many;
    for (int i = 0; i < 50; ++i) many.push_back(record("r" + std::to_string(i), ""));
    pages({{many, "c1", true, {}},
           {{}, "c1", true, {}},  // what has changed since
           {{many.front()}, "c2", true, {}},
           {{many.front()}, "c3", true, {}}});
    ASSERT_TRUE(loaded()->read_page(source_, soon()));
    refresh_every_ = minutes{1};
    directories_.push_back(reader());
    start();
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "ok"; }));
    EXPECT_TRUE(health_.ready().good) << health_.ready().json;

    clock_.advance(minutes{1});
    ASSERT_TRUE(comes_to([&] { return !health_.ready().good; }));

    EXPECT_EQ(lane_->state().state, "ok");
    EXPECT_THAT(health_.ready().json, ::testing::HasSubstr("49 of 50 records were not met again and stay"));
    EXPECT_THAT(log_.of("directory.records_left"), ::testing::SizeIs(1));
    ASSERT_TRUE(lane_->refresh("customers"));
    ASSERT_TRUE(comes_to([&] { return health_.ready().good; }));
    EXPECT_THAT(stored(), ElementsAre("r0"));
    EXPECT_THAT(log_.of("directory.refreshed"), ::testing::SizeIs(1));
}

TEST_F(DirectoryTest, TheLaneReadsAgainAtTheConfiguredInterval) {
    source_.about.polls = false;
    directories_.push_back(reader());
    start(seconds{20});

    ASSERT_TRUE(source_.is_asked("read", 1));
    expect_next("read", seconds{20});
}

TEST_F(DirectoryTest, AFailedReadingIsTriedAgainAfterAPause) {
    source_.about.polls = false;
    pages({{{record("1", "")}, "c1", false, fault(FaultKind::retry)}});
    directories_.push_back(reader());
    start();

    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "failing"; }));
    EXPECT_EQ(lane_->state().reason, "reading directory 'customers': the service says retry");
    expect_next("read", milliseconds{187});
    EXPECT_EQ(source_.seen("connect").size(), 1u);
    ASSERT_TRUE(comes_to([&] { return lane_->state().state == "ok"; }));
}

TEST_F(DirectoryTest, ALostConnectionIsMadeAgainBeforeReadingGoesOn) {
    source_.about.polls = false;
    pages({{{}, {}, false, fault(FaultKind::auth, seconds{9})}});
    directories_.push_back(reader());
    start();

    ASSERT_TRUE(source_.is_asked("read", 1));
    expect_next("connect", seconds{9});
    ASSERT_TRUE(source_.is_asked("read", 2));
    EXPECT_EQ(connections_, 2);
}

}  // namespace
}  // namespace maillon::hub
