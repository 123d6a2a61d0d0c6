#include "core/journal/sql_journal.h"

namespace maillon {

// The body comes last: a scan by the other columns then does not touch the pages that it overflows to.
std::vector<db::Migration> journal_migrations() {
    return {
        {"journal",
         1,
         {"CREATE TABLE events (seq {id}, source TEXT NOT NULL, id TEXT NOT NULL, connector TEXT NOT NULL,"
          " type TEXT NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL, time {int} NOT NULL,"
          " received {int} NOT NULL, origin TEXT NOT NULL, hops {int} NOT NULL, replay {int} NOT NULL,"
          " traceparent TEXT NOT NULL, body TEXT NOT NULL)",
          "CREATE UNIQUE INDEX events_by_id ON events (id, source)",
          "CREATE TABLE journal_position (only_row {int} PRIMARY KEY, last_seq {int} NOT NULL)"}}};
}

}  // namespace maillon
