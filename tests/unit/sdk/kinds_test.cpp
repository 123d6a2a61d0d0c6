#include "maillon/kinds.hpp"

#include <gtest/gtest.h>

namespace maillon {
namespace {

using namespace kinds;

/// All members that the schema requires are there, and all that are there are declared.
void expect_fits(const json::object& body, const json::object& schema) {
    const auto& properties = schema.at("properties").as_object();
    for (const auto& name : schema.at("required").as_array())
        EXPECT_TRUE(body.contains(name.as_string())) << "required: " << name;
    for (const auto& [name, value] : body) EXPECT_TRUE(properties.contains(name)) << "not declared: " << name;
}

TEST(Rfc3339, IsUtcWithMillisecondsOnlyWhereThereAreAny) {
    EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(1'772'446'062'000), "2026-03-02T10:07:42Z");
    EXPECT_EQ(rfc3339(1'772'446'062'007), "2026-03-02T10:07:42.007Z");
    EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(rfc3339(951'782'400'000), "2000-02-29T00:00:00Z");
}

TEST(Message, FitsItsSchemaWhetherBareOrFull) {
    Message bare{"1", "post", "t", "hello", {"x"}};
    expect_fits(bare.json(), Message::schema());

    auto full = bare;
    full.recipient = {"x", "9"};
    full.in_reply_to = "0";
    full.post = "p";
    full.url = "https://x.example/1";
    full.language = "fr";
    full.published_ms = 1000;
    full.attachments = {{"https://x.example/i.png", "image/png"}};
    full.raw = json::object{{"id", 1}};
    expect_fits(full.json(), Message::schema());
    EXPECT_EQ(full.json().size(), Message::schema().at("properties").as_object().size());
}

TEST(Message, SaysWhatAnAttachmentHolds) {
    const auto item = Message::schema().at("properties").at("attachments").at("items").as_object();

    expect_fits(Attachment{"https://x.example/i.png", "image/png"}.json(), item);
    EXPECT_EQ(item.at("properties").as_object().size(), 2u);
}

TEST(Message, LeavesOutWhatTheServiceDoesNotTell) {
    const auto body = Message{"1", "post", "t", "", {"x", "7", "ada"}}.json();

    EXPECT_EQ(body.at("text"), "");
    EXPECT_EQ(body.at("own"), false);
    EXPECT_EQ(body.at("author"), json::value({{"network", "x"}, {"id", "7"}, {"handle", "ada"}}));
    for (const auto name : {"recipient", "published", "language", "attachments", "raw"})
        EXPECT_FALSE(body.contains(name)) << name;
}

TEST(Person, TellsTheScopeOfItsIdOnlyWhereThereIsOne) {
    const Person of_page{.network = "facebook", .id = "7", .name = "Ada", .scope = "1001"};
    EXPECT_EQ(of_page.json(),
              (json::value{{"network", "facebook"}, {"scope", "1001"}, {"id", "7"}, {"name", "Ada"}}));
    EXPECT_FALSE(Person({.network = "x", .id = "7"}).json().contains("scope"));

    const Person full{
        "x", "7", "ada", "Ada", "https://x.example/ada", "Nantes", "a@example.org", "+33612345678", "1"};
    expect_fits(full.json(), Person::schema());
    EXPECT_EQ(full.json().size(), Person::schema().at("properties").as_object().size());
    EXPECT_EQ(full.phone, "+33612345678")
        << "what names no members means what it meant before there was a scope";
}

TEST(Reaction, FitsItsSchema) {
    Reaction reaction{"1", "like", "p-1", "t", {"facebook", "7"}};
    expect_fits(reaction.json(), Reaction::schema());
    reaction.raw = json::object{};
    EXPECT_TRUE(reaction.json().contains("raw"));
}

TEST(Record, FitsItsSchemaAndNamesWhatChanged) {
    const Record record{"1", "Cases", {{"status", "Closed"}}, {"status"}};

    expect_fits(record.json(), Record::schema());
    EXPECT_EQ(json::serialize(record.json().at("changed")), R"(["status"])");
}

}  // namespace
}  // namespace maillon
