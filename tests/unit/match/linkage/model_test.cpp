#include "core/match/linkage/levels.h"
#include "core/match/linkage/model_reader.h"
#include "core/match/linkage/model_writer.h"
#include "core/match/linkage/records.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace maillon::match {
namespace {

constexpr const char* kGood = R"(model: people
version: 3
cardinality: many_to_one
id: {left: contact, right: profile}
country: FR
fields:
  given:
    kind: given_name
    left: first | first_name
    right: shown.given
  mail:
    kind: email
    column: [mail, mail2]
    most_shared: 2
blocking:
  - mail
  - given.sound
classes:
  key:
    all: [mail = exact]
    link: 0.99
  name:
    all: [given]
    link: never
)";

std::string complaints(const std::string& text) {
    const auto loaded = read_model("m.yaml", text);
    return config::render(loaded.diagnostics, *loaded.sources);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

TEST(ModelFile, SaysWhatIsComparedAndWhatMayDecide) {
    const auto loaded = read_model("m.yaml", kGood);

    ASSERT_TRUE(loaded.model) << complaints(kGood);
    const auto& model = *loaded.model;
    EXPECT_EQ(model.label(), "people 3");
    EXPECT_EQ(model.cardinality, Cardinality::many_to_one);
    ASSERT_EQ(model.fields.size(), 2U);
    EXPECT_EQ(model.fields[0].columns[0].front().names, (std::vector<std::string>{"first", "first_name"}));
    EXPECT_EQ(model.fields[0].columns[1].front().part, "given");
    EXPECT_EQ(model.fields[1].columns[1].size(), 2U);
    EXPECT_EQ(model.blocking[1][0].part, "sound");
    EXPECT_EQ(model.classes[0].all[0].levels, std::vector<std::string>{"exact"});
    EXPECT_GT(model.classes[1].link, 1);
    EXPECT_FALSE(model.is_learned());
}

TEST(ModelFile, MeansTheNearestWordWhereOneIsMisspelt) {
    EXPECT_EQ(complaints(with(kGood, "kind: email", "kind: emial")).substr(0, 50),
              "m.yaml:12:11: error: there is no kind 'emial'\n 12 ");
    EXPECT_NE(complaints(with(kGood, "kind: email", "kind: emial")).find("did you mean 'email'?"),
              std::string::npos);
    EXPECT_NE(complaints(with(kGood, "blocking:", "bloking:")).find("did you mean 'blocking'?"),
              std::string::npos);
    EXPECT_NE(complaints(with(kGood, "given.sound", "given.sounds")).find("did you mean 'sound'?"),
              std::string::npos);
    EXPECT_NE(complaints(with(kGood, "mail = exact", "mail = exactly")).find("did you mean 'exact'?"),
              std::string::npos);
    EXPECT_NE(complaints(with(kGood, "all: [given]", "all: [givn]")).find("did you mean 'given'?"),
              std::string::npos);
}

TEST(ModelFile, RefusesWhatCannotBeMeant) {
    EXPECT_EQ(complaints(with(kGood, "country: FR", "country: fr")), "");
    for (const auto* none : {"country: france", "country: X1", "country: 33"})
        EXPECT_NE(complaints(with(kGood, "country: FR", none)).find("with telephone numbers"),
                  std::string::npos)
            << none;
    EXPECT_NE(complaints(with(kGood, "link: 0.99", "link: 99")).find("'link' must be a number from 0 to 1"),
              std::string::npos);
    EXPECT_NE(complaints(with(kGood, "right: shown.given", "")).find("names no column for the right table"),
              std::string::npos);
    EXPECT_NE(complaints("model: empty\nfields: {}\nblocking: []\n").find("the model compares nothing"),
              std::string::npos);
    EXPECT_NE(complaints(with(kGood, "  - mail\n", "  - mail.sound\n"))
                  .find("a key cannot take 'sound' of the field 'mail'"),
              std::string::npos);
}

TEST(ModelFile, ComesBackWithWhatWasLearnedNumberForNumber) {
    auto loaded = read_model("m.yaml", kGood);
    ASSERT_TRUE(loaded.model);
    Model& model = *loaded.model;
    model.overlap = 1.0 / 3;
    for (auto& field : model.fields) {
        const auto levels = levels_of(field.kind).size();
        field.weights.m.assign(levels, 0.1 / 3);
        field.weights.u.assign(levels, 1e-7 / 3);
    }
    model.calibration = {{0.5, 0.25}, {1, 0.97}};

    const auto text = with_learned(kGood, model);
    const auto again = read_model("m.yaml", text);

    ASSERT_TRUE(again.model) << complaints(text);
    EXPECT_TRUE(again.model->is_learned());
    EXPECT_EQ(again.model->overlap, 1.0 / 3);
    EXPECT_EQ(again.model->fields[1].weights.u[2], 1e-7 / 3);
    EXPECT_EQ(again.model->calibration[1].was, 0.97);
    EXPECT_EQ(with_learned(text, *again.model), text) << "learning again replaces what was learned before";
    EXPECT_TRUE(text.starts_with(kGood)) << "the rest stays byte for byte";
}

TEST(ModelFile, NamesAColumnThatATableHasNot) {
    const auto model = read_model("m.yaml", kGood).model;
    const auto left = Table::parse("crm.csv", "contact,frist,mail,mail2\n1,Anne,,\n");
    const auto right = Table::parse("web.csv", "profile,shown,mail,mail2\n1,Anne,,\n");

    const auto records = Records::prepare(*model, *left, &*right,
                                          [](std::string_view, std::int64_t, std::int64_t) { return true; });

    ASSERT_FALSE(records);
    EXPECT_EQ(
        records.error().what,
        "m.yaml:9:11: field 'given' reads the column 'first', which crm.csv does not have; did you mean "
        "'frist'? (optional: true takes files without it)");
}

TEST(ModelFile, ThoseThatAreShippedAreGood) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(MAILLON_SOURCE_DIR "/config/matching")) {
        const auto loaded = read_model(entry.path());
        EXPECT_TRUE(loaded.model) << config::render(loaded.diagnostics, *loaded.sources);
        ++count;
    }
    EXPECT_GE(count, 5U);
}

}  // namespace
}  // namespace maillon::match
