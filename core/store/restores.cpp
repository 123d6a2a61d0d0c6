#include "core/store/restores.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

/// Other clocks than ours tell when events happened.
constexpr std::chrono::minutes kClocksDiffer{5};
constexpr std::chrono::hours kUntold{24};

bool is_untold(const Envelope& meta) {
    return meta.time == meta.received;
}

}  // namespace

auto columns(Restore& r) {
    return std::tie(r.restored, r.taken, r.last_event, r.last_run, r.calls);
}

bool Restore::may_have_seen(RunId run, EventSeq seq, const Envelope& meta) const {
    if (run <= last_run || seq <= last_event) return true;
    if (meta.time <= restored + kClocksDiffer) return true;
    return is_untold(meta) && meta.received <= restored + kUntold;
}

bool Restore::may_have_remade(std::optional<TimePoint> failed) const {
    return !failed || *failed <= std::max(restored, taken);
}

TimePoint Restore::may_be_made_since(const Envelope& meta) const {
    return is_untold(meta) ? taken : std::max(taken, std::min(meta.time, restored));
}

Result<Restore> Restores::mark(db::Unit& unit, TimePoint taken, TimePoint now) {
    auto calls = unit.exec(
        "UPDATE calls SET state = 'in_doubt', fault = 'in_doubt',"
        " detail = 'the store was restored: this may have been made since the backup'"
        " WHERE unsettled = 1 AND state IN ('pending', 'trying')");
    if (!calls) return calls.error();
    auto last = unit.row<std::tuple<std::optional<EventSeq>, std::optional<EventSeq>, std::optional<RunId>>>(
        "SELECT (SELECT max(seq) FROM events), (SELECT max(last_seq) FROM journal_position),"
        " (SELECT max(id) FROM runs)");
    if (!last) return last.error();
    const auto [present, noted, run] = **last;
    const Restore out{.restored = now,
                      .taken = taken,
                      .last_event = std::max(present.value_or(EventSeq{}), noted.value_or(EventSeq{})),
                      .last_run = run.value_or(RunId{}),
                      .calls = *calls};
    auto done =
        kept(unit.exec("INSERT INTO restores (restored, taken, last_event, last_run, calls) VALUES"
                       " (:restored, :taken, :last_event, :last_run, :calls)",
                       {out.restored, out.taken, out.last_event, out.last_run, out.calls}));
    if (!done) return done.error();
    return out;
}

Result<std::optional<Restore>> Restores::latest(db::Session& session) {
    return session.row<Restore>(
        "SELECT restored, taken, last_event, last_run, calls FROM restores ORDER BY id DESC LIMIT 1");
}

}  // namespace maillon::store
