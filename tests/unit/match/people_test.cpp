#include "core/match/names.h"
#include "core/match/person.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::match {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> identities(const std::string& person) {
    const DirectoryKeys keys{config::Directory{}};
    std::vector<std::string> out;
    for (const auto& one : person_of(Json::parse(person).value(), keys).identities) out.push_back(one.text());
    return out;
}

TEST(Person, IsTheNetworksIdFirstThenWhatCanBeReached) {
    EXPECT_THAT(
        identities(R"({"network":"x","id":4711,"handle":"@Anne","email":"A@b.c","phone":"+33 612345678"})"),
        ElementsAre("x:4711", "email:a@b.c", "phone:+33612345678"));
    EXPECT_THAT(identities(R"({"network":"facebook","scope":"page","id":"1"})"),
                ElementsAre("facebook/page:1"));
    EXPECT_THAT(identities(R"({"network":"email","id":" A@b.c ","email":"a@B.c"})"),
                ElementsAre("email:a@b.c"));
}

TEST(Person, WhoShowsTheirHandleShowsNoName) {
    const DirectoryKeys keys{config::Directory{}};
    const auto name = [&](const std::string& person) {
        return person_of(Json::parse(person).value(), keys).name;
    };
    EXPECT_EQ(name(R"({"network":"x","id":"1","handle":"Scout_MB","name":"@scout_mb"})"), "");
    EXPECT_EQ(name(R"({"network":"x","id":"1","handle":"scout_mb","name":"Maëlle Wright"})"),
              "Maëlle Wright");
    EXPECT_EQ(name(R"({"network":"x","id":"1","name":"Maëlle Wright"})"), "Maëlle Wright");
}

TEST(Person, IsANameOnlyWhereNothingElseIsKnown) {
    EXPECT_THAT(identities(R"({"network":"x","handle":"@Anne"})"), ElementsAre("x:@anne"));
    EXPECT_THAT(identities(R"({"network":"x"})"), IsEmpty());
    EXPECT_THAT(identities(R"({"handle":"anne"})"), IsEmpty()) << "on no network";
    EXPECT_THAT(identities(R"("anne")"), IsEmpty());
    EXPECT_THAT(identities(R"([1,2])"), IsEmpty());
}

TEST(Person, IsMadeBackFromAnIdentity) {
    for (const std::string text :
         {"x:4711", "facebook/page:1", "email:a@b.c", "phone:+33612345678", "x:@anne"})
        EXPECT_THAT(identities(person_behind(*store::Identity::parse(text)).dump()), ElementsAre(text));
}

TEST(RoleMailbox, IsAnOfficesAndNotAPersons) {
    for (const auto* one : {"info@example.com", "Contact@example.com", "no-reply@example.com",
                            "service.client@a.fr", "noreply-42@example.com"})
        EXPECT_TRUE(is_role_mailbox(one)) << one;
    for (const auto* one :
         {"anne@example.com", "infogreffe.martin@a.fr", "information.lover@example.com", "contacts.anne@b.c"})
        EXPECT_FALSE(is_role_mailbox(one)) << one;
}

TEST(Placeholder, IsWhatStandsThereSoThatSomethingStandsThere) {
    EXPECT_TRUE(is_placeholder("phone", "+330000000000"));
    EXPECT_TRUE(is_placeholder("phone", "0123456789"));
    EXPECT_FALSE(is_placeholder("phone", "+33612345670"));
    EXPECT_TRUE(is_placeholder("email", "none@example.com"));
    EXPECT_FALSE(is_placeholder("email", "nona@example.com"));
    EXPECT_TRUE(is_placeholder("id_x", "000"));
    EXPECT_TRUE(is_placeholder("id_x", "-1-") == false);
    EXPECT_TRUE(is_placeholder("handle_x", "anonymous"));
}

TEST(Names, AgreeInAPartConflictInNoneOrSayNothing) {
    EXPECT_EQ(compare_names("tan_talize", "Élodie Fletcher", true), Names::unknown) << "an account's";
    EXPECT_EQ(compare_names("Anne Martin", "Martin, Anne", false), Names::agree);
    EXPECT_EQ(compare_names("A. Martin", "Anne Martin", false), Names::agree);
    EXPECT_EQ(compare_names("Anne Marten", "Anne-Marie Martin", false), Names::agree);
    EXPECT_EQ(compare_names("Dr Anne Martin", "Bob Durand", false), Names::conflict);
    EXPECT_EQ(compare_names("Anne", "Bob Durand", false), Names::unknown);
    EXPECT_EQ(compare_names("Anne", "Bob Durand", true), Names::conflict);
    EXPECT_EQ(compare_names("coolguy92", "Bob Durand", true), Names::unknown);
    EXPECT_EQ(compare_names("", "Bob Durand", true), Names::unknown);
    EXPECT_EQ(compare_names("🌞", "Bob Durand", false), Names::unknown);
}

}  // namespace
}  // namespace maillon::match
