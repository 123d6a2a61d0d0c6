#include "core/deliver/budgets.h"

#include "core/base/time.h"
#include "core/store/spending.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace maillon::deliver {
namespace {

using std::chrono::milliseconds;

/// Which part of a budget a priority may use.
double share_of(Priority priority) {
    switch (priority) {
        case Priority::person: return 1.0;
        case Priority::normal: return 0.9;
        case Priority::background: return 0.5;
    }
    return 1.0;
}

/// Sums of costs that are equal on paper are equal here.
constexpr double kTolerance = 1e-9;

/// No service counts by longer times than months: whoever names a later moment is mistaken.
constexpr std::chrono::days kLongestTime{31};

double count(milliseconds span) {
    return static_cast<double>(span.count());
}

}  // namespace

double Budgets::Budget::capacity() const {
    if (rule.spend) return *rule.spend;
    const auto calls = *rule.calls;
    return static_cast<double>(rule.burst.value_or(std::max<std::int64_t>(1, calls / 2)));
}

double Budgets::Budget::flow() const {
    if (rule.spend) return 0;
    const auto calls = static_cast<double>(*rule.calls);
    // A single call, or a burst of all: one time after the other.
    const auto rest = std::max(calls - capacity(), 0.0);
    return (rest > 0 ? rest : calls) / count(rule.per);
}

double Budgets::Budget::cost(std::string_view operation) const {
    return rule.spend ? rule.costs.at(std::string(operation)) : 1.0;
}

TimePoint Budgets::Budget::window_end(TimePoint now) const {
    const auto length = rule.per.count();
    return from_millis((millis(now) / length + 1) * length);
}

void Budgets::Budget::catch_up(TimePoint now) {
    if (now <= as_of) {
        // A clock that was set back gives nothing back, and takes nothing: calls flow back from now on, and
        // money begins anew a time later than it would have, however far ahead the clock was.
        const auto before = std::exchange(as_of, rule.spend ? std::min(as_of, window_end(now)) : now);
        is_changed = is_changed || (rule.spend && before != as_of);
        return;
    }
    if (rule.spend)
        used = window_end(as_of) <= now ? 0 : used;
    else
        used = std::max(0.0, used - flow() * count(std::chrono::duration_cast<milliseconds>(now - as_of)));
    as_of = now;
}

std::optional<Budgets::Wait> Budgets::Budget::wait(double cost, double share, TimePoint now) const {
    // A bucket of one is no smaller for those who are to leave something.
    const auto allowed = std::max(capacity() * share, std::min(capacity(), cost));
    const auto over = used + cost - allowed;
    if (over <= kTolerance) return std::nullopt;
    const auto name = "budget '" + rule.name.value + '\'';
    const auto why = used + cost - capacity() > kTolerance
                         ? name + " is used up"
                         : "what is left of " + name + " is kept for calls that people wait for,";
    if (rule.spend) return Wait{window_end(as_of), why};
    return Wait{now + milliseconds{static_cast<std::int64_t>(std::ceil(over / flow()))}, why};
}

Budgets::Budgets(const Rules& rules, const Clock& clock, Metrics& metrics) : clock_(clock) {
    for (const auto& [name, rule] : rules) {
        Budget budget{.rule = rule, .as_of = clock.now()};
        budget.gauge = metrics.gauge("maillon_budget_ratio", "Share of a configured budget that is used.",
                                     {{"budget", name}});
        budgets_.push_back(std::move(budget));
    }
}

Budgets::~Budgets() {
    std::unique_lock lock(mutex_);
    kept_.wait(lock, [this] { return !is_keeping_; });
}

Result<> Budgets::load(db::Session& session) {
    auto rows = store::Spending::list(session);
    if (!rows) return rows.error();
    const std::scoped_lock lock(mutex_);
    for (auto& budget : budgets_) {
        const auto row = std::ranges::find(*rows, budget.rule.name.value, &store::SpendingRow::name);
        if (row == rows->end()) continue;
        budget.used = row->used;
        budget.as_of = row->at;
        budget.catch_up(clock_.now());
    }
    return {};
}

Result<> Budgets::keep(db::Unit& unit) {
    std::vector<store::SpendingRow> rows;
    {
        const std::scoped_lock lock(mutex_);
        for (auto& budget : budgets_) {
            if (!std::exchange(budget.is_changed, false)) continue;
            rows.push_back({budget.rule.name.value, budget.used, budget.as_of});
        }
    }
    for (const auto& row : rows) {
        if (auto done = store::Spending::put(unit, row); !done) return done;
    }
    return {};
}

void Budgets::keep_again() {
    const std::scoped_lock lock(mutex_);
    for (auto& budget : budgets_) budget.is_changed = true;
}

