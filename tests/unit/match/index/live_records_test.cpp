#include "core/match/index/live_records.h"

#include "core/match/index/record_ids.h"
#include "tests/unit/match/index/small_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace maillon::match {
namespace {

using Cells = std::vector<std::string_view>;
const std::vector<std::string> kLeft{"given_name", "family_name", "email", "phone", "city"};
const std::vector<std::string> kRight{"display_name", "email", "phone", "location"};

class LiveRecordsTest : public testing::Test {
protected:
    LiveRecords live_ = LiveRecords::make(small_model(), kLeft, kRight).value();

    void put(std::string_view id, const Cells& cells) { live_.put(id, cells); }
    std::string best(const Cells& profile) {
        const auto verdict = live_.look_up(profile);
        return verdict.candidates.empty() ? "" : verdict.candidates.front().record_id;
    }
    void three() {
        put("a", {"Anne", "Quemener", "anne@acme.fr", "", "Quimper"});
        put("b", {"Bruno", "Quemener", "", "", "Brest"});
        put("c", {"Paul", "Martin", "", "", "Paris"});
        live_.finish();
    }
};

TEST_F(LiveRecordsTest, FindWhoTheProfileMayBeAndSayWhy) {
    three();

    const auto verdict = live_.look_up(Cells{"Anne Quéméner 🌞", "", "", "Quimper, France"});

    ASSERT_FALSE(verdict.candidates.empty());
    EXPECT_EQ(verdict.kind, Verdict::Kind::link);
    EXPECT_EQ(verdict.model, "small 1");
    const auto& best = verdict.candidates.front();
    EXPECT_EQ(best.record_id, "a");
    EXPECT_EQ(best.evidence_class, "name+city");
    EXPECT_GT(best.probability, 0.9);
    double bits = verdict.prior_bits;
    for (const auto& bar : best.waterfall) bits += bar.bits;
    EXPECT_NEAR(bits, best.bits, 1e-9) << "the bars add up";
    ASSERT_EQ(best.waterfall.size(), 5u);
    EXPECT_EQ(best.waterfall[1].left, "quemener");
    EXPECT_EQ(best.waterfall[1].level, "exact");
    EXPECT_EQ(best.waterfall[3].level, "missing");
    EXPECT_EQ(best.waterfall[3].bits, 0);
}

TEST_F(LiveRecordsTest, FindNobodyForAStranger) {
    three();

    const auto verdict = live_.look_up(Cells{"Zoé Dubreuil", "", "", ""});

    EXPECT_EQ(verdict.kind, Verdict::Kind::none);
    EXPECT_TRUE(verdict.candidates.empty());
    EXPECT_EQ(verdict.rule, "");
}

TEST_F(LiveRecordsTest, ComeChangeAndGoWhileInUse) {
    three();
    const Cells profile{"Zoé Dubreuil", "zoe@acme.fr", "", "Nice"};
    EXPECT_EQ(best(profile), "");

    put("d", {"Zoe", "Dubreuil", "zoe@acme.fr", "", "Nice"});
    EXPECT_EQ(best(profile), "d");
    put("d", {"Hugo", "Petit", "hugo@acme.fr", "", "Lille"});
    EXPECT_EQ(best(profile), "");
    EXPECT_EQ(best(Cells{"Hugo Petit", "hugo@acme.fr", "", ""}), "d");
    live_.remove("d");
    live_.remove("d");

    EXPECT_EQ(best(Cells{"Hugo Petit", "hugo@acme.fr", "", ""}), "");
    EXPECT_EQ(live_.size(), 3u);
}

TEST_F(LiveRecordsTest, ThatComeAgainUnchangedTakeNoRow) {
    three();
    const auto rows = live_.rows();

    for (int i = 0; i < 10; ++i) put("a", {"Anne", "Quemener", "anne@acme.fr", "", "Quimper"});

    EXPECT_EQ(live_.rows(), rows);
    EXPECT_EQ(best(Cells{"Anne Quemener", "", "", ""}), "a");
}

TEST_F(LiveRecordsTest, ThatChangeAgainAndAgainKeepWhatIsTheirs) {
    auto model = small_model();
    model.fields[2].most_shared = 3;
    live_ = LiveRecords::make(model, kLeft, kRight).value();
    three();
    const Cells profile{"", "anne@acme.fr", "", ""};
    const auto before = live_.look_up(profile);
    ASSERT_EQ(before.candidates.size(), 1u);

    for (int i = 0; i < 20; ++i) {
        const auto phone = "+3361234" + std::to_string(5000 + i);
        put("a", {"Anne", "Quemener", "anne@acme.fr", phone, "Quimper"});
    }

    const auto after = live_.look_up(profile);
    ASSERT_EQ(after.candidates.size(), 1u) << "the address is hers, not that of twenty";
    EXPECT_EQ(after.candidates.front().waterfall[2].level, "exact");
    EXPECT_EQ(after.candidates.front().bits, before.candidates.front().bits);
    EXPECT_EQ(after.prior_bits, before.prior_bits) << "three records, not twenty-three";
}

TEST_F(LiveRecordsTest, AreNotFoundAsTheyWereEvenWhereAKeyWasLeftBehind) {
    auto model = small_model();
    model.fields[2].most_shared = 1;
    live_ = LiveRecords::make(model, kLeft, kRight).value();
    put("a", {"Anne", "Quemener", "desk@acme.fr", "", "Quimper"});
    live_.finish();
    put("b", {"Bruno", "Quemener", "desk@acme.fr", "", "Brest"});  // it is nobody's own from here on

    put("a", {"Anne", "Quemener", "", "", "Nice"});
    live_.remove("b");

    EXPECT_EQ(best(Cells{"", "desk@acme.fr", "", ""}), "");
    EXPECT_EQ(best(Cells{"Anne Quemener", "", "", ""}), "a");
}

/// Left-overs take memory and nothing else.
TEST_F(LiveRecordsTest, ThatChangedForLongDecideToTheLastBitAsThoseThatChangedOnce) {
    const auto email = [](auto n) { return "m" + std::to_string(n % 150) + "@acme.fr"; };
    const std::vector<std::string> given{"Anne", "Bruno", "Paul", "Zoe", "Marie", "Hugo", "Lea"};
    const std::vector<std::string> family{"Quemener", "Martin", "Petit", "Dubreuil", "Le Goff"};
    const std::vector<std::string> cities{"Paris", "Lyon", "Brest", ""};
    std::mt19937 random(7);
    std::map<std::string, std::vector<std::string>> held;
    const auto change = [&](int i) {
        const auto id = "r" + std::to_string(random() % 200);
        held[id] = {given[random() % 7], family[random() % 5], email(random()), "", cities[random() % 4]};
        if (i % 17 == 0) held.erase(id);
        return id;
    };
    for (int i = 0; i < 400; ++i) change(i);
    for (const auto& [id, cells] : held) put(id, {cells.begin(), cells.end()});
    live_.finish();
    auto once = LiveRecords::make(small_model(), kLeft, kRight).value();
    for (const auto& [id, cells] : held) once.put(id, Cells(cells.begin(), cells.end()));
    once.finish();
    const auto begun = held;

    for (int i = 0; i < 5000; ++i) {
        const auto id = change(i);
        const auto found = held.find(id);
        if (found == held.end())
            live_.remove(id);
        else
            put(id, {found->second.begin(), found->second.end()});
    }

    for (const auto& [id, cells] : begun) {
        if (!held.contains(id)) once.remove(id);
    }
    for (const auto& [id, cells] : held) once.put(id, Cells(cells.begin(), cells.end()));
    EXPECT_TRUE(live_.is_worn());
    EXPECT_EQ(live_.size(), once.size());
    std::size_t linked = 0;
    for (unsigned i = 0; i < 300; ++i) {
        const auto name = given[i % 7] + " " + family[i % 5], address = email(i);
        const Cells profile{name, address, "", cities[i % 4]};
        const auto worn = live_.look_up(profile), plain = once.look_up(profile);
        ASSERT_EQ(worn.candidates.size(), plain.candidates.size());
        ASSERT_EQ(worn.kind, plain.kind);
        EXPECT_EQ(worn.prior_bits, plain.prior_bits);
        linked += worn.kind == Verdict::Kind::link ? 1 : 0;
        for (std::size_t at = 0; at < worn.candidates.size(); ++at)
            ASSERT_EQ(worn.candidates[at].bits, plain.candidates[at].bits);
    }
    EXPECT_GT(linked, 10u);
}

TEST_F(LiveRecordsTest, ThatCameTogetherOnManyThreadsAreThoseThatCameOneByOne) {
    const std::vector<std::string> given{"Anne", "Bruno", "Paul", "Zoe", "Marie", "Hugo", "Lea"};
    const std::vector<std::string> family{"Quemener", "Martin", "Petit", "Dubreuil", "Le Goff"};
    std::mt19937 random(11);
    std::vector<std::string> ids, addresses;
    for (int i = 0; i < 900; ++i) {
        ids.push_back("r" + std::to_string(random() % 400));  // many stand twice, as they were or changed
        addresses.push_back("m" + std::to_string(random() % 3) + ids.back() + "@acme.fr");
    }
    auto together = LiveRecords::make(small_model(), kLeft, kRight).value();
    std::vector<LiveRecords::Record> some;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto n = std::hash<std::string>{}(addresses[i]);
        const Cells cells{given[n % 7], family[n % 5], addresses[i], "", "Brest"};
        put(ids[i], cells);
        some.push_back({ids[i], cells});
        if (i % 100 == 99) together.put_all(std::exchange(some, {}), 3);
        if (i == 450) live_.remove("r7"), together.remove("r7");
    }
    live_.finish();
    together.finish(3);

