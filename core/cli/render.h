#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace maillon::cli {

// The admin API's JSON as people read it. Each returns whole text ending in a newline. `is_filtered`: a list
// that is empty may be so only for what was asked.
std::string render_status(const boost::json::object& status);
std::string render_ledger(const boost::json::object& ledger);
std::string render_events(const boost::json::object& events, bool is_filtered = false);
std::string render_event(const boost::json::object& event);
std::string render_letters(const boost::json::object& letters, bool is_filtered = false);
std::string render_letter(const boost::json::object& letter);
/// The edits of a letter.
std::string render_edits(const boost::json::object& letter);
std::string render_plan(const boost::json::object& plan);
std::string render_replays(const boost::json::object& replays);
std::string render_replay(const boost::json::object& replay);
std::string render_doubts(const boost::json::object& doubts, bool is_filtered = false);
std::string render_doubt(const boost::json::object& doubt);
std::string render_approvals(const boost::json::object& approvals, bool is_filtered = false);
std::string render_approval(const boost::json::object& approval);
std::string render_reviews(const boost::json::object& reviews, bool is_filtered = false);
std::string render_review(const boost::json::object& review);
std::string render_classes(const boost::json::object& classes);
std::string render_links(const boost::json::object& links);
/// A verdict of the hub: who somebody may be, and what speaks for whom.
std::string render_verdict(const boost::json::object& verdict);
/// What other rules would decide otherwise about people.
std::string render_match_plan(const boost::json::object& plan);
std::string render_directories(const boost::json::object& directories);
/// Who somebody is here, and how much is held of them.
std::string render_person(const boost::json::object& person);
std::string render_erasure(const boost::json::object& erasure);
std::string render_erasures(const boost::json::object& erasures);
/// `route` empty = all.
std::string render_why(const boost::json::object& why, const std::string& route);

/// What an empty list says.
std::string nothing(bool is_filtered, const char* words);
/// JSON over several lines, indented by two.
std::string pretty(const boost::json::value& value, int indent = 0);
/// A member as text: strings bare, numbers as digits, absent or null as ""; control characters as spaces.
std::string text_of(const boost::json::object& from, std::string_view key);
/// On one line and with at most so many characters (code points, `width` > 0), with "…" when cut.
std::string cut(std::string text, std::size_t width);
/// Behind `label`, broken between words where a line of a screen is full, and cut at the end of the last of
/// `lines`.
std::string labelled(const std::string& label, std::string text, int lines);
/// A moment in UTC to the second, of "2026-09-14T08:12:44.120Z" in `key`; as it is when it is none.
std::string moment_of(const boost::json::object& from, std::string_view key);
/// The same, padded with spaces to `width` and two more.
std::string column(std::string text, std::size_t width);

}  // namespace maillon::cli
