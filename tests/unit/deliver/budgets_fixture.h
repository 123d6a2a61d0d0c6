#pragma once

#include "core/base/time.h"
#include "core/deliver/budgets.h"
#include "tests/unit/deliver/lane_fixture.h"

namespace maillon::deliver {

inline config::Budget budget(const std::string& of) {
    config::Budget out;
    out.of = {{of, {}}};
    return out;
}

class BudgetsTest : public LaneTest {
protected:
    /// `calls` per quarter of an hour, `burst` at once.
    Budgets& calls(std::int64_t limit, std::optional<std::int64_t> burst = {}) {
        auto rule = budget("crm");
        rule.name.value = "quarter";
        rule.calls = limit;
        rule.burst = burst;
        rule.per = std::chrono::minutes{15};
        rules_ = {{"quarter", rule}};
        return make();
    }
    Budgets& money(double limit) {
        auto rule = budget("crm");
        rule.name.value = "day";
        rule.spend = limit;
        rule.costs = {{"create", 0.25}, {"poll", 0.1}};
        rules_ = {{"day", rule}};
        return make();
    }
    Budgets& make() {
        budgets_ = std::make_unique<Budgets>(rules_, clock_, metrics_);
        budgets_->add_instance("crm", "crm");
        return *budgets_;
    }
    /// How many calls are allowed at this moment.
    int taken(Priority priority = Priority::person, int most = 1'000) {
        int out = 0;
        while (out < most && !budgets_->take("crm", "create", {}, priority)) ++out;
        return out;
    }
    void go_to(const std::string& time) { clock_.advance(parse_rfc3339(time).value() - now()); }
    void keep() {
        ASSERT_TRUE(write([&](db::Unit& unit) { return budgets_->keep(unit); }));
    }
    void load() {
        ASSERT_TRUE(read([&](db::Reader& reader) { return budgets_->load(reader); }));
    }
    Budgets::Rules rules_;
};

}  // namespace maillon::deliver
