#include "core/hub/status_view.h"

#include "core/base/time.h"
#include "core/store/restores.h"
#include "tests/unit/hub/care_fixture.h"

namespace maillon::hub {
namespace {

using std::chrono::days;
using std::chrono::hours;

class StatusViewTest : public CareTest {
protected:
    boost::json::object backlog() {
        return database_->read([](db::Reader& reader) { return backlog_view(reader); }).value();
    }
    static std::string text(const boost::json::value& value) { return std::string(value.as_string()); }
    boost::json::object disk(std::int64_t bytes, std::chrono::milliseconds keep = days{30}) {
        return database_
            ->read([&](db::Reader& reader) { return disk_view(reader, store(), bytes, keep, clock_.now()); })
            .value();
    }
};

TEST_F(StatusViewTest, TheBacklogTellsSinceWhenSomethingWaits) {
    const auto first = to_rfc3339(clock_.now());
    clock_.advance(hours{1});
    receive();

    const auto out = backlog();

    EXPECT_EQ(text(out.at("oldest_unrouted")), first);
    EXPECT_TRUE(out.at("oldest_run").is_string());
    EXPECT_EQ(text(out.at("newest").at("x").at("received")), to_rfc3339(clock_.now()));
    EXPECT_TRUE(out.at("restored").is_null());
    write([&](db::Unit& unit) -> Result<> {
        auto marked = store::Restores::mark(unit, clock_.now() - hours{1}, clock_.now());
        if (!marked) return marked.error();
        return store::Positions::set(unit, store::Positions::kRouted, EventSeq{4});
    });
    EXPECT_EQ(text(backlog().at("restored").at("taken")), first);
    EXPECT_TRUE(backlog().at("oldest_unrouted").is_null());
}

TEST_F(StatusViewTest, DaysAreToldOnlyOfADiskThatFillsBeforeRoomIsMade) {
    EXPECT_FALSE(disk(1'000'000).contains("bytes_a_day")) << "too young for a rate";
    clock_.advance(days{2});
    const auto free = disk(1'000'000).at("free_bytes").as_int64();

    EXPECT_EQ(disk(1'000'000).at("bytes_a_day"), 500'000);
    EXPECT_FALSE(disk(1'000'000).contains("days_left"));
    const auto most = free / 5 * 4;
    EXPECT_EQ(disk(most).at("days_left"), 2) << "it grew so far in two days, and has 2.5 left";
    EXPECT_FALSE(disk(most, days{3}).contains("days_left")) << "room is made in a day";
    EXPECT_TRUE(disk(1).contains("log_bytes"));
}

}  // namespace
}  // namespace maillon::hub
