#include "core/match/calibration.h"

#include "core/match/matcher.h"
#include "core/match/permission.h"
#include "core/match/precision.h"
#include "core/match/verdict_json.h"
#include "tests/unit/match/index/small_model.h"
#include "tests/unit/match/people_fixture.h"

#include <algorithm>

namespace maillon::match {
namespace {

std::vector<Judged> answers(double said, int right, int wrong) {
    std::vector<Judged> out(static_cast<std::size_t>(right), Judged{said, true});
    out.insert(out.end(), static_cast<std::size_t>(wrong), Judged{said, false});
    return out;
}

std::vector<Judged> together(std::initializer_list<std::vector<Judged>> parts) {
    std::vector<Judged> out;
    for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

TEST(Calibration, LeavesTheModelsWordWhereAnswersAreFew) {
    const auto few = Calibration::from(answers(0.9, 0, 49));

    EXPECT_FALSE(few.is_in_use());
    EXPECT_EQ(few(0.9), 0.9);
    EXPECT_EQ(Calibration()(0.9), 0.9);
    EXPECT_TRUE(Calibration::from(answers(0.9, 0, 50)).is_in_use());
}

TEST(Calibration, MovesAProbabilityNoFurtherThanTheNearestBoundOfWhatIsSure) {
    const auto learned = Calibration::from(answers(0.95, 60, 40));
    const auto sure = wilson(60, 100);

    EXPECT_DOUBLE_EQ(learned(0.95), sure.upper);
    const auto fitting = Calibration::from(answers(0.6, 60, 40));
    EXPECT_EQ(fitting(0.6), 0.6) << "the answers do not speak against it";
    const auto timid = Calibration::from(answers(0.3, 60, 40));
    EXPECT_DOUBLE_EQ(timid(0.3), sure.lower);
}

TEST(Calibration, PoolsNeighboursThatAreOutOfOrder) {
    const auto learned =
        Calibration::from(together({answers(0.6, 30, 10), answers(0.7, 10, 30), answers(0.9, 39, 1)}));

    ASSERT_EQ(learned.steps().size(), 2u);
    EXPECT_EQ(learned.steps()[0].right, 40);
    EXPECT_EQ(learned.steps()[0].all, 80);
    EXPECT_EQ(learned.steps()[0].from, 0.6);
    EXPECT_EQ(learned.steps()[0].to, 0.7);
    EXPECT_EQ(learned.steps()[1].right, 39);
}

TEST(Calibration, SaysNothingOfWhatNobodyWasAskedAbout) {
    const auto learned = Calibration::from(answers(0.8, 20, 80));

    EXPECT_EQ(learned(0.999), 0.999) << "all answers are about 0.8";
    EXPECT_EQ(learned(0.05), 0.05);
    EXPECT_DOUBLE_EQ(learned(0.5), wilson(20, 100).upper) << "no likelier than what is likelier than it";
}

TEST(Calibration, NeverTurnsAnOrderRound) {
    std::vector<Judged> all;
    std::uint32_t state = 7;
    for (int i = 0; i < 2'000; ++i) {
        state = state * 1'664'525U + 1'013'904'223U;
        const double said = static_cast<double>(state >> 8U) / (1U << 24U);
        state = state * 1'664'525U + 1'013'904'223U;
        all.push_back({said, static_cast<double>(state >> 8U) / (1U << 24U) < said * said});
    }
    const auto learned = Calibration::from(all);

    double before = 0;
    for (int i = 0; i <= 1'000; ++i) {
        const double now = learned(i / 1'000.0);
        ASSERT_GE(now, before) << "at " << i;
        ASSERT_GE(now, 0);
        ASSERT_LE(now, 1);
        before = now;
    }
    EXPECT_LT(learned(0.7), 0.62) << "what it calls 0.7 is right in half of the cases";
    EXPECT_GT(learned(0.7), 0.40);
}

TEST(Calibration, IsTheSameInWhateverOrderAnswersCome) {
    auto all =
        together({answers(0.6, 30, 10), answers(0.7, 10, 30), answers(0.9, 39, 1), answers(0.65, 7, 9)});
    const auto one = Calibration::from(all);
    std::ranges::reverse(all);
    const auto other = Calibration::from(all);

    ASSERT_EQ(one.steps().size(), other.steps().size());
    for (double said = 0; said <= 1; said += 0.01) EXPECT_EQ(one(said), other(said));
}

/// A directory with a model, and people who have answered questions.
class CalibrationTest : public ScoringTest {
protected:
    void SetUp() override {
        ScoringTest::SetUp();
        put("anne", R"({"first_name":"Anne","last_name":"Quemener","primary_address_city":"Quimper"})");
        was_read_in_full();
        matcher_ = Matcher::make(directory_, std::make_shared<const Model>(small_model()));
        ASSERT_TRUE(read([&](db::Reader& reader) { return matcher_->load(reader, 1); }));
    }
    struct Answer {
        store::ReviewState state = store::ReviewState::accepted;
        std::string record = "anne";
        store::ReviewKind kind = store::ReviewKind::unsure;
        std::string model = "small 1";
    };
    /// A question about a record that the model gave this probability, and what came of it.
    void answered(int times, double said, const Answer& answer) {
        const Verdict verdict{.kind = Verdict::Kind::review,
                              .candidates = {{.record_id = "anne", .probability = 0.42, .scored = said}},
                              .model = answer.model};
        for (int i = 0; i < times; ++i) {
            ASSERT_TRUE(write([&](db::Unit& unit) -> Result<> {
                store::Review review{.directory = "customers",
                                     .about = "unsure|" + std::to_string(++number_),
                                     .kind = answer.kind,
                                     .verdict = boost::json::serialize(to_json(verdict)),
                                     .created = now(),
                                     .updated = now()};
                const auto asked = store::Reviews::ask(unit, review);
                if (!asked) return asked.error();
                review.id = asked->id;
                review.state = answer.state;
                review.decided = now();
                review.record = answer.record;
                const auto closed = store::Reviews::close(unit, review);
                if (!closed) return closed.error();
                return {};
            }));
        }
    }
    Calibration learned() {
        return read([&](db::Reader& reader) { return read_calibration(reader, "customers", "small 1"); })
            .value();
    }
    Permitted who(const char* person) {
        return read([&](db::Reader& reader) {
                   return foresee(reader, *keys_, matcher_.get(),
                                  person_of(Json::parse(person).value(), *keys_), now());
               })
            .value();
    }

    static constexpr const char* kAnne =
        R"({"network":"x","id":"7","name":"Anne Quéméner","location":"Quimper"})";
    std::unique_ptr<Matcher> matcher_;
    int number_ = 0;
};

TEST_F(CalibrationTest, IsLearnedFromAnswersAboutThisModelAlone) {
    using enum store::ReviewState;
    answered(30, 0.8, {});
    answered(4, 0.8, {.state = rejected, .record = ""});
    answered(3, 0.8, {.state = is_new, .record = ""});
    answered(2, 0.8, {.state = accepted, .record = "somebody else"});
    answered(11, 0.99, {.kind = store::ReviewKind::sample});
    answered(50, 0.8, {.state = rejected, .model = "small 2"});
    answered(50, 0.8, {.state = superseded});
    answered(50, 0.8, {.state = rejected, .kind = store::ReviewKind::full});

    const auto out = learned();

    EXPECT_EQ(out.answers(), 50);
    ASSERT_EQ(out.steps().size(), 1u) << "the eleven are too few for a step of their own";
    EXPECT_EQ(out.steps()[0].right, 41);
    EXPECT_EQ(out.steps()[0].from, 0.8) << "what the model said, and not what was made of it";
}

TEST_F(CalibrationTest, TurnsALinkThatAnswersSpeakAgainstIntoAQuestion) {
    const auto before = who(kAnne);
    ASSERT_EQ(before.verdict.kind, Verdict::Kind::link);
    const double said = before.verdict.candidates.front().probability;
    answered(40, said, {.kind = store::ReviewKind::sample});
    answered(20, said, {.state = store::ReviewState::rejected, .kind = store::ReviewKind::sample});

    matcher_->calibrate(std::make_shared<const Calibration>(learned()));
    const auto after = who(kAnne);

    EXPECT_EQ(after.verdict.kind, Verdict::Kind::review);
    EXPECT_EQ(after.verdict.calibrated_from, 60);
    EXPECT_EQ(after.verdict.candidates.front().scored, said);
    EXPECT_DOUBLE_EQ(after.verdict.candidates.front().probability, wilson(40, 60).upper);
    EXPECT_NE(after.withheld.find("is below link.at"), std::string::npos) << after.withheld;
}

TEST_F(CalibrationTest, NeverLinksWhatWouldNotLinkWithoutIt) {
    directory_.match.link_at = 1;
    configure();
    const double said = who(kAnne).verdict.candidates.front().probability;
    ASSERT_LT(said, 1);
    answered(5'000, said, {});
    auto sure = learned();
    ASSERT_EQ(sure.answers(), 5'000);
    matcher_->calibrate(std::make_shared<const Calibration>(sure));
    EXPECT_EQ(who(kAnne).verdict.kind, Verdict::Kind::review);

    directory_.match.link_at = 0.9;
    directory_.match.classes.push_back({"key:email", {}});
    configure();
    EXPECT_EQ(who(kAnne).verdict.kind, Verdict::Kind::review) << "the class is not permitted";

    // The model says too little, the answers say more: a person goes on deciding.
    Verdict timid{.kind = Verdict::Kind::link,
                  .rule = "score",
                  .candidates = {{.record_id = "anne", .probability = 0.99, .scored = 0.8}},
                  .model = "small 1"};
    directory_.match.classes.clear();
    configure();
    const auto weighed = read([&](db::Reader& reader) {
        return Permission(*keys_).weigh(reader, person_of(Json::parse(kAnne).value(), *keys_), timid);
    });
    EXPECT_EQ(weighed->verdict.kind, Verdict::Kind::review);
    EXPECT_EQ(weighed->withheld, "probability 0.8000 is below link.at 0.9");
}

}  // namespace
}  // namespace maillon::match
