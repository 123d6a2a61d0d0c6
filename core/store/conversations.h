#pragma once

#include "core/db/session.h"

namespace maillon::store {

/// One talk with people on one thread of one channel, until it is closed. The next message on the thread
/// opens a new one.
struct ConversationRow {
    ConversationId id{};
    std::string name{};      ///< of `conversations:` in the configuration
    std::string instance{};  ///< the channel's connector
    std::string thread{};    ///< the service's own thread
    TimePoint opened{}, last_message_time{};
    std::optional<TimePoint> closed{};
    EventSeq opened_by{};
    RunId opener{};
    std::string first_message_id{}, last_message_id{};  ///< native ids to answer to
    std::optional<TimePoint> first_question{}, first_answer{};
};

/// Something tied to a conversation: ("crm.Cases", "8f3…"), ("person", "…").
struct ConversationRef {
    std::string kind{}, value{};
    friend auto operator<=>(const ConversationRef&, const ConversationRef&) = default;
};

struct Conversations {
    struct Opened {
        ConversationRow row;
        bool created = false;  ///< this event opened it; true again when the same event asks again
    };
    /// The open conversation of (name, instance, thread), else a new one made from `wanted` (id and closed
    /// are not looked at). A conversation that this same event opened is found even when it has been closed
    /// since.
    static Result<Opened> get_or_open(db::Unit& unit, const ConversationRow& wanted);
    /// A further message: moves last_message_time and last_message_id, forwards only. A late one changes
    /// nothing.
    static Result<void> touch(db::Unit& unit, ConversationId id, std::string_view message_id, TimePoint at);
    /// Set once; a later call changes nothing.
    static Result<void> first_answer(db::Unit& unit, ConversationId id, TimePoint at);
    static Result<void> close(db::Unit& unit, ConversationId id, TimePoint at);
    /// Closes up to `limit` open ones of `name` without a message since `before`; the ids.
    static Result<std::vector<ConversationId>> close_idle(db::Unit& unit, std::string_view name,
                                                          TimePoint before, TimePoint now, std::size_t limit);

    /// When the last message came of the open one of `name` in which nobody has written for the longest.
    static Result<std::optional<TimePoint>> longest_idle(db::Session& session, std::string_view name);

    /// Ties; false when it was tied so already.
    static Result<bool> add_ref(db::Unit& unit, ConversationId id, const ConversationRef& ref);
    static Result<std::vector<ConversationRef>> refs(db::Session& session, ConversationId id);
    /// Conversations tied to a ref, the newest first.
    static Result<std::vector<ConversationRow>> by_ref(db::Session& session, std::string_view name,
                                                       const ConversationRef& ref, std::size_t limit);

    static Result<std::optional<ConversationRow>> by_id(db::Session& session, ConversationId id);
    static Result<std::optional<ConversationRow>> open_on(db::Session& session, std::string_view name,
                                                          std::string_view instance, std::string_view thread);
    /// The newest first; an empty name means all.
    static Result<std::vector<ConversationRow>> list(db::Session& session, std::string_view name,
                                                     bool only_open, std::size_t limit);
};

}  // namespace maillon::store
