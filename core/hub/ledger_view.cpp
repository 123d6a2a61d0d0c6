#include "core/hub/ledger_view.h"

#include "core/base/time.h"
#include "core/hub/admin_views.h"

namespace maillon::hub {

namespace json = boost::json;

Result<json::object> ledger_view(db::Session& session, const store::Books::Sentences& wrong) {
    auto events = store::Books::events(session);
    if (!events) return events.error();
    auto runs = store::Books::runs(session);
    if (!runs) return runs.error();
    auto corrections = store::Books::corrections(session);
    if (!corrections) return corrections.error();
    json::object event_books, run_books;
    for (const auto& row : *events) event_books[row.connector] = view_of(row.book);
    for (const auto& row : *runs) run_books[row.route] = view_of(row.book);
    json::array sentences, corrected;
    for (const auto& sentence : wrong) sentences.emplace_back(json::string(sentence));
    for (const auto& one : *corrections)
        corrected.push_back(
            json::object{{"at", to_rfc3339(one.at)}, {"reason", one.reason}, {"wrong", one.wrong}});
    return json::object{{"events", std::move(event_books)},
                        {"runs", std::move(run_books)},
                        {"balanced", wrong.empty()},
                        {"wrong", std::move(sentences)},
                        {"corrections", std::move(corrected)}};
}

}  // namespace maillon::hub
