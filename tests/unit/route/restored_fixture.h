#pragma once
#include "core/db/copy.h"
#include "core/store/restores.h"
#include "tests/unit/route/life.h"

#include <filesystem>

namespace maillon::route {

using std::chrono::hours;
using std::chrono::minutes;

/// A hub that answers every message, loses its store, and goes on with a backup that is older than what it
/// did. The world outlives it and would show every answer that is given twice.
class RestoredTest : public RouteTest {
protected:
    static std::string answering() {
        return route(
            "      - conversation: support\n"
            "      - answer: support\n"
            "        text: \"To ${event.author.name}\"\n");
    }
    Life& begin(bool can_tell = true) {
        auto& life = live(answering());
        asked_ = 0;
        life.connectors.at("x")->on_reconcile = [this, can_tell](const plugin::OutCall& call) {
            ++asked_;
            return can_tell ? world_.reconcile(call)
                            : deliver::ScriptedConnector::fails(FaultKind::in_doubt, "cannot tell");
        };
        life.start();
        return life;
    }
    void take(const std::string& id, milliseconds age = {}) {
        life_->take({{.id = id, .thread = "t" + id, .author = "anne", .text = "help", .age = age}});
    }
    void answer(const std::string& id, milliseconds age = {}) {
        take(id, age);
        ASSERT_TRUE(life_->comes_to_rest());
    }
    void back_up() {
        taken_ = clock_.now();
        ASSERT_TRUE(db::copy_store(store(), folder_.file("backup"), [](auto, auto) { return true; }));
    }
    void lose_and_restore() {
        life_.reset();
        for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(store() + end);
        std::filesystem::rename(folder_.file("backup"), store());
        auto database = store::open({.url = folder_.url(), .clock = &clock_});
        ASSERT_TRUE(database) << database.error().what;
        ASSERT_TRUE((*database)->run([&](db::Unit& unit) -> Result<> {
            auto marked = store::Restores::mark(unit, taken_, clock_.now());
            if (!marked) return marked.error();
            calls_ = marked->calls;
            return {};
        }));
    }
    std::string store() const { return folder_.file("maillon.db"); }

    TimePoint taken_{};
    std::int64_t calls_ = -1;
    std::atomic<int> asked_{0};
};

}  // namespace maillon::route
