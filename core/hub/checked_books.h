#pragma once

#include "core/base/clock.h"
#include "core/store/books.h"

#include <mutex>
#include <optional>

namespace maillon::hub {

/// The books as they were found at the last check, for those who ask often. A check counts everything that is
/// open, half a second's work of a million runs: it is made anew once so much time has passed that checks
/// take at most a twentieth of it. Thread-safe.
class CheckedBooks {
public:
    explicit CheckedBooks(const Clock& clock) : clock_(clock) {}

    struct Found {
        store::Books::Sentences wrong;
        TimePoint at{};
    };
    Result<Found> look(db::Session& session);

private:
    const Clock& clock_;
    std::mutex mutex_;
    std::optional<Found> last_;
    SteadyPoint good_until_{};
};

}  // namespace maillon::hub
