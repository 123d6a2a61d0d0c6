#pragma once

#include "core/hub/admin_parts.h"
#include "core/hub/admin_query.h"
#include "core/store/dead_letters.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace maillon::hub {

/// The part of the admin API about dead letters. Thread-safe.
class AdminLetters {
public:
    explicit AdminLetters(const AdminParts& parts) : parts_(parts) {}

    /// Words: those of LetterQuery, and limit and after. The answer says in `reached` and `is_last` whether
    /// there may be more: a page looks at a bounded number of letters.
    Result<boost::json::object> list(const AdminQuery& query);
    /// Everything that is known of one: the event, the values of the route's names, earlier replays, edits.
    Result<boost::json::object> show(DeadLetterId id);
    /// `word` is replay, drop or edit.
    Result<boost::json::object> act(DeadLetterId id, const std::string& word,
                                    const boost::json::object& arguments);

private:
    Result<boost::json::object> replay(DeadLetterId id, const boost::json::object& arguments);
    Result<boost::json::object> drop(DeadLetterId id, const boost::json::object& arguments);
    Result<boost::json::object> edit(DeadLetterId id, const boost::json::object& arguments);
    /// A Fault unless it is what the event's type, or the operation, says.
    Result<> check_event(const store::DeadLetterRow& row, const boost::json::value& body);
    Result<> check_arguments(const store::DeadLetterRow& row, const boost::json::value& value);

    /// What failed: the arguments of its call, as JSON; empty when it had none.
    static Result<std::string> arguments_of(db::Session& session, const store::DeadLetterRow& row);
    Result<boost::json::array> tries(db::Session& session, const store::DeadLetterRow& row);
    Result<boost::json::array> edits(db::Session& session, const store::DeadLetterRow& row,
                                     boost::json::object& now);
    /// Where its step stands in the configuration under which it failed; empty when that cannot be told.
    std::string place_of(db::Session& session, const store::DeadLetterRow& row);

    AdminParts parts_;
};

}  // namespace maillon::hub
