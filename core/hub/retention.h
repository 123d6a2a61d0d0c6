#pragma once

#include "core/base/clock.h"
#include "core/config/hub.h"
#include "core/db/database.h"
#include "core/journal/journal.h"

#include <stop_token>

namespace maillon::hub {

/// Removes what is older than `hub.keep` says: runs with their traces, dead letters that somebody has closed,
/// events. An event is spared, with all that came after it, as long as it has not been put to the routes or a
/// run of it is not over (it may wait for a person or for time): a run needs its event to go on. What goes is
/// sealed in the books before.
class Retention {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        config::Hub::Keep keep;
    };
    explicit Retention(Parts parts) : parts_(parts) {}

    /// Everything that is due, in small units, so that events do not wait for it. Blocks, until it is done
    /// or, once `stop` is requested, until the end of the unit under way: the next tick finds what is left.
    Result<> tick(const std::stop_token& stop = {});
    /// Takes into the sealed sums of the books what changes no more. Blocks in the same way; never while a
    /// tick does.
    Result<> seal(const std::stop_token& stop = {});

private:
    /// Up to which position events may go.
    Result<EventSeq> last_free();

    Parts parts_;
};

}  // namespace maillon::hub
