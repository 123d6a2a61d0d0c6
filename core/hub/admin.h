#pragma once

#include "core/hub/admin_approvals.h"
#include "core/hub/admin_directories.h"
#include "core/hub/admin_doubts.h"
#include "core/hub/admin_holds.h"
#include "core/hub/admin_letters.h"
#include "core/hub/admin_parts.h"
#include "core/hub/admin_people.h"
#include "core/hub/admin_persons.h"
#include "core/hub/admin_recorded.h"
#include "core/hub/admin_replays.h"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace maillon::hub {

struct AdminQuery;

/// The admin API behind the unix socket, JSON in and out:
///
///   GET  /v1/status                               one screen: sources, queues, books, store
///   GET  /v1/events?connector=&type=&key=&since=&limit=
///   GET  /v1/events/<position or id>
///   GET  /v1/why/<position or id>[?route=]
///   GET  /v1/dead-letters?route=&connector=&kind=&key=&since=&until=&where=&state=open|replayed|dropped|all
///                        &after=&limit=
///   GET  /v1/dead-letters/<n>
///   POST /v1/dead-letters/<n>/replay   {"note", "by"}
///   POST /v1/dead-letters/<n>/drop     {"reason", "by"}
///   POST /v1/dead-letters/<n>/edit     {"event" or "arguments", "note", "by"}
///   GET  /v1/recorded?after=&since=&until=&limit= events with what was answered to their runs
///   GET  /v1/configuration                        of the running hub
///   GET  /v1/replays?limit=                       of many letters, or of events; the newest first
///   GET  /v1/replays/<n>
///   POST /v1/replays                   {"letters": {…} or […]} or {"events": {…} or […], "routes",
///                                       "with_outbound"}, and "note", "by"
///   POST /v1/replays/<n>/stop          {"by"}
///   GET  /v1/approvals?role=&route=&state=open|released|refused|lapsed|all&limit=
///   GET  /v1/approvals/<n>
///   POST /v1/approvals/<n>/release     {"by"}
///   POST /v1/approvals/<n>/refuse      {"reason", "by"}
///   GET  /v1/directories[/<name>]                 the copies of records, and how far they are
///   POST /v1/directories/<name>/refresh           reads everything again
///   GET  /v1/reviews?directory=&kind=&state=open|accepted|rejected|new|superseded|all&after=&limit=
///   GET  /v1/reviews/<n>                          with the verdict and the records that are meant
///   POST /v1/reviews/<n>/accept        {"record", "by", "note"}
///   POST /v1/reviews/<n>/reject        {"by", "note"}      none of them
///   POST /v1/reviews/<n>/new           {"by", "note"}      none of them, and a record is to be made
///   GET  /v1/match/classes                        what people made of automatic links
///   POST /v1/match/resume              {"directory", "class"}
///   GET  /v1/match/explain?profile=&record=&directory=
///   GET  /v1/links?profile=|record=&directory=    what holds, and all that was ever said
///   POST /v1/links/link                {"profile", "record", "directory", "by", "note"}
///   POST /v1/links/unlink              the same
///   POST /v1/links/merge               {"record", "other", "directory", "by", "note"}
///   POST /v1/links/split               the same
///   GET  /v1/in-doubt?route=&connector=&limit=    calls that only a person can tell about
///   GET  /v1/in-doubt/<call>
///   POST /v1/in-doubt/<call>/done      {"id", "result", "by", "note"}
///   POST /v1/in-doubt/<call>/again     {"by", "note"}
///   POST /v1/in-doubt/<call>/failed    {"by", "note"}
///   GET  /v1/ledger                               the two books and whether they balance
///   POST /v1/connectors/<name>/pause   {"reason", "by"}
///   POST /v1/connectors/<name>/resume|credentials-mended   tries what was refused; the latter ends no pause
///   POST /v1/outbound/pause            {"reason", "by"}    all calls that reach a person
///   POST /v1/outbound/resume
///   POST /v1/persons/find              {"what"}    who that is here, and how much is held of them
///   POST /v1/persons/export            {"what"}    all of it
///   POST /v1/persons/erase             {"what", "reason", "by", "dry_run"}
///   POST /v1/persons/readmit           {"what"}    somebody who was erased may come again
///   GET  /v1/erasures?limit=                      what was removed and kept out; the newest first
///   GET  /v1/erasures/<n>
///   POST /v1/reload                               {"reloaded", "config"}; 409 says what is wrong
///
/// Errors are {"error": sentence} with 400, 404 or 409. Thread-safe; reads are short.
class Admin {
public:
    explicit Admin(const AdminParts& parts)
        : parts_(parts),
          approvals_(parts),
          doubts_(parts),
          letters_(parts),
          replays_(parts),
          recorded_(parts),
          holds_(parts),
          people_(parts),
          directories_(parts),
          persons_(parts) {}

    struct Answer {
        int status = 200;
        boost::json::object body;
    };
    Answer handle(std::string_view method, std::string_view target, std::string_view body);

private:
    Result<boost::json::object> get(const AdminQuery& query);
    Result<boost::json::object> post(const AdminQuery& query, std::string_view body);
    Result<boost::json::object> status();
    boost::json::array budgets() const;
    /// Both books, of which the check may be some seconds old.
    Result<boost::json::object> books_in_short(db::Reader& reader);
    Result<boost::json::object> events(const AdminQuery& query);
    Result<Event> event(const std::string& name);
    Result<boost::json::object> decide(const AdminQuery& query, const route::Decision& decision);

    AdminParts parts_;
    AdminApprovals approvals_;
    AdminDoubts doubts_;
    AdminLetters letters_;
    AdminReplays replays_;
    AdminRecorded recorded_;
    AdminHolds holds_;
    AdminPeople people_;
    AdminDirectories directories_;
    AdminPersons persons_;
};

}  // namespace maillon::hub
