#include "core/hub/checked_books.h"

#include <algorithm>

namespace maillon::hub {
namespace {

constexpr int kShare = 20;
/// Also where a check takes very long, what is told is of this minute.
constexpr std::chrono::milliseconds kOldest{60'000};

}  // namespace

Result<CheckedBooks::Found> CheckedBooks::look(db::Session& session) {
    const std::scoped_lock lock(mutex_);
    const auto begun = clock_.steady();
    if (last_ && begun < good_until_) return *last_;
    const auto at = clock_.now();
    auto wrong = store::Books::check(session);
    if (!wrong) return wrong.error();
    last_ = Found{std::move(*wrong), at};
    const auto ended = clock_.steady();
    good_until_ = ended + std::min<std::chrono::milliseconds>((ended - begun) * kShare, kOldest);
    return *last_;
}

}  // namespace maillon::hub
