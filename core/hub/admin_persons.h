#pragma once

#include "core/hub/admin_parts.h"
#include "core/hub/admin_query.h"
#include "core/hub/erasing.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The part of the admin API about persons: who somebody is here, what is held of them, and their erasure.
/// Persons are named in bodies, never in paths, which get into logs. Thread-safe.
class AdminPersons {
public:
    explicit AdminPersons(const AdminParts& parts) : parts_(parts) {}

    /// `word` is find, export, erase or readmit. The first three read the whole journal: a running hub
    /// answers with the number of a search (`"search"`), whose answer `search` gives.
    Result<boost::json::object> act(const std::string& word, const boost::json::object& arguments);
    Result<boost::json::object> search(std::int64_t id);
    Result<boost::json::object> cancel(std::int64_t id);
    Result<boost::json::object> erasures(std::size_t limit);
    Result<boost::json::object> erasure(store::ErasureId id);

private:
    using Progress = PersonSearch::Progress;
    Result<boost::json::object> look(const std::string& word, const boost::json::object& arguments,
                                     const Progress& progress) const;
    /// Of somebody who is not known: that they were erased, if so. Nobody is to erase them twice in vain.
    std::optional<Fault> was_erased(PersonSearch& search, const std::string& what) const;
    Result<boost::json::object> erase(const Person& person, const boost::json::object& arguments) const;
    Result<boost::json::object> readmit(const std::string& what);
    boost::json::object view_of(const store::ErasureRow& row) const;

    AdminParts parts_;
};

}  // namespace maillon::hub
