#pragma once

#include "core/db/session.h"
#include "core/event/event.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace maillon {

/// What became of an event that was to be appended.
struct Appended {
    EventSeq seq{};       ///< its position; of a double, the position of the first one
    bool is_new = false;  ///< false for a double: (source, id) is there already
};

/// What was removed from the journal.
struct Forgotten {
    std::int64_t events = 0;
    std::map<std::string, std::int64_t> by_connector{};
};

/// What `maillon events` asks for. Empty members do not filter.
struct EventFilter {
    std::string connector{};
    std::string type{};
    std::string key{};
    std::optional<TimePoint> since{};  ///< received at or after
    std::size_t limit = 100;
};

/// The durable log of events. Positions grow and are never used again.
///
/// Appending happens inside a unit of the writer, so that the connector's cursor moves in the same commit.
/// Reading sees what is committed. Thread-safe.
class Journal {
public:
    virtual ~Journal() = default;

    /// Appends those not yet known, by (source, id); answers for each event in its order. A double inside
    /// `events` is one too.
    virtual Result<std::vector<Appended>> append(db::Unit& unit, std::span<const Event> events) = 0;
    /// What is old enough to be forgotten.
    struct Old {
        TimePoint before{};  ///< received before this …
        EventSeq up_to{};    ///< … at a position that is not after this one
        TimePoint now{};     ///< what was received later than this came while the clock was ahead
    };
    /// Looks at the `limit` oldest events and removes those that are old. Those that came while the clock was
    /// ahead are passed over, so that they do not keep what came after them.
    virtual Result<Forgotten> forget(db::Unit& unit, const Old& old, std::size_t limit) = 0;

    /// The events after a position, in order; EventSeq{} is before the first.
    virtual Result<std::vector<Event>> read(EventSeq after, std::size_t limit) = 0;
    virtual Result<std::optional<Event>> by_seq(EventSeq seq) = 0;
    virtual Result<std::optional<Event>> find(std::string_view source, std::string_view id) = 0;
    /// By the envelope's id alone, as people type it; sources may share an id.
    virtual Result<std::vector<Event>> find_id(std::string_view id, std::size_t limit) = 0;
    /// The newest first.
    virtual Result<std::vector<Event>> list(const EventFilter& filter) = 0;
    /// The last position given, also when its event is forgotten; EventSeq{} when none was.
    virtual Result<EventSeq> last_seq() = 0;
    /// The same, as `reader` sees it: with what else is read in its transaction.
    virtual Result<EventSeq> last_seq(db::Reader& reader) = 0;
};

}  // namespace maillon