    EXPECT_EQ(together.size(), live_.size());
    EXPECT_EQ(together.rows(), live_.rows());
    EXPECT_EQ(together.keys().keys(), live_.keys().keys());
    std::size_t compared = 0;
    for (unsigned i = 0; i < 200; ++i) {
        const auto name = given[i % 7] + " " + family[i % 5];
        const Cells profile{name, addresses[i], "", "Brest"};
        const auto one = live_.candidates(profile), other = together.candidates(profile);
        ASSERT_EQ(one.size(), other.size());
        for (std::size_t at = 0; at < one.size(); ++at, ++compared) {
            ASSERT_EQ(one[at].left, other[at].left);
            ASSERT_EQ(one[at].bits, other[at].bits);
        }
    }
    EXPECT_GT(compared, 500u);
    together.put_all({{"new", {"Ulysse", "Neuf", "neuf@acme.fr", "", "Brest"}}}, 3);
    EXPECT_EQ(together.look_up(Cells{"Ulysse Neuf", "neuf@acme.fr", "", ""}).candidates.at(0).record_id,
              "new");
}

TEST_F(LiveRecordsTest, AreNotChangedByLookUps) {
    three();
    const Cells profile{"Anne Quemener", "anne@acme.fr", "", "Quimper"};
    const auto before = live_.look_up(profile);

    for (int i = 0; i < 200; ++i) {
        const std::string stranger = "Name" + std::to_string(i) + " Nobody" + std::to_string(i);
        live_.look_up(Cells{stranger, "anne@acme.fr", "+33612345678", stranger});
    }

    const auto after = live_.look_up(profile);
    ASSERT_EQ(before.candidates.size(), after.candidates.size());
    EXPECT_EQ(before.candidates.front().bits, after.candidates.front().bits);
    EXPECT_EQ(before.candidates.front().probability, after.candidates.front().probability);
}

