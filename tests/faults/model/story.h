#pragma once

#include "core/base/fault.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace maillon::faults {

/// What the service outside makes of one event's call, in the order of its tries; after the last it does as
/// `end` says.
struct Fate {
    enum class Try {
        busy,        ///< fails for now, no effect
        limited,     ///< too many calls, no effect
        conflict,    ///< no effect
        cut_before,  ///< no answer, no effect
        cut_after,   ///< no answer, and it took effect
    };
    enum class End {
        done,
        refused,  ///< for good: a dead letter
        unknown,  ///< no answer, and nobody can tell: in doubt
    };
    std::vector<Try> tries;
    End end = End::done;
};

/// One thing that happens.
struct Op {
    enum class Kind {
        happen,      ///< one more event at the source that is polled
        tell,        ///< one more event by webhook, sent again until it is acknowledged
        tell_again,  ///< an event that was told before, once more
        live,        ///< the hub works for a moment
        rest,        ///< the hub works until nothing moves
        poll,        ///< the hub asks its source
        kill,        ///< the process dies, and a new one starts
        power_cut,   ///< the power fails at a step of the disk soon to come; a new hub starts when it is back
        disk_full,   ///< one write soon to come finds no room
        io_error,    ///< one write or sync soon to come fails: the process ends, and a new one starts
        replay,      ///< a person has mended the cause of a dead letter and replays it
        decide,      ///< a person looks what became of a call in doubt
    };
    Kind kind = Kind::live;
    int number = 0;  ///< of the event, the step or the choice
    std::string key{};
    Fate fate{};
};

/// A story from a seed; the same on every machine.
std::vector<Op> story_of(std::uint64_t seed);
/// As text, for people.
std::string told(const std::vector<Op>& story);

}  // namespace maillon::faults
