#pragma once

#include "core/db/session.h"

/// Small words that the repositories share. Not part of the room's face.
namespace maillon::store {

/// A table's fixed SELECT head with a query's own end.
template <class R>
Result<std::vector<R>> select(db::Session& session, std::string_view head, std::string_view end,
                              db::Params params = {}) {
    return session.rows<R>(std::string(head).append(end), params);
}

template <class R>
Result<std::optional<R>> select_one(db::Session& session, std::string_view head, std::string_view end,
                                    db::Params params = {}) {
    return session.row<R>(std::string(head).append(end), params);
}

/// The number of rows does not matter.
inline Result<void> kept(const Result<std::int64_t>& changed) {
    if (!changed) return changed.error();
    return {};
}

/// Whether a row was changed.
inline Result<bool> changed_any(const Result<std::int64_t>& changed) {
    if (!changed) return changed.error();
    return *changed > 0;
}

/// One row must have been changed; `otherwise` says what is wrong if not.
inline Result<void> changed_one(const Result<std::int64_t>& changed, std::string_view otherwise) {
    if (!changed) return changed.error();
    if (*changed != 1) return internal(std::string(otherwise));
    return {};
}

/// The value of an INSERT … RETURNING that always inserts.
template <class T>
Result<T> inserted(Result<std::optional<T>> row) {
    if (!row) return row.error();
    if (!*row) return internal("the store inserted nothing");
    return std::move(**row);
}

}  // namespace maillon::store