TEST_F(LiveRecordsTest, WhoseColumnsAreMissingSayNothingThere) {
    auto live = LiveRecords::make(small_model(), {"given_name", "family_name"}, kRight).value();
    live.put("a", Cells{"Anne", "Quemener"});
    live.finish();

    const auto verdict = live.look_up(Cells{"Anne Quemener", "anne@acme.fr", "", "Quimper"});

    ASSERT_EQ(verdict.candidates.size(), 1u);
    EXPECT_EQ(verdict.candidates.front().waterfall[4].level, "missing");
}

/// The hub compares as the batch does: what `maillon match evaluate` measures is what happens.
TEST_F(LiveRecordsTest, CompareAsTablesDo) {
    std::mt19937 random(4);
    const std::vector<std::string> given{"Anne",   "Marie",   "Jean-Pierre", "Bob",
                                         "Robert", "Mohamed", "Мария",       "J."};
    const std::vector<std::string> family{"Martin", "MARTIN", "Marten", "de la Tour",
                                          "Latour", "Petit",  "Le Goff"};
    const std::vector<std::string> cities{"Paris", "75011 Paris", "Lyon", "Lyons", ""};
    const auto of = [&](const auto& list) { return list[random() % list.size()]; };
    std::string left = "id,given_name,family_name,email,phone,city\n",
                right = "id,display_name,email,phone,location\n";
    for (int i = 0; i < 150; ++i) {
        const auto n = std::to_string(i);
        left += "c" + n + ',' + of(given) + ',' + of(family) + ",m" + std::to_string(i % 40) +
                "@acme.fr,+336123456" + std::to_string(10 + i % 30) + ',' + of(cities) + '\n';
        right += "p" + n + ',' + of(given) + ' ' + of(family) + ",m" + std::to_string(i % 50) +
                 "@acme.fr,+336123456" + std::to_string(10 + i % 60) + ',' + of(cities) + '\n';
    }
    const auto a = Table::parse("a", left).value(), b = Table::parse("b", right).value();
    const Model model = small_model();
    const auto records = Records::prepare(model, a, &b, [](auto, auto, auto) { return true; }).value();
    for (std::size_t row = 0; row < a.rows(); ++row)
        put(a.cell(row, 0), {a.cell(row, 1), a.cell(row, 2), a.cell(row, 3), a.cell(row, 4), a.cell(row, 5)});
    live_.finish();

    std::size_t compared = 0;
    for (std::size_t row = 0; row < b.rows(); ++row) {
        for (const auto& pair :
             live_.candidates(Cells{b.cell(row, 1), b.cell(row, 2), b.cell(row, 3), b.cell(row, 4)})) {
            ASSERT_EQ(pair.levels, records.levels(pair.left, static_cast<Records::Row>(row)));
            ++compared;
        }
    }
    EXPECT_GT(compared, 300u);
}

TEST(RecordIds, FindTheNewestRowOfAnId) {
    RecordIds ids;
    EXPECT_EQ(ids.add("one"), 0u);
    EXPECT_EQ(ids.add("two"), 1u);
    EXPECT_EQ(ids.add("one"), 2u);

    EXPECT_EQ(ids.find("one"), 2u);
    EXPECT_EQ(ids.id(0), "one");
    EXPECT_EQ(ids.size(), 2u);
    ids.remove("one");
    ids.remove("three");
    EXPECT_EQ(ids.find("one"), std::nullopt);
    EXPECT_EQ(ids.find(""), std::nullopt);
}

}  // namespace
}  // namespace maillon::match
