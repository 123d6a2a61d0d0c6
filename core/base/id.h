#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace maillon {

/// A number that names a row of one kind: a RunId is not a CallId.
template <class Tag>
class RowId {
public:
    constexpr RowId() = default;
    constexpr explicit RowId(std::int64_t value) : value_(value) {}
    constexpr std::int64_t value() const { return value_; }
    constexpr bool is_set() const { return value_ != 0; }
    friend constexpr auto operator<=>(const RowId&, const RowId&) = default;

private:
    std::int64_t value_ = 0;
};

using EventSeq = RowId<struct EventSeqTag>;  ///< position in the journal, from 1
using RunId = RowId<struct RunTag>;
using CallId = RowId<struct CallTag>;
using ConversationId = RowId<struct ConversationTag>;
using DeadLetterId = RowId<struct DeadLetterTag>;
using LinkId = RowId<struct LinkTag>;
using ApprovalId = RowId<struct ApprovalTag>;

}  // namespace maillon

template <class Tag>
struct std::hash<maillon::RowId<Tag>> {
    std::size_t operator()(const maillon::RowId<Tag>& id) const noexcept {
        return std::hash<std::int64_t>{}(id.value());
    }
};
