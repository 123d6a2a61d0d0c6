#include "core/match/linkage/learn.h"

#include "core/match/linkage/scorer.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

constexpr std::size_t kRandomPairs = 1'000'000;
constexpr std::size_t kMostRows = 50'000;  // right records that EM looks at
constexpr int kOverlapRounds = 50;
constexpr int kCorrections = 3;

/// splitmix64: the same numbers everywhere.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}
    std::uint32_t below(std::size_t limit) {
        state_ += 0x9E37'79B9'7F4A'7C15U;
        const auto high = mix(state_, 0) >> 32;
        return static_cast<std::uint32_t>(high * limit >> 32);
    }

private:
    std::uint64_t state_;
};

class Learning {
public:
    Learning(Model& model, const Records& records, const BlockIndex& index, const Watch& watch)
        : model_(model), records_(records), index_(index), watch_(watch) {
        const auto rows = records.rows(Side::right);
        step_ = (rows + kMostRows - 1) / kMostRows;
        if (step_ == 0) step_ = 1;
        for (const auto& field : model.fields) {
            std::vector<double> shares;
            for (const auto& level : levels_of(field.kind)) shares.push_back(level.typical_m);
            typical_.push_back(std::move(shares));
        }
    }

    Result<void> run() {
        sample_u();
        if (!collect()) return Fault{FaultKind::cancelled, "ended while learning", {}};
        m_ = typical_;
        for (int round = 0; round < kCorrections; ++round) {
            train_sessions();
            put_weights();
            if (!estimate_overlap()) return Fault{FaultKind::cancelled, "ended while learning", {}};
            correct_u();
        }
        put_weights();
        return {};
    }

private:
    double pairs() const {
        const auto left = static_cast<double>(records_.rows(Side::left));
        const auto right = static_cast<double>(records_.rows(Side::right));
        return records_.is_one_table() ? left * (left - 1) / 2 : left * right;
    }

    void sample_u() {
        const auto left = records_.rows(Side::left), right = records_.rows(Side::right);
        random_.assign(model_.fields.size(), {});
        for (std::size_t at = 0; at < model_.fields.size(); ++at) random_[at].assign(typical_[at].size(), 0);
        const auto count = [&](Records::Row a, Records::Row b) {
            if (records_.is_one_table() && a == b) return;
            const auto levels = records_.levels(a, b);
            for (std::size_t at = 0; at < random_.size(); ++at) ++random_[at][Records::level_of(levels, at)];
        };
        if (left * right <= kRandomPairs) {
            for (Records::Row a = 0; a < left; ++a) {
                for (Records::Row b = 0; b < right; ++b) count(a, b);
            }
        } else {
            Chance chance(model_.seed);
            for (std::size_t pair = 0; pair < kRandomPairs; ++pair) {
                const auto a = chance.below(left), b = chance.below(right);
                count(a, b);
            }
        }
        u_.resize(random_.size());
        matched_.assign(random_.size(), {});
        for (std::size_t at = 0; at < random_.size(); ++at) matched_[at].assign(random_[at].size(), 0);
        correct_u();
    }

    /// Random pairs without the true ones among them. A level that no random pair shows gets half a pair.
    void correct_u() {
        for (std::size_t at = 0; at < random_.size(); ++at) {
            double sampled = 0;
            for (std::size_t level = 1; level < random_[at].size(); ++level) sampled += random_[at][level];
            const double whole = random_[at][kMissing] + sampled;
            const double all = whole > 0 ? pairs() * sampled / whole : 0;  // pairs with both values
            std::vector<double> counts(random_[at].size(), 0);
            double sum = 0;
            for (std::size_t level = 1; level < counts.size(); ++level) {
                const double share = sampled > 0 ? random_[at][level] / sampled : 0;
                double in_all = share * all;
                double least = sampled > 0 ? 0.5 * all / sampled : 0.5;
                if (const auto equal = records_.field(at).equal_share(); level == 1 && equal)
                    in_all = *equal * all, least = 0.5;
                counts[level] = std::max(in_all - matched_[at][level], least);
                sum += counts[level];
            }
            for (auto& count : counts) count = sum > 0 ? count / sum : 0;
            u_[at] = std::move(counts);
        }
    }

    /// The patterns of the pairs that each rule finds.
    bool collect() {
        sessions_.assign(model_.blocking.size(), {});
        std::vector<BlockIndex::Found> found;
        const auto rows = records_.rows(Side::right);
        for (std::size_t row = 0; row < rows; row += step_) {
            const auto right = static_cast<Records::Row>(row);
            index_.look_up(right, found);
            for (const auto& one : found) {
                const auto levels = records_.levels(one.left, right);
                for (std::size_t rule = 0; rule < sessions_.size(); ++rule) {
                    if ((one.rules >> rule & 1U) != 0) sessions_[rule].add(levels);
                }
            }
            if (row / step_ % 256 == 0 &&
                !watch_("learning", static_cast<std::int64_t>(row), static_cast<std::int64_t>(rows)))
                return false;
        }
        return true;
    }

