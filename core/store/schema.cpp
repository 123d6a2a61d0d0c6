#include "core/store/store.h"

namespace maillon::store {
namespace {

const db::Migration kState{
    "store",
    1,
    {"CREATE TABLE cursors (instance TEXT NOT NULL, stream TEXT NOT NULL, cursor TEXT NOT NULL,"
     " updated {int} NOT NULL, PRIMARY KEY (instance, stream)) {keyed}",
     "CREATE TABLE plugin_state (instance TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
     " PRIMARY KEY (instance, key)) {keyed}",
     "CREATE TABLE configs (hash TEXT PRIMARY KEY, text TEXT NOT NULL, first_used {int} NOT NULL)",
     "CREATE TABLE positions (name TEXT PRIMARY KEY, seq {int} NOT NULL)",
     "CREATE TABLE event_books (connector TEXT PRIMARY KEY, received {int} NOT NULL, doubles {int} NOT NULL,"
     " unmatched {int} NOT NULL, routed {int} NOT NULL, refused {int} NOT NULL)",
     "CREATE TABLE run_books (route TEXT PRIMARY KEY, started {int} NOT NULL, finished {int} NOT NULL,"
     " dropped {int} NOT NULL, dead_lettered {int} NOT NULL, in_doubt {int} NOT NULL, waiting {int} NOT NULL,"
     " in_flight {int} NOT NULL)"}};

// `unsettled` repeats what `state` says, so that an index over the few open rows serves both SQL dialects.
const db::Migration kRuns{
    "store",
    2,
    {"CREATE TABLE runs (id {id}, event {int} NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL,"
     " config_hash TEXT NOT NULL, state TEXT NOT NULL, unsettled {int} NOT NULL, reason TEXT NOT NULL,"
     " created {int} NOT NULL, updated {int} NOT NULL, frame TEXT NOT NULL)",
     "CREATE INDEX runs_by_event ON runs (event)",
     "CREATE INDEX runs_unsettled ON runs (id) WHERE unsettled = 1",
     "CREATE INDEX runs_settled ON runs (state, updated) WHERE unsettled = 0",
     "CREATE TABLE steps (id {id}, run {int} NOT NULL, step TEXT NOT NULL, status TEXT NOT NULL,"
     " attempts {int} NOT NULL, started {int} NOT NULL, ended {int} NOT NULL, detail TEXT NOT NULL,"
     " inputs TEXT NOT NULL, result TEXT NOT NULL)",
     "CREATE INDEX steps_by_run ON steps (run)",
     "CREATE TABLE calls (id {id}, run {int} NOT NULL, step TEXT NOT NULL, instance TEXT NOT NULL,"
     " operation TEXT NOT NULL, idempotency_key TEXT NOT NULL UNIQUE, target_key TEXT NOT NULL, args TEXT "
     "NOT NULL,"
     " state TEXT NOT NULL, unsettled {int} NOT NULL, attempts {int} NOT NULL, outbound {int} NOT NULL,"
     " created {int} NOT NULL, not_before {int} NOT NULL, first_tried {int}, finished {int}, expires {int},"
     " result TEXT NOT NULL, remote_id TEXT NOT NULL, remote_revision TEXT NOT NULL, fault TEXT, detail TEXT "
     "NOT NULL)",
     "CREATE INDEX calls_by_run ON calls (run)",
     "CREATE INDEX calls_unsettled ON calls (id) WHERE unsettled = 1",
     "CREATE TABLE claims (scope TEXT NOT NULL, key TEXT NOT NULL, run {int} NOT NULL, state TEXT NOT NULL,"
     " value TEXT NOT NULL, updated {int} NOT NULL, PRIMARY KEY (scope, key)) {keyed}",
     "CREATE TABLE dead_letters (id {id}, run {int} NOT NULL, event {int} NOT NULL, route TEXT NOT NULL,"
     " instance TEXT NOT NULL, step TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,"
     " attempts {int} NOT NULL, at {int} NOT NULL, state TEXT NOT NULL, note TEXT NOT NULL)",
     "CREATE INDEX dead_letters_open ON dead_letters (id) WHERE state = 'open'"}};

const db::Migration kPeople{
    "store",
    3,
    {"CREATE TABLE directory_records (directory TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL,"
     " data TEXT NOT NULL, PRIMARY KEY (directory, id))",
     "CREATE TABLE directory_keys (directory TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,"
     " record TEXT NOT NULL, PRIMARY KEY (directory, field, value, record)) {keyed}",
     "CREATE INDEX directory_keys_by_record ON directory_keys (directory, record)",
     "CREATE TABLE directory_reads (directory TEXT PRIMARY KEY, cursor TEXT NOT NULL, records {int} NOT NULL,"
     " started {int} NOT NULL, finished {int})",
     "CREATE TABLE conversations (id {id}, name TEXT NOT NULL, instance TEXT NOT NULL, thread TEXT NOT NULL,"
     " opened {int} NOT NULL, last_message_time {int} NOT NULL, closed {int}, opened_by {int} NOT NULL,"
     " opener {int} NOT NULL, first_message_id TEXT NOT NULL, last_message_id TEXT NOT NULL, first_question "
     "{int},"
     " first_answer {int})",
     "CREATE UNIQUE INDEX conversations_open ON conversations (name, instance, thread) WHERE closed IS NULL",
     "CREATE INDEX conversations_by_event ON conversations (opened_by)",
     "CREATE TABLE conversation_refs (conversation {int} NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,"
     " PRIMARY KEY (conversation, kind, value)) {keyed}",
     "CREATE INDEX conversation_refs_by_value ON conversation_refs (kind, value)",
     "CREATE TABLE person_links (id {id}, kind TEXT NOT NULL, value TEXT NOT NULL, directory TEXT NOT NULL,"
     " record TEXT NOT NULL, how TEXT NOT NULL, linked {int} NOT NULL, at {int} NOT NULL)",
     "CREATE INDEX person_links_by_identity ON person_links (kind, value)",
     "CREATE INDEX person_links_by_record ON person_links (directory, record)"}};

// Runs that wait for a person or for time stay out of memory: each is found when it is due, when a person has
// decided, or when a conversation that it watches changes. The items of a loop lie beside the run, so that
// its frame stays small.
const db::Migration kWaiting{
    "store",
    4,
    {"ALTER TABLE runs ADD COLUMN wake_at {int}",
     "CREATE INDEX runs_waking ON runs (wake_at, id) WHERE wake_at IS NOT NULL",
     "CREATE INDEX runs_moving ON runs (id) WHERE unsettled = 1 AND state <> 'waiting'",
     "CREATE TABLE run_watches (conversation {int} NOT NULL, run {int} NOT NULL,"
     " PRIMARY KEY (conversation, run)) {keyed}",
     "CREATE INDEX run_watches_by_run ON run_watches (run)",
     "CREATE TABLE run_items (run {int} NOT NULL, loop TEXT NOT NULL, position {int} NOT NULL,"
     " key TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (run, loop, position)) {keyed}",
     "CREATE TABLE approvals (id {id}, run {int} NOT NULL, event {int} NOT NULL, route TEXT NOT NULL,"
     " step TEXT NOT NULL, role TEXT NOT NULL, instance TEXT NOT NULL, operation TEXT NOT NULL,"
     " args TEXT NOT NULL, created {int} NOT NULL, due {int}, state TEXT NOT NULL, decided {int},"
     " decided_by TEXT NOT NULL, reason TEXT NOT NULL)",
     "CREATE UNIQUE INDEX approvals_by_run ON approvals (run, step)",
     "CREATE INDEX approvals_open ON approvals (id) WHERE state = 'open'"}};

// Runs and calls that memory has no room for are found again: those behind a run of their key, and calls by
// the time at which they may be tried.
const db::Migration kPaging{
    "store",
    5,
    {"CREATE INDEX runs_by_key ON runs (route, key, id) WHERE unsettled = 1 AND state <> 'waiting'",
     "CREATE INDEX calls_due ON calls (instance, not_before, id) WHERE unsettled = 1",
     "CREATE TABLE holds (name TEXT PRIMARY KEY, since {int} NOT NULL, reason TEXT NOT NULL,"
     " held_by TEXT NOT NULL)",
     "CREATE TABLE budgets (name TEXT PRIMARY KEY, used {real} NOT NULL, at {int} NOT NULL)"}};

// What a store forgot before it had seals can only be told by its books.
const db::Migration kSeals{
    "store",
    6,
    {"CREATE TABLE event_seals (connector TEXT PRIMARY KEY, journaled {int} NOT NULL, forgotten {int} NOT "
     "NULL)",
     "CREATE TABLE run_seals (route TEXT PRIMARY KEY, finished {int} NOT NULL, dropped {int} NOT NULL,"
     " dead_lettered {int} NOT NULL, forgotten_finished {int} NOT NULL, forgotten_dropped {int} NOT NULL,"
     " forgotten_dead_lettered {int} NOT NULL)",
     "CREATE TABLE run_seal_open (run {int} PRIMARY KEY)",
     "CREATE TABLE book_corrections (id {id}, at {int} NOT NULL, reason TEXT NOT NULL, wrong TEXT NOT NULL)",
     "INSERT INTO event_seals (connector, journaled, forgotten) SELECT b.connector,"
     " b.received - b.doubles - b.refused - coalesce(e.there, 0),"
     " b.received - b.doubles - b.refused - coalesce(e.there, 0) FROM event_books b LEFT JOIN"
     " (SELECT connector, count(*) AS there FROM events GROUP BY connector) e ON e.connector = b.connector",
     "INSERT INTO run_seals (route, finished, dropped, dead_lettered, forgotten_finished, forgotten_dropped,"
     " forgotten_dead_lettered) SELECT b.route, b.finished - coalesce(r.f, 0), b.dropped - coalesce(r.d, 0),"
     " b.dead_lettered - coalesce(r.l, 0), b.finished - coalesce(r.f, 0), b.dropped - coalesce(r.d, 0),"
     " b.dead_lettered - coalesce(r.l, 0) FROM run_books b LEFT JOIN (SELECT route,"
     " sum(CASE WHEN state = 'finished' THEN 1 ELSE 0 END) AS f,"
     " sum(CASE WHEN state = 'dropped' THEN 1 ELSE 0 END) AS d,"
     " sum(CASE WHEN state = 'dead_lettered' THEN 1 ELSE 0 END) AS l"
     " FROM runs WHERE unsettled = 0 GROUP BY route) r ON r.route = b.route"}};

const db::Migration kRestores{
    "store",
    7,
    {"CREATE TABLE restores (id {id}, restored {int} NOT NULL, taken {int} NOT NULL, last_event {int} NOT "
     "NULL,"
     " last_run {int} NOT NULL, calls {int} NOT NULL)"}};

// The indices over open letters are partial: of the letters that were ever, few are open, and these are asked
// for. The one by key keeps the order in which letters of a key are replayed.
const db::Migration kReplays{
    "store",
    8,
    {"ALTER TABLE dead_letters ADD COLUMN key TEXT NOT NULL DEFAULT ''",
     "ALTER TABLE dead_letters ADD COLUMN config_hash TEXT NOT NULL DEFAULT ''",
     "ALTER TABLE dead_letters ADD COLUMN frame TEXT NOT NULL DEFAULT ''",
     "ALTER TABLE dead_letters ADD COLUMN previous {int} NOT NULL DEFAULT 0",
     "ALTER TABLE dead_letters ADD COLUMN replay {int} NOT NULL DEFAULT 0",
     "ALTER TABLE dead_letters ADD COLUMN run_again {int} NOT NULL DEFAULT 0",
     "ALTER TABLE dead_letters ADD COLUMN closed {int}",
     "ALTER TABLE dead_letters ADD COLUMN who TEXT NOT NULL DEFAULT ''",
     "UPDATE dead_letters SET key = coalesce((SELECT r.key FROM runs r WHERE r.id = dead_letters.run), '')",
     "UPDATE dead_letters SET closed = at WHERE state <> 'open'",
     "CREATE INDEX dead_letters_by_route ON dead_letters (route, id) WHERE state = 'open'",
     "CREATE INDEX dead_letters_by_instance ON dead_letters (instance, id) WHERE state = 'open'",
     "CREATE INDEX dead_letters_by_kind ON dead_letters (kind, id) WHERE state = 'open'",
     "CREATE INDEX dead_letters_by_key ON dead_letters (key, route, event, id) WHERE state = 'open'",
     "CREATE INDEX dead_letters_closed ON dead_letters (closed, id) WHERE state <> 'open'",
     "CREATE INDEX dead_letters_by_time ON dead_letters (at, id)",
     "CREATE INDEX dead_letters_by_run ON dead_letters (run)",
     "CREATE INDEX dead_letters_taken ON dead_letters (replay, event, id) WHERE replay <> 0",
     "CREATE TABLE dead_letter_edits (id {id}, letter {int} NOT NULL, what TEXT NOT NULL, value TEXT NOT "
     "NULL,"
     " who TEXT NOT NULL, note TEXT NOT NULL, at {int} NOT NULL)",
     "CREATE INDEX dead_letter_edits_by_letter ON dead_letter_edits (letter)",
     "CREATE TABLE replays (id {id}, kind TEXT NOT NULL, state TEXT NOT NULL, what TEXT NOT NULL,"
     " with_outbound {int} NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL, reached {int} NOT NULL,"
     " last {int} NOT NULL, chosen {int} NOT NULL, started {int} NOT NULL, held_back {int} NOT NULL,"
     " refused {int} NOT NULL, reason TEXT NOT NULL, created {int} NOT NULL, updated {int} NOT NULL,"
     " finished {int})",
     "CREATE INDEX replays_open ON replays (id) WHERE state IN ('choosing', 'running')",
     "ALTER TABLE runs ADD COLUMN replay {int} NOT NULL DEFAULT 0",
     "CREATE INDEX runs_of_replay ON runs (replay, state) WHERE replay <> 0"}};

// What is known of people: an append-only history of links whose last words are views, the questions that
// people are asked, and who was seen with which value and name. The table of migration 3 was never written
// to.
const db::Migration kLinking{
    "store",
    9,
    {"DROP TABLE person_links",
     "CREATE TABLE link_events (id {id}, at {int} NOT NULL, kind TEXT NOT NULL, directory TEXT NOT NULL,"
     " network TEXT NOT NULL, scope TEXT NOT NULL, identity TEXT NOT NULL, record TEXT NOT NULL,"
     " other TEXT NOT NULL, rule TEXT NOT NULL, class TEXT NOT NULL, probability {real} NOT NULL,"
     " model TEXT NOT NULL, verdict TEXT NOT NULL, decided_by TEXT NOT NULL, note TEXT NOT NULL,"
     " keys TEXT NOT NULL, rests_on TEXT NOT NULL, event {int} NOT NULL)",
     "CREATE INDEX link_events_by_identity ON link_events (directory, network, scope, identity, record, id)",
     "CREATE INDEX link_events_by_record ON link_events (directory, record, id)",
     "CREATE INDEX link_events_of_merges ON link_events (directory, other, id) WHERE other <> ''",
     "CREATE VIEW link_words AS SELECT * FROM link_events AS word WHERE other = '' AND NOT EXISTS (SELECT 1"
     " FROM link_events AS later WHERE later.directory = word.directory AND later.network = word.network"
     " AND later.scope = word.scope AND later.identity = word.identity AND later.record = word.record"
     " AND later.id > word.id)",
     "CREATE VIEW merge_words AS SELECT * FROM link_events AS word WHERE other <> '' AND NOT EXISTS (SELECT 1"
     " FROM link_events AS later WHERE later.directory = word.directory AND later.other = word.other"
     " AND later.other <> '' AND later.id > word.id)",
     "CREATE TABLE reviews (id {id}, directory TEXT NOT NULL, about TEXT NOT NULL, kind TEXT NOT NULL,"
     " state TEXT NOT NULL, network TEXT NOT NULL, scope TEXT NOT NULL, identity TEXT NOT NULL,"
     " person TEXT NOT NULL, verdict TEXT NOT NULL, rule TEXT NOT NULL, class TEXT NOT NULL,"
     " candidates TEXT NOT NULL, probability {real} NOT NULL, asked {int} NOT NULL, created {int} NOT NULL,"
     " updated {int} NOT NULL, event {int} NOT NULL, decided {int}, decided_by TEXT NOT NULL,"
     " record TEXT NOT NULL, note TEXT NOT NULL)",
     "CREATE UNIQUE INDEX reviews_open ON reviews (directory, about) WHERE state = 'open'",
     "CREATE INDEX reviews_open_by_id ON reviews (id) WHERE state = 'open'",
     "CREATE INDEX reviews_by_about ON reviews (directory, about, id)",
     "CREATE INDEX reviews_by_identity ON reviews (directory, network, scope, identity)",
     "CREATE TABLE review_waits (review {int} NOT NULL, run {int} NOT NULL, PRIMARY KEY (review, run)) "
     "{keyed}",
     "CREATE INDEX review_waits_by_run ON review_waits (run)",
     "CREATE TABLE match_classes (directory TEXT NOT NULL, class TEXT NOT NULL, correct {int} NOT NULL,"
     " wrong {int} NOT NULL, suspended {int}, PRIMARY KEY (directory, class)) {keyed}",
     "CREATE TABLE person_values (field TEXT NOT NULL, value TEXT NOT NULL, network TEXT NOT NULL,"
     " scope TEXT NOT NULL, identity TEXT NOT NULL, first_seen {int} NOT NULL, last_seen {int} NOT NULL,"
     " PRIMARY KEY (field, value, network, scope, identity)) {keyed}",
     "CREATE INDEX person_values_by_identity ON person_values (network, scope, identity)",
     "CREATE TABLE person_names (id {id}, network TEXT NOT NULL, scope TEXT NOT NULL, identity TEXT NOT NULL,"
     " name TEXT NOT NULL, since {int} NOT NULL, until {int})",
     "CREATE INDEX person_names_by_identity ON person_names (network, scope, identity)",
     "CREATE INDEX person_names_by_name ON person_names (network, name)"}};

// A directory that is read anew: what was not met again is gone.
const db::Migration kDirectoryPasses{
    "store",
    10,
    {"ALTER TABLE directory_records ADD COLUMN pass {int} NOT NULL DEFAULT 0",
     "ALTER TABLE directory_reads ADD COLUMN pass {int} NOT NULL DEFAULT 0",
     "ALTER TABLE directory_reads ADD COLUMN refreshing {int} NOT NULL DEFAULT 0",
     "CREATE INDEX directory_records_by_pass ON directory_records (directory, pass)"}};

// A tombstone tells nothing without the salt, which is not kept here.
const db::Migration kErasures{
    "store",
    11,
    {"CREATE TABLE erasures (id {id}, state TEXT NOT NULL, person TEXT NOT NULL, report TEXT NOT NULL,"
     " who TEXT NOT NULL, reason TEXT NOT NULL, created {int} NOT NULL, updated {int} NOT NULL,"
     " finished {int}, events_refused {int} NOT NULL, events_masked {int} NOT NULL,"
     " records_refused {int} NOT NULL, last_kept_out {int})",
     "CREATE INDEX erasures_open ON erasures (id) WHERE finished IS NULL",
     "CREATE TABLE tombstones (digest TEXT PRIMARY KEY, erasure {int} NOT NULL, is_weak {int} NOT NULL)"
     " {keyed}"}};

// What people have answered is read again and again, to learn from it.
const db::Migration kAnswers{"store",
                             12,
                             {"CREATE INDEX reviews_answered ON reviews (directory, id) WHERE state IN "
                              "('accepted', 'rejected', 'new')"}};

// What a person asks for outlives a kill, and what came of it does.
const db::Migration kDirectoryWishes{
    "store",
    13,
    {"ALTER TABLE directory_reads ADD COLUMN asked {int} NOT NULL DEFAULT 0",
     "ALTER TABLE directory_reads ADD COLUMN wanted {int} NOT NULL DEFAULT 0",
     "ALTER TABLE directory_reads ADD COLUMN reads TEXT NOT NULL DEFAULT ''",
     "ALTER TABLE directory_reads ADD COLUMN unmet TEXT NOT NULL DEFAULT ''"}};

// Calls that a person waits for come back into memory before all others, however many those are.
const db::Migration kPeopleFirst{
    "store",
    14,
    {"DROP INDEX calls_due",
     "CREATE INDEX calls_due ON calls (instance, outbound, not_before, id) WHERE unsettled = 1"}};

// Calls in doubt come back into memory before those that wait behind them.
const db::Migration kDoubtsFirst{"store",
                                 15,
                                 {"CREATE INDEX calls_in_doubt ON calls (instance, outbound, not_before, id)"
                                  " WHERE unsettled = 1 AND state = 'in_doubt'"}};

}  // namespace

std::vector<db::Migration> migrations() {
    return {kState,    kRuns,     kPeople,          kWaiting,     kPaging,
            kSeals,    kRestores, kReplays,         kLinking,     kDirectoryPasses,
            kErasures, kAnswers,  kDirectoryWishes, kPeopleFirst, kDoubtsFirst};
}

}  // namespace maillon::store
