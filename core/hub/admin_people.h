#pragma once

#include "core/hub/admin_parts.h"
#include "core/hub/admin_query.h"
#include "core/route/linking.h"

namespace maillon::hub {

/// What people are asked about people, and what they say: questions, links, merges, classes of evidence.
class AdminPeople {
public:
    explicit AdminPeople(const AdminParts& parts) : parts_(parts) {}

    Result<boost::json::object> reviews(const AdminQuery& query);
    Result<boost::json::object> review(store::ReviewId id);
    /// `word` is accept, reject or new.
    Result<boost::json::object> answer(store::ReviewId id, const std::string& word,
                                       const boost::json::object& arguments);
    Result<boost::json::object> classes();
    /// Lets a class link again; its decisions are counted anew.
    Result<boost::json::object> resume(const boost::json::object& arguments);
    /// The history of an identity or a record, and what holds now.
    Result<boost::json::object> links(const AdminQuery& query);
    /// `word` is link, unlink, merge or split.
    Result<boost::json::object> relink(const std::string& word, const boost::json::object& arguments);
    /// Who an identity may be, as the keys and the index say it now; nothing is kept of it.
    Result<boost::json::object> explain(const AdminQuery& query);

    /// For the status: questions that are open, classes that are suspended.
    static Result<boost::json::object> summary(db::Session& session);

private:
    Result<> in_unit(const std::function<Result<>(route::Linking&)>& work);
    /// The one that is named, or the only one there is.
    Result<std::string> directory(const std::string& name) const;

    const AdminParts parts_;
};

}  // namespace maillon::hub
