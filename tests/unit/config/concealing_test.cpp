#include "core/config/concealing.h"

#include <gtest/gtest.h>

namespace maillon::config {
namespace {

TEST(Concealing, HidesPlainValuesBehindKeysThatSoundLikeSecrets) {
    EXPECT_EQ(conceal_values("password: hunter2"), "password: *******");
    EXPECT_EQ(conceal_values("  x: { plugin: a, api_key: k3y, url: b }"),
              "  x: { plugin: a, api_key: ***, url: b }");
    EXPECT_EQ(conceal_values("\"Client-Secret\": 'a, b' # c"), "\"Client-Secret\": '** *' # c");
    EXPECT_EQ(conceal_values("token: \"a\\\"b, c\", url: d"), "token: \"**\"** *\", url: d");
}

TEST(Concealing, KeepsColumnsOfCharactersBeyondAscii) {
    EXPECT_EQ(conceal_values("token: été}"), "token: ***}");
}

TEST(Concealing, LeavesReferencesReadable) {
    EXPECT_EQ(conceal_values("token: \"${secret.x}\""), "token: \"${secret.x}\"");
    EXPECT_EQ(conceal_values("token: Bearer ${secret.x}1"), "token: ****** ${secret.x}*");
    EXPECT_EQ(conceal_values("token: |"), "token: |");
}

TEST(Concealing, LeavesOtherKeysAlone) {
    EXPECT_EQ(conceal_values("tok: abc, when: a ? b : c"), "tok: abc, when: a ? b : c");
    EXPECT_EQ(conceal_values("password:"), "password:");
    EXPECT_EQ(conceal_values(""), "");
}

TEST(Concealing, HidesWhatASourceWasToldToConceal) {
    Sources sources;
    const auto file = sources.add("f", "x: { pin: été1, b: c }\n");
    sources.conceal({file, 1, 11, 4});

    EXPECT_EQ(conceal_line(sources, file, 1), "x: { pin: ****, b: c }");
}

}  // namespace
}  // namespace maillon::config
