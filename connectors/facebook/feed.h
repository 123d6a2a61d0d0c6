#pragma once
#include "maillon/kinds.hpp"
#include "maillon/sdk.hpp"

namespace maillon::facebook {

/// What one item of a notification came to: an event, or the reason why it was left out; neither when it is
/// of no interest by design.
struct Reading {
    std::optional<NewEvent> event{};
    std::string skipped{};  ///< names the unknown thing, no content: fit for a log

    static Reading of(NewEvent event) { return {std::move(event), {}}; }
    static Reading left_out(std::string why) { return {{}, std::move(why)}; }
};

/// One member of `changes`, with what its entry says.
struct Change {
    const json::object& value;
    const std::string& page;
    std::int64_t entry_ms;  ///< the entry's time, Unix ms; 0 = it has none
};

/// More about a post or comment that a notification only names; nothing when it cannot be had now.
using Fetch = std::function<std::optional<json::object>(const std::string& id)>;

Reading feed_event(const Change& change);                         ///< field "feed"
Reading mention_event(const Change& change, const Fetch& fetch);  ///< field "mention"
Reading review_event(const Change& change);                       ///< field "ratings"

/// The top-level comment of a comment's thread: itself, unless its parent is a comment. Decided by what
/// stands behind the last "_", for the part before it may name another actor than the page.
std::string top_comment(const std::string& comment, const std::string& parent, const std::string& post);

/// A member that is Unix time, in seconds or milliseconds; 0 when it is none.
std::int64_t unix_ms(const json::object& from, std::string_view name);

/// Somebody as this page knows them: ids of people are given for one page each, ids of pages for all.
kinds::Person person_on(const std::string& page, std::string id, std::string name = {});

}  // namespace maillon::facebook
