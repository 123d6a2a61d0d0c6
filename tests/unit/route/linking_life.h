#pragma once

#include "core/route/linking.h"
#include "core/store/links.h"
#include "core/store/reviews.h"
#include "tests/unit/route/life.h"

#include <functional>
#include <string>
#include <vector>

namespace maillon::route {

inline constexpr const char* kLinkingRoutes = R"(
routes:
  talk_to_case:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
        none: { create: crm.Contacts, fields: { last_name: "${event.author.name}", twitter_c: "${event.author.handle}" } }
        unsure: WISH
      - conversation: support
        as: talk
      - call: crm.upsert
        as: case
        with: { module: Cases, key: { thread_c: "${talk.thread}" }, create: { name: "${event.text}" } }
      - call: crm.create
        with: { module: Notes, fields: { name: "${event.text}", parent_id: "${case.id}", contact_id: "${person.?id}" } }
  late_link:
    from: hub.link.added
    steps:
      - each: event.conversations
        as: talk
        key: talk.id
        steps:
          - call: crm.link
            with: { module: Cases, id: "${talk.tied['case'][0]}", link: contacts, ids: [ "${event.id}" ] }
  lost_link:
    from: hub.link.removed
    steps:
      - call: crm.create
        with: { module: Notes, fields: { name: "lost ${event.identity.text} ${event.id} ${event.rule}" } }
  new_person:
    from: hub.person.new
    steps:
      - call: crm.create
        with: { module: Notes, fields: { name: "new ${event.identity.text} ${event.person.?name.orValue('nameless')}" } }
  merged:
    from: [ hub.merge.proposed, hub.merge.undone ]
    steps:
      - call: crm.create
        with: { module: Notes, fields: { name: "${meta.type} ${event.id} ${event.other}" } }
      - call: x.reply
        with: { to: "1", text: "you are merged" }
)";

/// Routes that link, ask and hear of links, and what a person says to their questions.
class LinkingTest : public RouteTest {
protected:
    Life& begin(const std::string& unsure = "go_on") {
        std::string text = std::string(kPreamble) + kLinkingRoutes;
        text.replace(text.find("WISH"), 4, unsure);
        auto& life = live(text);
        life.start();
        return life;
    }
    void put(const std::string& id, const std::string& handle) {
        const store::DirectoryRecord record{
            .id = id, .data = R"({"id":")" + id + "\"}", .keys = {{"handle_x", handle}}};
        ASSERT_TRUE(life_->database->run([&](db::Unit& unit) {
            return store::Directory::upsert(unit, "customers", std::span(&record, 1));
        }));
    }
    /// Anne may be c-1 or c-2, and has written on thread t1.
    Life& anne_is_asked_about(const std::string& unsure = "go_on") {
        auto& life = begin(unsure);
        put("c-1", "anne");
        put("c-2", "anne");
        life.take({{"1", "t1", "anne", "one"}});
        EXPECT_TRUE(life.comes_to_rest());
        return life;
    }
    Result<bool> answer(ReviewAnswer::Word word, const std::string& record = {},
                        const std::string& by = "paul") {
        bool was_so = false;
        auto done = life_->engine->relink([&](Linking& linking) -> Result<> {
            auto out = linking.answer(store::ReviewId{1}, {word, record, {by, ""}});
            if (!out) return out.error();
            was_so = out->was_so_already;
            return {};
        });
        if (!done) return done.error();
        EXPECT_TRUE(life_->comes_to_rest());
        return was_so;
    }
    void say(const std::function<Result<>(Linking&)>& work) {
        auto done = life_->engine->relink(work);
        ASSERT_TRUE(done) << done.error().what;
        ASSERT_TRUE(life_->comes_to_rest());
    }
    std::string linked(const std::string& author) {
        const auto words = life_->read([&](db::Reader& reader) {
            return store::Links::of_identity(reader, "customers", {"x", "", "id-" + author});
        });
        std::string out;
        for (const auto& word : words) {
            if (word.is_linked()) out += (out.empty() ? "" : ",") + word.record;
        }
        return out;
    }
    std::vector<store::Review> open() {
        return life_->read([](db::Reader& reader) { return store::Reviews::list(reader, {}); });
    }
    /// Everything that is known of people now, to the last byte.
    std::string people() {
        std::string out;
        const auto add = [&](const auto&... parts) { ((out += std::string(parts) + '|'), ...); };
        for (const auto& one :
             life_->read([](db::Reader& r) { return store::Links::page(r, "customers", {}, 1000); })) {
            add(std::to_string(one.id.value()), std::to_string(millis(one.at)), one.identity.text(),
                one.record, one.rule, one.evidence_class, std::to_string(one.probability), one.verdict,
                one.decided_by, one.keys, one.rests_on);
            const auto standing = life_->read(
                [&](db::Reader& r) { return store::Links::standing_for(r, "customers", one.record); });
            add(standing, "\n");
        }
        for (const auto& one :
             life_->read([](db::Reader& r) { return store::Directory::page(r, "customers", "", 1000); })) {
            add(one.id, one.data, one.version);
            for (const auto& key : one.keys) add(key.field, key.value);
            out += '\n';
        }
        return out;
    }
};

}  // namespace maillon::route
