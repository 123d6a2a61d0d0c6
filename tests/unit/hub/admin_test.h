#pragma once

#include "core/hub/admin.h"
#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

namespace maillon::hub {

namespace json = boost::json;

/// The admin API on a store with one event that was routed; the note of its run may be refused.
class AdminTest : public route::RouteTest {
protected:
    route::Life& begin() { return begin(story()); }
    route::Life& begin(const std::string& configuration) {
        auto& life = live(configuration);
        prepared_.plan = life.plan;
        prepared_.config.hash = "the hash";
        prepared_.config.hub.store = folder_.file("maillon.db");
        for (const std::string name : {"x", "fb", "crm", "language"})
            prepared_.instances.emplace(name, PreparedInstance{});
        life.start();
        return life;
    }
    /// Event 1, the dead letter of whose run has the number 1.
    route::Life& with_dead_letter() {
        world_.script = [this](const std::string&,
                               const plugin::OutCall& call) -> std::optional<route::World::Report> {
            if (!refuses_ || call.arguments.find("\"Notes\"") == std::string::npos) return std::nullopt;
            return deliver::ScriptedConnector::fails(FaultKind::rejected, "field is required");
        };
        auto& life = begin();
        take({{"1", "t1", "anne", "one"}});
        return life;
    }
    void take(const std::vector<route::Message>& messages) {
        life_->take(messages);
        EXPECT_TRUE(life_->comes_to_rest());
    }
    AdminParts at_rest() { return {prepared_, *life_->database, *life_->journal, clock_}; }
    AdminParts running() {
        auto out = at_rest();
        out.lanes = &lanes_;
        out.engine = life_->engine.get();
        out.deliver = life_->deliver.get();
        out.started = clock_.now();
        return out;
    }
    Admin::Answer get(const std::string& target) { return Admin(running()).handle("GET", target, {}); }
    Admin::Answer post(const std::string& target, const std::string& body = {}) {
        return Admin(running()).handle("POST", target, body);
    }
    static void expect_error(const Admin::Answer& answer, int status, const std::string& sentence) {
        EXPECT_EQ(answer.status, status) << json::serialize(answer.body);
        ASSERT_TRUE(answer.body.contains("error"));
        EXPECT_THAT(std::string(answer.body.at("error").as_string()), ::testing::HasSubstr(sentence));
    }
    std::vector<std::int64_t> listed(const std::string& target) {
        const auto answer = get(target);
        EXPECT_EQ(answer.status, 200) << json::serialize(answer.body);
        std::vector<std::int64_t> out;
        const bool letters = answer.body.contains("dead_letters");
        for (const auto& one : answer.body.at(letters ? "dead_letters" : "events").as_array())
            out.push_back(one.at(letters ? "id" : "seq").as_int64());
        return out;
    }

    Prepared prepared_;
    std::map<std::string, std::unique_ptr<SourceLane>> lanes_;
    std::atomic<bool> refuses_{true};
};

}  // namespace maillon::hub
