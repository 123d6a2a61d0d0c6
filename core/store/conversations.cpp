#include "core/store/conversations.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, name, instance, thread, opened, last_message_time, closed, opened_by, opener, "
    "first_message_id,"
    " last_message_id, first_question, first_answer FROM conversations ";

std::string unknown(ConversationId id) {
    return "conversation " + std::to_string(id.value()) + " is unknown";
}

Result<std::optional<ConversationRow>> opened_by_same_event(db::Session& session,
                                                            const ConversationRow& wanted) {
    return select_one<ConversationRow>(
        session, kSelect,
        "WHERE opened_by = :opened_by AND name = :name AND instance = :instance"
        " AND thread = :thread ORDER BY id LIMIT 1",
        {wanted.opened_by, wanted.name, wanted.instance, wanted.thread});
}

Result<ConversationId> insert(db::Unit& unit, const ConversationRow& r) {
    return inserted(unit.row<ConversationId>(
        "INSERT INTO conversations (name, instance, thread, opened, last_message_time, opened_by, opener,"
        " first_message_id, last_message_id, first_question, first_answer) VALUES (:name, :instance, "
        ":thread, :opened,"
        " :last_message_time, :opened_by, :opener, :first_message_id, :last_message_id, :first_question,"
        " :first_answer) RETURNING id",
        {r.name, r.instance, r.thread, r.opened, r.last_message_time, r.opened_by, r.opener,
         r.first_message_id, r.last_message_id, r.first_question, r.first_answer}));
}

}  // namespace

auto columns(ConversationRow& r) {
    return std::tie(r.id, r.name, r.instance, r.thread, r.opened, r.last_message_time, r.closed, r.opened_by,
                    r.opener, r.first_message_id, r.last_message_id, r.first_question, r.first_answer);
}

auto columns(ConversationRef& r) {
    return std::tie(r.kind, r.value);
}

Result<Conversations::Opened> Conversations::get_or_open(db::Unit& unit, const ConversationRow& wanted) {
    auto same = opened_by_same_event(unit, wanted);
    if (!same) return same.error();
    if (*same) return Opened{std::move(**same), true};
    auto there = open_on(unit, wanted.name, wanted.instance, wanted.thread);
    if (!there) return there.error();
    if (*there) return Opened{std::move(**there), false};
    auto id = insert(unit, wanted);
    if (!id) return id.error();
    Opened opened{wanted, true};
    opened.row.id = *id;
    opened.row.closed.reset();
    return opened;
}

Result<void> Conversations::touch(db::Unit& unit, ConversationId id, std::string_view message_id,
                                  TimePoint at) {
    auto moved = unit.exec(
        "UPDATE conversations SET last_message_time = :at, last_message_id = :message"
        " WHERE id = :id AND last_message_time <= :not_after",
        {at, message_id, id, at});
    return kept(moved);
}

Result<void> Conversations::first_answer(db::Unit& unit, ConversationId id, TimePoint at) {
    return changed_one(
        unit.exec("UPDATE conversations SET first_answer = coalesce(first_answer, :at) WHERE id = :id",
                  {at, id}),
        unknown(id));
}

Result<void> Conversations::close(db::Unit& unit, ConversationId id, TimePoint at) {
    return changed_one(
        unit.exec("UPDATE conversations SET closed = coalesce(closed, :at) WHERE id = :id", {at, id}),
        unknown(id));
}

Result<std::vector<ConversationId>> Conversations::close_idle(db::Unit& unit, std::string_view name,
                                                              TimePoint before, TimePoint now,
                                                              std::size_t limit) {
    return unit.rows<ConversationId>(
        "UPDATE conversations SET closed = :now WHERE id IN (SELECT id FROM conversations WHERE closed IS "
        "NULL"
        " AND name = :name AND last_message_time < :before ORDER BY id LIMIT :most) RETURNING id",
        {now, name, before, limit});
}

Result<std::optional<TimePoint>> Conversations::longest_idle(db::Session& session, std::string_view name) {
    return session.row<TimePoint>(
        "SELECT last_message_time FROM conversations WHERE closed IS NULL AND name = :name"
        " ORDER BY last_message_time LIMIT 1",
        {name});
}

Result<bool> Conversations::add_ref(db::Unit& unit, ConversationId id, const ConversationRef& ref) {
    return changed_any(
        unit.exec("INSERT INTO conversation_refs (conversation, kind, value)"
                  " VALUES (:conversation, :kind, :value) ON CONFLICT DO NOTHING",
                  {id, ref.kind, ref.value}));
}

Result<std::vector<ConversationRef>> Conversations::refs(db::Session& session, ConversationId id) {
    return session.rows<ConversationRef>(
        "SELECT kind, value FROM conversation_refs WHERE conversation = :id ORDER BY kind, value", {id});
}

Result<std::vector<ConversationRow>> Conversations::by_ref(db::Session& session, std::string_view name,
                                                           const ConversationRef& ref, std::size_t limit) {
    return select<ConversationRow>(
        session, kSelect,
        "WHERE id IN (SELECT conversation FROM conversation_refs WHERE kind = :kind"
        " AND value = :value) AND (:any = '' OR name = :name) ORDER BY id DESC LIMIT :most",
        {ref.kind, ref.value, name, name, limit});
}

Result<std::optional<ConversationRow>> Conversations::by_id(db::Session& session, ConversationId id) {
    return select_one<ConversationRow>(session, kSelect, "WHERE id = :id", {id});
}

Result<std::optional<ConversationRow>> Conversations::open_on(db::Session& session, std::string_view name,
                                                              std::string_view instance,
                                                              std::string_view thread) {
    return select_one<ConversationRow>(
        session, kSelect,
        "WHERE name = :name AND instance = :instance AND thread = :thread AND closed IS NULL",
        {name, instance, thread});
}

Result<std::vector<ConversationRow>> Conversations::list(db::Session& session, std::string_view name,
                                                         bool only_open, std::size_t limit) {
    return select<ConversationRow>(session, kSelect,
                                   "WHERE (:any = '' OR name = :name) AND (:all = 0 OR closed IS NULL)"
                                   " ORDER BY id DESC LIMIT :most",
                                   {name, name, only_open, limit});
}

}  // namespace maillon::store
