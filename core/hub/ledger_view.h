#pragma once

#include "core/store/books.h"

#include <boost/json/object.hpp>

namespace maillon::hub {

/// The two books as the admin API shows them, with what was found `wrong` and what was ever corrected.
Result<boost::json::object> ledger_view(db::Session& session, const store::Books::Sentences& wrong);

}  // namespace maillon::hub
