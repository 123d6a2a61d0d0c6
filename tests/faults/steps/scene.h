#pragma once

#include "core/hub/ingest.h"
#include "tests/unit/route/life.h"

namespace maillon::faults {

using route::Message;

/// A whole scene on one store: messages come by polling (with a cursor) and by webhook (sent again until
/// acknowledged), become persons, cases, notes and answers in a world that outlives every life of the hub.
///
/// The sources behave as services do: what was acknowledged is never sent again, so what the hub loses then
/// is lost for good; what was not is sent once more. A poll also finds the message before its cursor again.
class Scene {
public:
    /// Why a life may be over before its work is.
    using Dead = std::function<bool()>;
    struct Options {
        Dead is_dead = [] { return false; };
        std::function<db::Injected(db::Step)> inject{};
        int checkpoint_pages = 1000;
        std::chrono::milliseconds pace{10};           ///< of the clock, about every millisecond
        std::function<void(route::Life&)> prepare{};  ///< when all is open, before anything moves
        std::function<void()> at_rest{};              ///< when all is done, before the books are read
    };
    explicit Scene(std::string url) : url_(std::move(url)) {}

    /// One life of the hub. True when it did all there is to do; false when it could not start or did not
    /// live to the end.
    bool live(const Options& options);
    bool live() { return live({}); }

    /// Why the last life did not start.
    const std::string& refusal() const { return refusal_; }
    /// What must be true at the end, however it came about; each sentence is a complaint.
    std::vector<std::string> complaints();

    /// Everything that one may compare between two scenes.
    struct End {
        std::vector<std::string> world;
        std::int64_t started = 0, finished = 0, dead_lettered = 0, in_doubt = 0, routed = 0;
        friend bool operator==(const End&, const End&) = default;
    };
    const End& end() const { return end_; }

    route::World world;
    FakeClock clock;

private:
    struct Feeding;
    bool run(const Options& options);
    void look_at_books(route::Life& life);

    std::string url_;
    std::size_t told_ = 0;  ///< messages of fb that were acknowledged
    End end_;
    std::string refusal_;
    std::vector<std::string> book_complaints_;
};

/// The end of an undisturbed scene.
const Scene::End& undisturbed();

}  // namespace maillon::faults
