#pragma once

#include "core/hub/erased.h"
#include "core/hub/person_search.h"

#include <functional>
#include <stop_token>

namespace maillon::hub {

/// The figures of an erasure, by name; added up over units, and kept in the row.
using Figures = std::map<std::string, std::int64_t>;

/// Takes a person out of the store, step by step; each step leaves the store consistent and the books
/// balanced, and says in the erasure's row what it did. Ended anywhere, it goes on from the row.
///
/// What is done, in this order: runs of theirs that are not over are ended (when nothing moves), their events
/// emptied with all that runs made of them, the copy of their record, their links and claims removed, other
/// people's words masked; again, until a look through everything finds nothing; then the database is
/// compacted.
class Erasing {
public:
    struct Parts {
        db::Database& database;
        Journal& journal;
        const Clock& clock;
        const People& people;
        Erased& erased;
        /// Does `work` while no run is in anybody's memory; absent: none ever is.
        std::function<Result<>(const std::function<Result<>()>&)> in_quiet{};
        PersonSearch::Progress progress = [](std::int64_t, std::int64_t) { return true; };
        /// A record has left the copy of a directory: whoever keeps it in memory forgets it. May be absent.
        std::function<void(const std::string& directory, const std::string& id)> on_removed{};
        /// Requested: the unit under way is the last, and what is left a Fault for the next time.
        std::stop_token stop{};
    };
    explicit Erasing(Parts parts) : parts_(std::move(parts)) {}

    /// Puts tombstones and the row into the store; from then on the person is kept out.
    Result<store::ErasureRow> begin(const Person& person, const std::string& who, std::string reason);
    /// The same for persons who were erased in a store that was then brought back as it had been before; no
    /// row when there is none.
    Result<std::optional<store::ErasureRow>> begin_again();
    /// Works until it is done. A Fault leaves the rest for the next time.
    Result<store::ErasureRow> finish(store::ErasureRow row);

private:
    /// One look through everything; how much was found.
    Result<std::int64_t> pass(store::ErasureRow& row, const Person& person);
    Result<std::int64_t> empty_events(store::ErasureRow& row, const Person& person);
    Result<std::int64_t> mask_texts(store::ErasureRow& row, const Person& person);
    Result<std::int64_t> mask_state(store::ErasureRow& row, const Masking& masking, const Needles& needles);
    Result<std::int64_t> mask_items(store::ErasureRow& row, const Masking& masking, const Needles& needles);
    Result<std::int64_t> remove_records(store::ErasureRow& row, const Person& person);
    /// Does `work` in one unit, with the row's figures.
    Result<> keep(store::ErasureRow& row, const std::function<Result<>(db::Unit&, Figures&)>& work);
    /// Those whose runs are, or may soon be, in somebody's memory are left and put into `moving`, where
    /// given.
    Result<> empty(store::ErasureRow& row, const std::vector<Event>& events, std::vector<Event>* moving);
    /// An event with all that its runs emitted, and so on.
    Result<std::vector<Event>> family(const Event& event);
    Result<> compact(store::ErasureRow& row);
    /// A Fault once it is to stop.
    Result<> may_go_on() const;

    Parts parts_;
};

/// Whom a person's texts are masked by.
Masking masking_of(const Person& person, const Needles& needles);

}  // namespace maillon::hub
