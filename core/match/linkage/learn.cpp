#include "core/match/linkage/learn.h"

#include "core/match/linkage/comparer.h"
#include "core/match/linkage/parallel.h"
#include "core/match/linkage/random_pairs.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace maillon::match {
namespace {

constexpr std::size_t kMostRows = 50'000;  // right records that EM looks at
constexpr std::size_t kRowsOfPiece = 512;
constexpr int kOverlapRounds = 50;
constexpr int kCorrections = 3;

class Learning {
public:
    Learning(Model& model, const Records& records, const BlockIndex& index, const Watch& watch,
             unsigned threads)
        : model_(model), records_(records), index_(index), watch_(watch), threads_(threads) {
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
        random_.assign(model_.fields.size(), {});
        for (std::size_t at = 0; at < model_.fields.size(); ++at) random_[at].assign(typical_[at].size(), 0);
        for (const auto one : levels_of_random_pairs(records_, model_.seed, threads_)) {
            for (std::size_t at = 0; at < random_.size(); ++at) ++random_[at][Records::level_of(one, at)];
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
        met_.resize((samples() + kRowsOfPiece - 1) / kRowsOfPiece);
        std::mutex mutex;
        SharedWatch shared(watch_, "learning", static_cast<std::int64_t>(samples()));
        in_pieces(met_.size(), threads_, [&](std::size_t piece) {
            if (!shared.goes_on()) return;
            std::vector<Patterns> patterns(sessions_.size());
            compare(piece, patterns);
            const std::scoped_lock lock(mutex);
            for (std::size_t rule = 0; rule < patterns.size(); ++rule) sessions_[rule].add(patterns[rule]);
            shared.add(static_cast<std::int64_t>(rows_of(piece)));
        });
        return shared.finish();
    }

    /// Records of the right that are looked at.
    std::size_t samples() const { return (records_.rows(Side::right) + step_ - 1) / step_; }
    std::size_t rows_of(std::size_t piece) const {
        return std::min(samples() - piece * kRowsOfPiece, kRowsOfPiece);
    }
    Records::Row sampled(std::size_t sample) const { return static_cast<Records::Row>(sample * step_); }

    /// The candidates of the records of one piece, kept, and their patterns by rule.
    void compare(std::size_t piece, std::vector<Patterns>& patterns) {
        Met& met = met_[piece];
        Comparer comparer(records_);
        std::vector<BlockIndex::Found> found;
        const auto end = std::min(samples(), (piece + 1) * kRowsOfPiece);
        for (auto sample = piece * kRowsOfPiece; sample < end; ++sample) {
            index_.look_up(sampled(sample), found);
            comparer.clear();
            for (const auto& one : found) comparer.add(one.left);
            const auto levels = comparer.levels(sampled(sample));
            for (std::size_t at = 0; at < found.size(); ++at) {
                for (std::size_t rule = 0; rule < patterns.size(); ++rule) {
                    if ((found[at].rules >> rule & 1U) != 0) patterns[rule].add(levels[at]);
                }
            }
            met.lefts.insert(met.lefts.end(), comparer.lefts().begin(), comparer.lefts().end());
            met.levels.insert(met.levels.end(), levels.begin(), levels.end());
            met.ends.push_back(met.lefts.size());
        }
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
        const Scorer scorer(model_, records_);
        std::vector<std::vector<Likely>> all(samples());
        SharedWatch shared(watch_, "learning", static_cast<std::int64_t>(samples()));
        in_pieces(met_.size(), threads_, [&](std::size_t piece) {
            if (!shared.goes_on()) return;
            weigh(piece, scorer, all);
            shared.add(static_cast<std::int64_t>(rows_of(piece)));
        });
        if (!shared.finish()) return false;
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

    /// A pair that speaks for one person, and how much likelier than by chance.
    struct Likely {
        std::uint64_t levels;
        double ratio;
    };
    /// The candidates of the records of one piece.
    struct Met {
        std::vector<Records::Row> lefts{};
        std::vector<std::uint64_t> levels{};
        std::vector<std::size_t> ends{};  ///< of each record's
    };

    void weigh(std::size_t piece, const Scorer& scorer, std::vector<std::vector<Likely>>& all) const {
        const Met& met = met_[piece];
        const double left = static_cast<double>(records_.rows(Side::left));
        std::vector<double> bits;
        std::size_t begin = 0;
        for (std::size_t at = 0; at < met.ends.size(); ++at) {
            const auto count = met.ends[at] - begin;
            const auto levels = std::span(met.levels).subspan(begin, count);
            const auto sample = piece * kRowsOfPiece + at;
            bits.resize(count);
            scorer.bits_all(levels, std::span(met.lefts).subspan(begin, count), sampled(sample), bits);
            for (std::size_t pair = 0; pair < count; ++pair) {
                if (bits[pair] > 0)
                    all[sample].push_back({levels[pair], std::exp2(std::min(bits[pair], 200.0)) / left});
            }
            begin = met.ends[at];
        }
    }

    Model& model_;
    const Records& records_;
    const BlockIndex& index_;
    const Watch& watch_;
    unsigned threads_;
    std::size_t step_ = 1;
    LevelTable typical_, m_, u_;
    LevelTable random_;   ///< random pairs by level
    LevelTable matched_;  ///< true pairs by level, as far as known
    std::vector<Patterns> sessions_;
    std::vector<Met> met_;
};

}  // namespace

Result<void> learn(Model& model, const Records& records, const BlockIndex& index, const Watch& watch,
                   unsigned threads) {
    if (model.is_learned()) return {};
    return Learning(model, records, index, watch, threads).run();
}

}  // namespace maillon::match
