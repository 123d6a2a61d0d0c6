#pragma once

#include "core/db/database.h"
#include "core/journal/journal.h"

namespace maillon {

/// The schema steps of the part "journal".
std::vector<db::Migration> journal_migrations();

/// The journal in the store's own database. `database` must have been opened with journal_migrations() and
/// outlive it.
class SqlJournal final : public Journal {
public:
    explicit SqlJournal(db::Database& database) : database_(database) {}

    Result<std::vector<Appended>> append(db::Unit& unit, std::span<const Event> events) override;
    Result<Forgotten> forget(db::Unit& unit, const Old& old, std::size_t limit) override;
    Result<std::vector<Event>> read(EventSeq after, std::size_t limit) override;
    Result<std::optional<Event>> by_seq(EventSeq seq) override;
    Result<std::optional<Event>> find(std::string_view source, std::string_view id) override;
    Result<std::vector<Event>> find_id(std::string_view id, std::size_t limit) override;
    Result<std::vector<Event>> list(const EventFilter& filter) override;
    Result<EventSeq> last_seq() override;
    Result<EventSeq> last_seq(db::Reader& reader) override;

private:
    db::Database& database_;
};

}  // namespace maillon
