#include "fake_sugar.h"
#include "moments.h"
#include "records.h"

#include <gtest/gtest.h>
#include <random>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;

constexpr std::int64_t kLongAgo = 1'700'000'000;

/// A module that people work on while the hub reads it, all by the chance of one seed.
class Office {
public:
    explicit Office(unsigned seed)
        : chance_(seed), sugar_(host_), driver_(host_, FakeSugar::config({{"page_size", 10 + upto(10)}})) {
        sugar_.page_cap = static_cast<std::size_t>(2 + upto(12));
        for (int i = 0; i < 60; ++i) touch(i, kLongAgo + upto(6));
    }
    /// Reads until nothing is left for now.
    void read(bool with_people) {
        for (bool is_complete = false; !is_complete;) {
            ASSERT_LT(++pages_, 3000);
            const auto most = static_cast<std::uint32_t>(1 + upto(20));
            const auto got = driver_.read_directory("Contacts", {}, cursor_, most);
            ASSERT_EQ(got.status, MAILLON_OK) << got.detail;
            for (const auto& event : got.events)
                index_[event.key] = text_of(event.data.as_object(), "date_modified");
            cursor_ = got.cursor;
            is_complete = got.complete;
            if (with_people && upto(8) == 0) {
                pass(upto(3));
                touch(upto(70), sugar_.clock_s);
            }
        }
        pass(50);
    }
    void expect_index_is_the_crm() {
        for (const auto& [id, record] : sugar_.modules["Contacts"])
            EXPECT_EQ(index_[id], text_of(record, "date_modified")) << id;
    }

private:
    int upto(int n) { return static_cast<int>(chance_() % static_cast<unsigned>(n)); }
    void pass(int seconds) {
        sugar_.clock_s += seconds;
        host_.now_ms = sugar_.clock_s * 1000;
    }
    void touch(int id, std::int64_t second) {
        sugar_.put("Contacts",
                   {{"id", "c" + std::to_string(id)}, {"date_modified", sugar_time(second * 1000)}});
    }

    std::mt19937 chance_;
    FakeHost host_{};
    FakeSugar sugar_;
    Driver driver_;
    std::map<std::string, std::string> index_{};
    std::string cursor_{};
    int pages_ = 0;
};

/// Pages of every size, records that share seconds, a server that caps pages: in the end the index is what
/// the CRM holds.
TEST(DirectoryAtRandom, MissesNothing) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Office office(seed);
        for (int i = 0; i < 3; ++i) office.read(true);
        office.read(false);
        office.expect_index_is_the_crm();
        if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace maillon::sugarcrm
