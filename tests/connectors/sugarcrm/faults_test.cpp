// Whatever request of a batch fails, in whatever way: every call is reported once, and repeating what may be
// repeated and reconciling what is in doubt leaves each record exactly once.
#include "fake_sugar.h"
#include "keys.h"

#include <gtest/gtest.h>

namespace maillon::sugarcrm {
namespace {

using testkit::Driver;
using testkit::FakeHost;
using testkit::Scripted;
using testkit::Sent;
using testkit::TestCall;

struct Fault {
    const char* name;
    Scripted answer;
    bool is_after_the_work;  ///< Sugar has done what was asked, and its answer is lost
    bool is_in_bulk;
};

void PrintTo(const Fault& fault, std::ostream* out) {
    *out << fault.name;
}

const std::vector<TestCall>& calls() {
    static const std::vector<TestCall> all = [] {
        std::vector<TestCall> out;
        for (const std::string n : {"1", "2"}) {
            out.push_back({"create", {{"module", "Notes"}, {"fields", {{"name", n}}}}, "create-" + n});
            out.push_back({"upsert",
                           {{"module", "Cases"}, {"key", {{"thread_c", n}}}, {"set", {{"last_c", n}}}},
                           "upsert-" + n});
        }
        return out;
    }();
    return all;
}

/// What the hub does: repeats, asks for what is in doubt, and has a person connect again after a refusal.
class Hub {
public:
    explicit Hub(Driver& driver) : driver_(driver) {}

    /// The calls that still have no good end.
    std::vector<TestCall> deliver(const std::vector<TestCall>& open) {
        const auto got = driver_.deliver(open);
        std::vector<TestCall> left;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (!got.outcomes.at(i)) {
                ADD_FAILURE() << "not reported: " << open[i].idempotency_key;
                continue;
            }
            if (is_done(open[i], *got.outcomes[i])) continue;
            left.push_back(open[i]);
            ++left.back().attempt;
        }
        return left;
    }

private:
    bool is_done(const TestCall& call, const Outcome& outcome) {
        auto code = outcome.code;
        EXPECT_NE(code, Code::internal) << outcome.detail;
        EXPECT_NE(code, Code::rejected) << outcome.detail;
        if (code == Code::in_doubt) {
            code = driver_.reconcile({call}).outcomes.at(0)->code;
            EXPECT_NE(code, Code::in_doubt) << "a person would have to look";
        }
        if (code == Code::auth) driver_.connect();
        return code == Code::ok;
    }
    Driver& driver_;
};

class FaultsTest : public testing::TestWithParam<Fault> {};

TEST_P(FaultsTest, LeaveEveryRecordExactlyOnceInTheEnd) {
    const auto& fault = GetParam();
    for (std::size_t step = 0; step < 8; ++step) {
        FakeHost host;
        FakeSugar sugar(host);
        sugar.put("Notes", {{"name", "earlier"}, {"sync_key", short_key("create-0")}});
        Driver driver(host, FakeSugar::config({{"bulk", fault.is_in_bulk}}));
        std::size_t n = 0;
        auto& hook = fault.is_after_the_work ? sugar.loss : sugar.fault;
        hook = [&](const Sent&) { return n++ == step ? std::optional(fault.answer) : std::nullopt; };
        Hub hub(driver);
        auto open = calls();

        for (int round = 0; round < 6 && !open.empty(); ++round) open = hub.deliver(open);

        EXPECT_TRUE(open.empty()) << "step " << step;
        EXPECT_EQ(sugar.modules["Notes"].size(), 3u) << "step " << step;
        EXPECT_EQ(sugar.modules["Cases"].size(), 2u) << "step " << step;
    }
}

std::vector<Fault> faults() {
    std::vector<Fault> out;
    for (const bool in_bulk : {true, false}) {
        for (const bool after : {true, false}) {
            out.push_back({"Cut", {0, "cut", {}, Code::in_doubt}, after, in_bulk});
            out.push_back({"ServerError", {500, "", {}, Code::ok}, after, in_bulk});
            out.push_back({"GatewayTimeout", {504, "<html>", {}, Code::ok}, after, in_bulk});
            out.push_back({"PageInsteadOfJson", {200, "<html>", {}, Code::ok}, after, in_bulk});
        }
        out.push_back({"NotSent", {0, "refused", {}, Code::retry}, false, in_bulk});
        out.push_back({"Busy", {503, "", {}, Code::ok}, false, in_bulk});
        out.push_back({"TooFast", {429, "", {{"Retry-After", "1"}}, Code::ok}, false, in_bulk});
        out.push_back({"TokenRefused", {401, "{}", {}, Code::ok}, false, in_bulk});
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(Sugar, FaultsTest, testing::ValuesIn(faults()), [](const auto& row) {
    return std::string(row.param.name) + (row.param.is_after_the_work ? "AfterTheWork" : "BeforeTheWork") +
           (row.param.is_in_bulk ? "InBulk" : "OneByOne");
});

}  // namespace
}  // namespace maillon::sugarcrm
