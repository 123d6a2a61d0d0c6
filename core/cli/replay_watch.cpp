#include "core/cli/replay_watch.h"

#include "core/cli/application.h"
#include "core/cli/progress.h"
#include "core/cli/render.h"

#include <boost/json/serialize.hpp>

#include <cstdio>
#include <thread>

namespace maillon::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kPause{200};
/// A hub that is started again is waited for so long.
constexpr int kMostSilences = 300;

std::int64_t figure(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    return found && found->is_int64() ? found->get_int64() : 0;
}

bool is_over(const json::object& replay) {
    const auto state = text_of(replay, "state");
    return state == "done" || state == "stopped";
}

/// False when the person wants to leave.
bool draw(Progress& bar, const json::object& replay, std::int64_t first) {
    if (text_of(replay, "of") == "events")
        return bar("replaying", figure(replay, "reached") - first, figure(replay, "last") - first);
    const bool is_chosen = text_of(replay, "state") != "choosing";
    return bar(is_chosen ? "replaying" : "choosing",
               figure(replay, "started") + figure(replay, "held_back") + figure(replay, "refused"),
               is_chosen ? figure(replay, "chosen") : 0);
}

}  // namespace

int begin_and_watch(const Context& context, const json::object& wish, bool detach) {
    int exit_code = kDone;
    auto replay = ask(context, "POST", "/v1/replays", json::serialize(wish), exit_code);
    if (!replay) return exit_code;
    const auto number = text_of(*replay, "id");
    const auto first = figure(*replay, "reached");
    std::fprintf(stderr,
                 "replay %s has begun; the hub goes on with it also without this program "
                 "(see: maillon replays show %s)\n",
                 number.c_str(), number.c_str());
    if (!detach) {
        Progress bar;
        bar.counts_bytes = false;
        for (int silences = 0; !is_over(*replay);) {
            std::this_thread::sleep_for(kPause);
            auto next = ask_hub(context, "GET", "/v1/replays/" + number);
            if (!next && ++silences == kMostSilences) {
                std::fputs(
                    "maillon: the hub does not answer any more; the replay goes on when it runs again\n",
                    stderr);
                return kNoHub;
            }
            if (next) {
                silences = 0;
                replay = std::move(next);
            }
            if (!draw(bar, *replay, first)) break;
        }
    }
    std::fputs(context.json ? (json::serialize(*replay) + '\n').c_str() : render_replay(*replay).c_str(),
               stdout);
    const auto* runs = replay->if_contains("runs");
    const auto failed = runs ? figure(runs->as_object(), "dead_lettered") : 0;
    const auto left = figure(*replay, "held_back") + figure(*replay, "refused") + failed;
    return left == 0 ? kDone : kFailed;
}

}  // namespace maillon::cli
