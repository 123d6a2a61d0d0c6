#include "core/match/normalise/email.h"
#include "core/match/normalise/handle.h"
#include "core/match/normalise/link.h"

#include <gtest/gtest.h>

namespace maillon::match {
namespace {

using Words = std::vector<std::string>;

std::string key(std::string_view text) {
    const auto address = email(text);
    return address ? address->key : "none";
}

TEST(Emails, OfOneMailboxHaveOneKey) {
    EXPECT_EQ(key("Anne.Dupont@Gmail.com"), "annedupont@gmail.com");
    EXPECT_EQ(key("annedupont+news@googlemail.com"), "annedupont@gmail.com");
    EXPECT_EQ(key("anne.dupont@orange.fr"), "anne.dupont@orange.fr");
    EXPECT_EQ(key("anne.dupont+crm@acme.fr"), "anne.dupont+crm@acme.fr");
    EXPECT_EQ(key("anne+crm@outlook.fr"), "anne@outlook.fr");
    EXPECT_EQ(key("anne.dupont@hotmail.co.uk"), "anne.dupont@hotmail.co.uk");
    EXPECT_EQ(key(" <mailto:anne@acme.fr?subject=x> "), "anne@acme.fr");
    EXPECT_EQ(key("Anne Dupont <anne@acme.fr>"), "anne@acme.fr");
    EXPECT_EQ(key("anne@MÜLLER.de"), "anne@xn--mller-kva.de");
}

TEST(Emails, ThatAreNoneOrNobodysAreNone) {
    for (const std::string_view text :
         {"", "anne", "anne@", "@acme.fr", "anne@acme", "anne @acme.fr", "anne@acme..fr", "anne@-acme.fr",
          "a@b@", "test@test.com", "test@test", "noemail@acme.fr", "n/a@acme.fr", "anne@example.com",
          "0000@acme.fr", "none@none.fr"}) {
        EXPECT_EQ(key(text), "none") << text;
    }
    EXPECT_EQ(key(std::string(300, 'a') + "@acme.fr"), "none");
}

TEST(Emails, TellWordsOfThePersonAndDesks) {
    const auto address = email("jean-pierre.dupont75@orange.fr");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->local_words, (Words{"jean", "pierre", "dupont"}));
    EXPECT_EQ(address->local_compact, "jeanpierredupont75");
    EXPECT_TRUE(address->is_private_provider);
    EXPECT_FALSE(address->is_role);

    for (const std::string_view text : {"info@acme.fr", "Contact@acme.fr", "no-reply@acme.fr",
                                        "service.client@acme.fr", "info+fr@gmail.com"}) {
        ASSERT_TRUE(email(text)) << text;
        EXPECT_TRUE(email(text)->is_role) << text;
    }
    EXPECT_FALSE(email("info@acme.fr")->is_private_provider);
}

TEST(Handles, KeepIdsApartByScopeAndNamesByNetwork) {
    const Handle a{"facebook", "page1", "42", "anne"}, b{"facebook", "page2", "42", "anne"};

    EXPECT_NE(a.id_key(), b.id_key());
    EXPECT_EQ(a.name_key(), "facebook:anne");
    EXPECT_EQ((Handle{"facebook", "", "", "anne"}.id_key()), "");
}

TEST(Handles, AreReadAsRecordsHoldThem) {
    EXPECT_EQ(handle("Twitter:@Anne_D")->name_key(), "x:anne_d");
    EXPECT_EQ(handle("instagram: anne.d")->name_key(), "instagram:anne.d");
    EXPECT_EQ(handle("https://www.linkedin.com/in/anne-d/?trk=x")->name_key(), "linkedin:anne-d");
    EXPECT_EQ(handle("https://fr-fr.facebook.com/profile.php?id=42&ref=x")->id_key(), "facebook::42");
    for (const std::string_view text :
         {"", "anne", ":anne", "x:", "x:a b", "https://acme.fr/anne", "https://x.com/hashtag/anne"}) {
        EXPECT_FALSE(handle(text)) << text;
    }
}

TEST(Handles, HaveWords) {
    EXPECT_EQ(handle_words("JeanDupont_75"), (Words{"jean", "dupont"}));
    EXPECT_EQ(handle_words("jean.dupont"), (Words{"jean", "dupont"}));
    EXPECT_EQ(handle_words("XMLParser"), (Words{"xml", "parser"}));
    EXPECT_EQ(handle_words("léa-martin"), (Words{"lea", "martin"}));
    EXPECT_TRUE(handle_words("1234").empty());
    EXPECT_TRUE(handle_words("").empty());
}

std::string canonical(std::string_view text) {
    const auto found = link(text);
    return found ? found->key : "none";
}

TEST(Links, ToOnePageHaveOneKey) {
    for (const std::string_view text :
         {"https://www.Acme.fr/Blog/", "http://acme.fr/Blog", "acme.fr/Blog?utm_source=x&fbclid=y",
          "acme.fr./Blog#top", "https://acme.fr:443/Blog/index.html", " <https://acme.fr/Blog> "}) {
        EXPECT_EQ(canonical(text), "acme.fr/Blog") << text;
    }
    EXPECT_EQ(canonical("acme.fr/?page=2&utm_medium=x&lang=fr"), "acme.fr?page=2&lang=fr");
    EXPECT_EQ(canonical("acme.fr:8080/x"), "acme.fr:8080/x");
    EXPECT_EQ(canonical("https://x.com/Anne_D?s=20"), "x:anne_d");
    EXPECT_EQ(canonical("mobile.twitter.com/anne_d/status/1"), "x:anne_d");
    EXPECT_EQ(canonical("müller.de"), "xn--mller-kva.de");
    EXPECT_TRUE(link("https://bit.ly/abc")->is_shortener);
}

TEST(Links, ToNowhereAreNone) {
    for (const std::string_view text :
         {"", "acme", "ftp://acme.fr", "javascript:alert(1)", "https://", "https://user:pw@acme.fr",
          "http://127.0.0.1/x", "http://localhost/x", "example.com", "a..fr", "https://acme.fr\x01",
          "http://exa mple.fr"}) {
        EXPECT_EQ(canonical(text), "none") << text;
    }
    EXPECT_EQ(canonical("acme.fr/" + std::string(3000, 'a')), "none");
}

}  // namespace
}  // namespace maillon::match
