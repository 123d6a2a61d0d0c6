#include "core/store/texts.h"

#include "core/store/sql.h"

#include <array>

namespace maillon::store {
namespace {

/// A run is found by the last approval that it asked for: that one keeps its step.
constexpr std::string_view kNotTheLast =
    "EXISTS (SELECT 1 FROM approvals AS later WHERE later.run = approvals.run AND later.id > approvals.id)";

constexpr std::array kColumns = std::to_array<TextColumn>({
    {"events", "seq", "body"},
    {"events", "seq", "subject"},
    {"events", "seq", "key"},
    {"events", "seq", "origin"},
    {"runs", "id", "key"},
    {"runs", "id", "frame"},
    {"runs", "id", "reason"},
    {"steps", "id", "step"},
    {"steps", "id", "inputs"},
    {"steps", "id", "result"},
    {"steps", "id", "detail"},
    {"calls", "id", "step"},
    {"calls", "id", "args"},
    {"calls", "id", "target_key"},
    {"calls", "id", "result"},
    {"calls", "id", "remote_id"},
    {"calls", "id", "remote_revision"},
    {"calls", "id", "detail"},
    {"approvals", "id", "step", kNotTheLast},
    {"approvals", "id", "args"},
    {"approvals", "id", "reason"},
    {"dead_letters", "id", "step"},
    {"dead_letters", "id", "reason"},
    {"dead_letters", "id", "note"},
    {"dead_letters", "id", "key"},
    {"dead_letters", "id", "frame"},
    {"dead_letter_edits", "id", "value"},
    {"dead_letter_edits", "id", "note"},
    {"replays", "id", "what"},
    {"replays", "id", "note"},
    {"replays", "id", "reason"},
    {"conversations", "id", "thread", "closed IS NULL"},
    {"conversations", "id", "first_message_id"},
    {"conversations", "id", "last_message_id"},
    {"reviews", "id", "about", "state = 'open'"},
    {"reviews", "id", "person"},
    {"reviews", "id", "verdict"},
    {"reviews", "id", "candidates"},
    {"reviews", "id", "note"},
    {"link_events", "id", "verdict"},
    {"link_events", "id", "keys"},
    {"link_events", "id", "note"},
    {"link_events", "id", "rests_on"},
    {"erasures", "id", "reason"},
});

constexpr std::array kRemovedByRow = std::to_array<std::string_view>({
    "claims.key",
    "claims.scope",
    "claims.value",
    "conversation_refs.kind",
    "conversation_refs.value",
    "directory_keys.directory",
    "directory_keys.field",
    "directory_keys.record",
    "directory_keys.value",
    "directory_records.data",
    "directory_records.directory",
    "directory_records.id",
    "directory_records.version",
    "erasures.person",
    "link_events.identity",
    "link_events.other",
    "link_events.record",
    "person_names.identity",
    "person_names.name",
    "person_values.field",
    "person_values.identity",
    "person_values.value",
    "reviews.identity",
    "reviews.record",
    "plugin_state.instance",
    "plugin_state.key",
    "plugin_state.value",
    "run_items.item",
    "run_items.key",
    "run_items.loop",
});

// Cursors are the services' own words for a position. The ids of events and the keys of calls go with their
// event; those of other people's events name these. `who`, `decided_by` and `held_by` are the staff.
constexpr std::array kAboutNobody = std::to_array<std::string_view>({
    "approvals.decided_by",
    "approvals.instance",
    "approvals.operation",
    "approvals.role",
    "approvals.route",
    "approvals.state",
    "book_corrections.reason",
    "book_corrections.wrong",
    "budgets.name",
    "calls.fault",
    "calls.idempotency_key",
    "calls.instance",
    "calls.operation",
    "calls.state",
    "claims.state",
    "configs.hash",
    "configs.text",
    "conversations.instance",
    "conversations.name",
    "cursors.cursor",
    "cursors.instance",
    "cursors.stream",
    "dead_letter_edits.what",
    "dead_letter_edits.who",
    "dead_letters.config_hash",
    "dead_letters.instance",
    "dead_letters.kind",
    "dead_letters.route",
    "dead_letters.state",
    "dead_letters.who",
    "directory_reads.cursor",
    "directory_reads.directory",
    "directory_reads.reads",
    "directory_reads.unmet",
    "erasures.report",
    "erasures.state",
    "erasures.who",
    "event_books.connector",
    "event_seals.connector",
    "events.connector",
    "events.id",
    "events.source",
    "events.traceparent",
    "events.type",
    "holds.held_by",
    "holds.name",
    "holds.reason",
    "link_events.class",
    "link_events.decided_by",
    "link_events.directory",
    "link_events.kind",
    "link_events.model",
    "link_events.network",
    "link_events.rule",
    "link_events.scope",
    "match_classes.class",
    "match_classes.directory",
    "person_names.network",
    "person_names.scope",
    "person_values.network",
    "person_values.scope",
    "positions.name",
    "replays.kind",
    "replays.state",
    "replays.who",
    "reviews.class",
    "reviews.decided_by",
    "reviews.directory",
    "reviews.kind",
    "reviews.network",
    "reviews.rule",
    "reviews.scope",
    "reviews.state",
    "run_books.route",
    "run_seals.route",
    "runs.config_hash",
    "runs.route",
    "runs.state",
    "schema_steps.part",
    "steps.status",
    "tombstones.digest",
});

}  // namespace

auto columns(StateText& r) {
    return std::tie(r.instance, r.key, r.value);
}
auto columns(ItemText& r) {
    return std::tie(r.run, r.loop, r.position, r.key, r.item);
}

std::span<const TextColumn> Texts::columns() {
    return kColumns;
}
std::span<const std::string_view> Texts::removed_by_row() {
    return kRemovedByRow;
}
std::span<const std::string_view> Texts::about_nobody() {
    return kAboutNobody;
}

Result<std::vector<Texts::Row>> Texts::page(db::Session& session, const TextColumn& of, std::int64_t after,
                                            std::size_t limit) {
    const std::string id(of.id), column(of.column);
    return session.rows<Row>("SELECT " + id + ", " + column + " FROM " + std::string(of.table) + " WHERE " +
                                 id + " > :after AND " + column + " <> '' ORDER BY " + id + " LIMIT :most",
                             {after, limit});
}

Result<void> Texts::put(db::Unit& unit, const TextColumn& of, std::int64_t id, std::string_view text) {
    const std::string number(of.id);
    std::string value = ":text";
    if (!of.differs.empty())
        value = "CAST(:text AS TEXT) || CASE WHEN " + std::string(of.differs) + " THEN '#' || " + number +
                " ELSE '' END";
    return kept(unit.exec("UPDATE " + std::string(of.table) + " SET " + std::string(of.column) + " = " +
                              value + " WHERE " + number + " = :id",
                          {text, id}));
}

Result<std::vector<StateText>> StateTexts::page(db::Session& session, const StateText& after,
                                                std::size_t limit) {
    return session.rows<StateText>(
        "SELECT instance, key, value FROM plugin_state WHERE (instance, key) > (:instance, :key)"
        " ORDER BY instance, key LIMIT :most",
        {after.instance, after.key, limit});
}

Result<std::vector<ItemText>> ItemTexts::page(db::Session& session, const ItemText& after,
                                              std::size_t limit) {
    return session.rows<ItemText>(
        "SELECT run, loop, position, key, item FROM run_items WHERE (run, loop, position) >"
        " (:run, :loop, :position) ORDER BY run, loop, position LIMIT :most",
        {after.run, after.loop, after.position, limit});
}

Result<void> ItemTexts::put(db::Unit& unit, const ItemText& text) {
    return kept(
        unit.exec("UPDATE run_items SET key = :key, item = :item WHERE run = :run AND loop = :loop"
                  " AND position = :position",
                  {text.key, text.item, text.run, text.loop, text.position}));
}

Result<std::int64_t> ValueRows::remove_claims(db::Unit& unit, std::string_view scope, std::string_view key) {
    // A run that is still on its way keeps what it holds; it may be somebody else's with the same value.
    return unit.exec(
        "DELETE FROM claims WHERE scope = :scope AND key = :key"
        " AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = claims.run AND r.unsettled = 1)",
        {scope, key});
}

Result<std::int64_t> ValueRows::remove_refs(db::Unit& unit, std::string_view value) {
    return unit.exec("DELETE FROM conversation_refs WHERE value = :value", {value});
}

Result<std::vector<std::tuple<std::string, std::string>>> ValueRows::refs_opened_by(db::Session& session,
                                                                                    EventSeq event) {
    return session.rows<std::tuple<std::string, std::string>>(
        "SELECT r.kind, r.value FROM conversations c JOIN conversation_refs r ON r.conversation = c.id"
        " WHERE c.opened_by = :event ORDER BY r.kind, r.value",
        {event});
}

Result<std::vector<std::tuple<std::string, std::string>>> ValueRows::made_by(db::Session& session,
                                                                             EventSeq event) {
    return session.rows<std::tuple<std::string, std::string>>(
        "SELECT c.remote_id, c.result FROM runs r JOIN calls c ON c.run = r.id WHERE r.event = :event"
        " AND c.remote_id <> '' ORDER BY c.id",
        {event});
}

}  // namespace maillon::store
