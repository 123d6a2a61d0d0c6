#include "core/db/session.h"

#include "core/db/connection.h"

namespace maillon::db {

Result<std::int64_t> Session::execute(std::string_view sql, std::span<const Param> params,
                                      std::span<const Kind> kinds, const Take& take) {
    auto done = connection_.execute(Step::statement, sql, params, kinds, take);
    if (!done && !failure_) failure_ = done.error();
    return done;
}

Result<std::int64_t> Unit::exec(std::string_view sql, Params params) {
    return execute(sql, {params.begin(), params.size()}, {}, {});
}

}  // namespace maillon::db
