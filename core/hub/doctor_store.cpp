#include "core/base/time.h"
#include "core/db/viewer.h"
#include "core/hub/doctor.h"
#include "core/store/books.h"
#include "core/store/doubts.h"
#include "core/store/restores.h"
#include "core/store/state.h"
#include "core/store/store.h"

namespace maillon::hub {
namespace {

using Level = Finding::Level;

/// So far may our clock be behind the one that stamped the newest event.
constexpr std::chrono::minutes kClockSlack{2};

/// Rows that should not be there: counted by `sql`, told with `what`.
struct Stray {
    const char* check;
    const char* sql;
    const char* what;
    const char* why;
    const char* todo;
};

constexpr const char* kKeepIt =
    "keep the file as it is for whoever looks into it, then bring a backup back: maillon restore FILE";

constexpr Stray kStrays[] = {
    {"rows.calls",
     "SELECT count(*) FROM calls c WHERE c.unsettled = 1 AND NOT EXISTS"
     " (SELECT 1 FROM runs r WHERE r.id = c.run)",
     "open calls belong to no run", "they would never be made, or be made for nobody", kKeepIt},
    {"rows.runs",
     "SELECT count(*) FROM runs r WHERE r.unsettled = 1 AND NOT EXISTS"
     " (SELECT 1 FROM events e WHERE e.seq = r.event)",
     "open runs have lost their event", "the hub does not start with a run that it cannot go on with",
     kKeepIt},
    {"rows.configs",
     "SELECT count(*) FROM runs r WHERE r.unsettled = 1 AND NOT EXISTS"
     " (SELECT 1 FROM configs c WHERE c.hash = r.config_hash)",
     "open runs have lost the configuration that they started with",
     "the hub does not start with a run that it cannot go on with", kKeepIt},
    {"rows.approvals",
     "SELECT count(*) FROM approvals a WHERE a.state = 'open' AND NOT EXISTS"
     " (SELECT 1 FROM runs r WHERE r.id = a.run AND r.unsettled = 1)",
     "open approvals have no run that waits", "a person would decide for nothing", kKeepIt},
    {"rows.positions",
     "SELECT count(*) FROM positions p WHERE p.name IN ('routed', 'sealed') AND p.seq >"
     " (SELECT coalesce(max(seq), 0) FROM events) AND p.seq >"
     " (SELECT coalesce(max(last_seq), 0) FROM journal_position)",
     "positions lie behind the end of the journal", "events that come would never be put to the routes",
     kKeepIt}};

/// The sentence of a Fault, without the advice to ask the doctor.
std::string told(const Fault& fault) {
    return fault.what.substr(0, fault.what.find("; see: maillon doctor"));
}

void sound(db::Viewer& viewer, const Patient& patient, Findings& out) {
    const auto wrong = viewer.check_file(patient.deep, [&] { return patient.go_on("checking the file"); });
    const std::string how = patient.deep ? "integrity check" : "quick check; --deep looks at indexes too";
    if (!wrong) {
        out.push_back({wrong.error().kind == FaultKind::cancelled ? Level::notice : Level::broken,
                       "store.sound", told(wrong.error()), "what is in the file cannot be relied upon",
                       kKeepIt});
    } else if (wrong->empty()) {
        out.push_back({Level::fine, "store.sound",
                       viewer.is_file() ? "sound (" + how + ")" : "the server looks after it"});
    } else {
        for (const auto& sentence : *wrong)
            out.push_back(
                {Level::broken, "store.sound", sentence,
                 "pages were damaged, by the disk or by another program; more may be lost than shows",
                 kKeepIt});
    }
}

/// False when the rest cannot be understood.
Result<bool> schema(db::Reader& reader, Findings& out) {
    auto steps = reader.rows<std::tuple<std::string, int>>(
        "SELECT part, max(version) FROM schema_steps GROUP BY part ORDER BY part");
    if (!steps) return steps.error();
    const auto known = store::known_schema();
    bool older = false;
    std::string text;
    for (const auto& [part, version] : *steps) {
        text += (text.empty() ? "" : ", ") + part + ' ' + std::to_string(version);
        const auto ours = known.find(part);
        if (ours == known.end() || version > ours->second) {
            out.push_back({Level::broken, "store.schema",
                           "made by a newer Maillon: " + part + " has version " + std::to_string(version),
                           "this program does not know what it means, and does not start with it",
                           "install the newer version; going back needs a backup of that time"});
            return false;
        }
        older = older || version < ours->second;
    }
    if (older || steps->size() < known.size())
        out.push_back({Level::notice, "store.schema", "older than this program: " + text,
                       "the next start brings it up to date, and older programs then refuse it",
                       "take a backup before: maillon backup DIR"});
    else
        out.push_back({Level::fine, "store.schema", text});
    return !older && steps->size() == known.size();
}

Result<> books(db::Reader& reader, const Patient& patient, Findings& out) {
    const auto wrong =
        patient.deep ? store::Books::verify(reader, [&](auto, auto) { return patient.go_on("counting"); })
                     : store::Books::check(reader);
    if (!wrong) return wrong.error();
    for (const auto& sentence : *wrong)
        out.push_back(
            {Level::broken, "ledger", sentence,
             "rows were lost or changed by other hands, or the hub has a mistake; it does not start so",
             "look what happened to the file since the last good backup, and bring that back; where "
             "you know the cause: maillon ledger --correct REASON"});
    if (wrong->empty()) out.push_back({Level::fine, "ledger", "the books balance"});
    return {};
}

Result<> strays(db::Reader& reader, Findings& out) {
    bool any = false;
    for (const auto& stray : kStrays) {
        const auto count = reader.row<std::int64_t>(stray.sql);
        if (!count) return count.error();
        if (count->value_or(0) == 0) continue;
        any = true;
        out.push_back(
            {Level::broken, stray.check, std::to_string(**count) + ' ' + stray.what, stray.why, stray.todo});
    }
    if (!any) out.push_back({Level::fine, "rows", "events, runs, calls and configurations belong together"});
    return {};
}

Result<> clock(db::Reader& reader, const Patient& patient, Findings& out) {
    const auto newest = reader.row<TimePoint>("SELECT received FROM events ORDER BY seq DESC LIMIT 1");
    if (!newest) return newest.error();
    if (!*newest) return {};
    const auto now = patient.clock.now();
    if (**newest <= now + kClockSlack) {
        out.push_back({Level::fine, "clock", "newest event " + to_rfc3339(**newest)});
        return {};
    }
    out.push_back(
        {Level::warning, "clock",
         "the newest event was received at " + to_rfc3339(**newest) + ", and it is now " + to_rfc3339(now),
         "the clock was ahead then or is behind now: timers, max_age and retention go by it",
         "see that the clock is kept right (timedatectl, chrony)"});
    return {};
}

Result<> to_be_decided(db::Reader& reader, Findings& out) {
    const auto doubts = store::Doubts::count(reader);
    if (!doubts) return doubts.error();
    if (*doubts > 0)
        out.push_back({Level::notice, "in_doubt", std::to_string(*doubts) + " calls are in doubt",
                       "their runs wait until a person has looked whether they arrived",
                       "maillon in-doubt list"});
    const auto restore = store::Restores::latest(reader);
    if (!restore) return restore.error();
    if (*restore)
        out.push_back({Level::notice, "restored",
                       "restored at " + to_rfc3339((*restore)->restored) + " to the state of " +
                           to_rfc3339((*restore)->taken),
                       "calls for what happened before are made only when the connector says they were not",
                       "nothing, but to decide what comes into doubt"});
    return {};
}

}  // namespace

bool examine_store(const Patient& patient, Findings& out) {
    auto viewer = db::Viewer::open(patient.url);
    if (!viewer) {
        out.push_back({Level::broken, "store.open", told(viewer.error()), "nothing inside it can be checked",
                       patient.file.empty() ? "see that the server can be reached with hub.store"
                                            : "bring a backup back: maillon restore FILE --force"});
        return false;
    }
    sound(**viewer, patient, out);
    const auto done = (*viewer)->read([&](db::Reader& reader) -> Result<> {
        const auto understood = schema(reader, out);
        if (!understood) return understood.error();
        if (!*understood) return {};
        auto step = books(reader, patient, out);
        if (step) step = strays(reader, out);
        if (step) step = clock(reader, patient, out);
        if (step) step = to_be_decided(reader, out);
        return step;
    });
    if (done) return true;
    out.push_back({done.error().kind == FaultKind::cancelled ? Level::notice : Level::broken, "store.read",
                   told(done.error()), "the rest was not looked at", kKeepIt});
    return false;
}

}  // namespace maillon::hub
