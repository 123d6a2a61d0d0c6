#pragma once

#include "core/base/fault.h"
#include "core/hub/prepare.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace maillon::hub {

/// The running hub: everything wired, started and stopped in order.
///
/// Start: store (migrated, locked) → instances → runs and calls recovered → sinks → engine → web server →
/// sources. Stop, the other way round: no new requests → sources → sinks finish what they are at → engine
/// takes in their outcomes → store. One thread owns the object.
class Hub {
public:
    struct Options {
        bool log_to_terminal = false;
        std::chrono::milliseconds patience{10'000};  ///< for calls under way at the stop
        /// Waits so long while another hub is active in a store that two can reach; false when this one is
        /// to end. Without it, a second hub is refused.
        std::function<bool(std::chrono::milliseconds)> wait_as_standby{};
        /// Makes the configuration anew from its files; asked once this hub has the store, if it has waited
        /// for it. Absent: it goes on with what it was opened with.
        std::function<Result<Prepared>()> prepare_again{};
        /// Called from any thread when the admin API wants a reload: the owner is to call `reload` soon.
        std::function<void()> ask_for_reload{};
    };
    /// Opens the store, waiting while another hub is active in it, and creates every instance; nothing runs
    /// yet. A Fault is one sentence for the administrator; `cancelled` when the waiting was ended.
    static Result<std::unique_ptr<Hub>> open(Prepared prepared, Options options);
    ~Hub();

    Result<> start();
    /// Takes on another configuration: what moves stops at the boundary of an event, calls under way are
    /// finished, and everything goes on from the store; web requests wait meanwhile. With a Fault (also that
    /// of `prepare`: the new configuration is no good) the old one goes on. Nothing is done when nothing has
    /// changed. Whoever asks for a reload after `prepare` was called is answered by the next one: their files
    /// may not have been read. Blocks; of the owner's thread.
    Result<> reload(const std::function<Result<Prepared>()>& prepare);
    /// Safe to call twice. False when a connector did not come back, not even when it was cancelled: all else
    /// has come to its end, and the process may end, but to destroy this would wait for that connector.
    bool stop();

    /// To be called now and again by the owner: vital signs, gauges. False while something hangs that only a
    /// restart frees.
    bool tick();

private:
    struct Parts;
    explicit Hub(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace maillon::hub
