#include "core/hub/closing.h"

#include "core/store/conversations.h"

#include <algorithm>

namespace maillon::hub {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAtOnce = 256;

}  // namespace

Closing::Closing(Parts parts, const Conversations& conversations) : parts_(std::move(parts)) {
    for (const auto& [name, kind] : conversations) closes_after_[name] = kind.closes_after;
}

Result<std::optional<TimePoint>> Closing::tick(const std::stop_token& stop) {
    const auto now = parts_.clock.now();
    std::optional<TimePoint> next;
    for (const auto& [name, after] : closes_after_) {
        // What came just so long ago is due.
        if (auto done = close_those_of(name, now - after + milliseconds{1}, now, stop); !done)
            return done.error();
        auto oldest = parts_.database.read(
            [&](db::Reader& reader) { return store::Conversations::longest_idle(reader, name); });
        if (!oldest) return oldest.error();
        if (*oldest) next = std::min(next.value_or(**oldest + after), **oldest + after);
    }
    return next;
}

Result<> Closing::close_those_of(const std::string& name, TimePoint before, TimePoint now,
                                 const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::vector<ConversationId> closed;
        auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
            auto ids = store::Conversations::close_idle(unit, name, before, now, kAtOnce);
            if (!ids) return ids.error();
            closed = std::move(*ids);
            return {};
        });
        if (!done) return done;
        for (const auto id : closed) parts_.on_closed(id);
        if (closed.size() < kAtOnce) return {};
    }
    return {};
}

}  // namespace maillon::hub