    bool reads_same_column(const FieldModel& a, const FieldModel& b) const {
        for (const auto& x : a.columns[0]) {
            for (const auto& y : b.columns[0]) {
                if (x.part != "within" && y.part != "within" && x.names == y.names) return true;
            }
        }
        return false;
    }

    std::vector<bool> masked(const BlockingRule& rule) const {
        std::vector<bool> out(model_.fields.size(), false);
        for (const auto& part : rule) {
            const auto* named = model_.field(part.field);
            for (std::size_t at = 0; at < out.size(); ++at) {
                if (&model_.fields[at] == named || reads_same_column(model_.fields[at], *named))
                    out[at] = true;
            }
        }
        return out;
    }

    void train_sessions() {
        LevelTable sums = typical_;
        for (auto& levels : sums) std::ranges::fill(levels, 0);
        for (std::size_t rule = 0; rule < sessions_.size(); ++rule) {
            if (sessions_[rule].size() == 0) continue;
            EmOptions options;
            options.masked = masked(model_.blocking[rule]);
            const double right = static_cast<double>(records_.rows(Side::right) / step_);
            options.start = std::clamp(0.5 * right / sessions_[rule].pairs(), 0.001, 0.5);
            const auto found = learn_m(sessions_[rule], typical_, u_, options);
            for (std::size_t at = 0; at < sums.size(); ++at) {
                if (options.masked[at]) continue;
                for (std::size_t level = 1; level < sums[at].size(); ++level)
                    sums[at][level] += found.counts[at][level];
            }
        }
        for (std::size_t at = 0; at < sums.size(); ++at)
            m_[at] = with_prior(sums[at], typical_[at], kPriorPairs);
    }

    void put_weights() {
        for (std::size_t at = 0; at < model_.fields.size(); ++at)
            model_.fields[at].weights = {m_[at], u_[at]};
    }

    /// How many of the right have somebody on the left, and how their fields come out over all pairs.
    bool estimate_overlap() {
        struct Pair {
            std::uint64_t levels;
            double ratio;
        };
        const Scorer scorer(model_, records_);
        std::vector<std::vector<Pair>> all;
        std::vector<BlockIndex::Found> found;
        const auto rows = records_.rows(Side::right);
        const double left = static_cast<double>(records_.rows(Side::left));
        for (std::size_t row = 0; row < rows; row += step_) {
            const auto right = static_cast<Records::Row>(row);
            index_.look_up(right, found);
            auto& pairs = all.emplace_back();
            for (const auto& one : found) {
                const auto levels = records_.levels(one.left, right);
                const double bits = scorer.bits(levels, one.left, right);
                if (bits > 0) pairs.push_back({levels, std::exp2(std::min(bits, 200.0)) / left});
            }
            if (row / step_ % 256 == 0 &&
                !watch_("learning", static_cast<std::int64_t>(row), static_cast<std::int64_t>(rows)))
                return false;
        }
        double overlap = 0.5;
        for (int round = 0; round < kOverlapRounds; ++round) {
            double expected = 1;  // one record each way beforehand: never quite 0 or 1
            for (const auto& pairs : all) {
                double sum = 0;
                for (const auto& pair : pairs) sum += pair.ratio;
                expected += overlap * sum / (1 - overlap + overlap * sum);
            }
            overlap = expected / (static_cast<double>(all.size()) + 2);
        }
        model_.overlap = overlap;
        for (auto& levels : matched_) std::ranges::fill(levels, 0);
        for (const auto& pairs : all) {
            double sum = 0;
            for (const auto& pair : pairs) sum += pair.ratio;
            for (const auto& pair : pairs) {
                const double probability = overlap * pair.ratio / (1 - overlap + overlap * sum);
                for (std::size_t at = 0; at < matched_.size(); ++at)
                    matched_[at][Records::level_of(pair.levels, at)] +=
                        probability * static_cast<double>(step_);
            }
        }
        return true;
    }

    Model& model_;
    const Records& records_;
    const BlockIndex& index_;
    const Watch& watch_;
    std::size_t step_ = 1;
    LevelTable typical_, m_, u_;
    LevelTable random_;   ///< random pairs by level
    LevelTable matched_;  ///< true pairs by level, as far as known
    std::vector<Patterns> sessions_;
};

}  // namespace

Result<void> learn(Model& model, const Records& records, const BlockIndex& index, const Watch& watch) {
    if (model.is_learned()) return {};
    return Learning(model, records, index, watch).run();
}

}  // namespace maillon::match
