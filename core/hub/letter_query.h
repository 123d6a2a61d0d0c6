#pragma once

#include "core/db/database.h"
#include "core/expression/expression.h"
#include "core/journal/journal.h"
#include "core/store/dead_letters.h"

#include <boost/json/object.hpp>

#include <map>
#include <string>

namespace maillon::hub {

/// Which dead letters are meant: route, connector, kind, key, state, since, until as they were typed, and
/// `where`, a CEL condition over event, meta, reason, route, step, kind, connector, key, attempts and values.
class LetterQuery {
public:
    /// Members that are no such words are left alone. A Fault says what is wrong with one; spans ("2h") count
    /// back from `now`.
    static Result<LetterQuery> parse(const std::map<std::string, std::string>& words, TimePoint now);

    /// The words again, times as moments; what parse reads at any later time.
    boost::json::object to_json() const;
    static Result<LetterQuery> from_json(const boost::json::object& from, TimePoint now);

    /// One page of letters that were looked at, in the order of their numbers.
    struct Page {
        std::vector<store::DeadLetterRow> fit{};
        DeadLetterId reached{};   ///< all up to it were looked at
        bool is_last = false;     ///< there are no more
        std::size_t unclear = 0;  ///< of these `where` is neither true nor false; they do not fit
        std::string problem{};    ///< with the first of them
    };
    /// Looks at up to `look_at` letters behind `after`, until `most` fit.
    Result<Page> page(db::Database& database, Journal& journal, DeadLetterId after, std::size_t look_at,
                      std::size_t most) const;

    store::DeadLetterFilter filter;

private:
    void judge(const store::DeadLetterRow& row, const Event* event, Page& page) const;

    std::string where_text_;
    expression::Scope scope_;
    std::optional<expression::Program> where_;
};

}  // namespace maillon::hub