void Budgets::keep_soon(db::Database& database) {
    {
        const std::scoped_lock lock(mutex_);
        if (is_keeping_ || std::ranges::none_of(budgets_, &Budget::is_changed)) return;
        is_keeping_ = true;
    }
    keep_alone(database);
}

void Budgets::keep_alone(db::Database& database) {
    database.submit([this](db::Unit& unit) { return keep(unit); },
                    [this, &database](const Result<>& done) {
                        // After a failure whoever asks next tries again: the disk may be full for long.
                        if (!done) keep_again();
                        {
                            const std::scoped_lock lock(mutex_);
                            is_keeping_ = done && std::ranges::any_of(budgets_, &Budget::is_changed);
                            // With the lock held: the destructor must not be through before.
                            if (!is_keeping_) {
                                kept_.notify_all();
                                return;
                            }
                        }
                        keep_alone(database);
                    });
}

void Budgets::add_instance(const std::string& instance, const std::string& credential) {
    const std::scoped_lock lock(mutex_);
    credentials_[instance] = credential;
}

void Budgets::observe(const std::string& instance, const std::string& scope, double used, double limit,
                      TimePoint reset) {
    const std::scoped_lock lock(mutex_);
    const auto credential = credentials_.find(instance);
    if (credential == credentials_.end() || !std::isfinite(used) || !std::isfinite(limit) || limit <= 0)
        return;
    observed_[{credential->second, scope}] = {used, limit, std::min(reset, clock_.now() + kLongestTime), 0};
}

Budgets::Observed* Budgets::observed(const std::string& instance, std::string_view scope) {
    const auto credential = credentials_.find(instance);
    if (scope.empty() || credential == credentials_.end()) return nullptr;
    const auto found = observed_.find({credential->second, std::string(scope)});
    return found == observed_.end() ? nullptr : &found->second;
}

std::optional<Budgets::Wait> Budgets::wait_for_service(const std::string& instance, std::string_view scope,
                                                       double share, TimePoint now) {
    const auto* said = observed(instance, scope);
    if (said == nullptr || said->reset <= now) return std::nullopt;
    if (said->used + said->taken < std::max(said->limit * share, std::min(said->limit, 1.0)))
        return std::nullopt;
    return Wait{said->reset, "the service's limit '" + std::string(scope) + "' is used up"};
}

std::optional<Budgets::Wait> Budgets::take(const std::string& instance, std::string_view operation,
                                           std::string_view scope, Priority priority) {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.now();
    const auto share = share_of(priority);
    auto longest = wait_for_service(instance, scope, share, now);
    std::vector<std::pair<Budget*, double>> uses;
    for (auto& budget : budgets_) {
        if (!budget.rule.covers(instance, operation)) continue;
        budget.catch_up(now);
        const auto cost = budget.cost(operation);
        auto wait = budget.wait(cost, share, now);
        if (wait && (!longest || longest->until < wait->until)) longest = std::move(wait);
        uses.emplace_back(&budget, cost);
    }
    if (longest) {
        longest->why += " until " + to_rfc3339(longest->until);
        return longest;
    }
    for (const auto& [budget, cost] : uses) {
        budget->used += cost;
        budget->is_changed = true;
        budget->gauge.set(budget->used / budget->capacity());
    }
    // Counted on until the service says it again, so that a batch does not run over its limit.
    if (auto* said = observed(instance, scope)) ++said->taken;
    return std::nullopt;
}

void Budgets::give_back(const std::string& instance, std::string_view operation, std::string_view scope,
                        TimePoint taken) {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.now();
    for (auto& budget : budgets_) {
        if (!budget.rule.covers(instance, operation)) continue;
        budget.catch_up(now);
        // What was taken in a time that is over is not missing in this one.
        if (budget.rule.spend && budget.window_end(taken) <= now) continue;
        budget.used = std::max(0.0, budget.used - budget.cost(operation));
        budget.is_changed = true;
        budget.gauge.set(budget.used / budget.capacity());
    }
    if (auto* said = observed(instance, scope)) said->taken = std::max(0.0, said->taken - 1);
}

void Budgets::show() {
    const std::scoped_lock lock(mutex_);
    for (auto& budget : budgets_) {
        budget.catch_up(clock_.now());
        budget.gauge.set(budget.used / budget.capacity());
    }
}

std::vector<Budgets::State> Budgets::states() const {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.now();
    std::vector<State> out;
    for (auto budget : budgets_) {
        budget.catch_up(now);
        const auto until =
            budget.rule.spend
                ? budget.window_end(budget.as_of)
                : now + milliseconds{static_cast<std::int64_t>(std::ceil(budget.used / budget.flow()))};
        out.push_back(
            {budget.rule.name.value, budget.used, budget.capacity(), until, budget.rule.spend.has_value()});
    }
    return out;
}

}  // namespace maillon::deliver
