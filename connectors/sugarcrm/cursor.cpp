#include "cursor.h"

#include "maillon/sdk.hpp"

#include <algorithm>
#include <vector>

namespace maillon::sugarcrm {
namespace {

constexpr std::size_t kMostRemembered = 300;
constexpr std::int64_t kSecond = 1000;

std::int64_t integer_in(const json::object& from, std::string_view name, std::int64_t fallback) {
    const auto* value = from.if_contains(name);
    return value && value->is_int64() ? value->as_int64() : fallback;
}

std::int64_t whole_second(std::int64_t ms) {
    return ms - (ms % kSecond + kSecond) % kSecond;
}

}  // namespace

void Cursor::pass(const std::string& id) {
    std::erase(trail, id);
    trail.push_back(id);
    if (trail.size() > kLongestTrail) trail.erase(trail.begin());
}

bool Cursor::is_on_trail(const std::string& id) const {
    return std::find(trail.begin(), trail.end(), id) != trail.end();
}

std::int64_t Cursor::next_offset() const {
    if (trail.empty()) return offset;
    const auto back = is_lost ? static_cast<std::int64_t>(kLongestTrail) : 1;
    return std::max<std::int64_t>(0, offset - back);
}

void Cursor::begin_anew() {
    offset = 0;
    trail.clear();
    is_lost = false;
}

bool Cursor::learn(const std::string& id, std::int64_t date) {
    newest = std::max(newest, date);
    const auto [at, is_new] = seen.emplace(id, date);
    if (is_new) return true;
    const bool is_changed = at->second != date;
    at->second = date;
    return is_changed;
}

void Cursor::forget_before(std::int64_t from) {
    if (seen.size() > kMostRemembered) {
        std::vector<std::int64_t> dates;
        for (const auto& [id, date] : seen) dates.push_back(date);
        const auto border = dates.end() - static_cast<std::ptrdiff_t>(kMostRemembered);
        std::nth_element(dates.begin(), border, dates.end());
        from = std::max(from, *border);
    }
    std::erase_if(seen, [&](const auto& item) { return item.second < from; });
    // Many of one second: any of them will do.
    while (seen.size() > kMostRemembered) seen.erase(seen.begin());
}

bool Cursor::is_before(std::int64_t date) const {
    return !since || whole_second(date) > *since;
}

void Cursor::move_to(std::int64_t date) {
    since = whole_second(date);
    begin_anew();
    restarts = 0;
}

std::string Cursor::text() const {
    json::object remembered;
    for (const auto& [id, date] : seen) remembered[id] = date;
    json::array passed;
    for (const auto& id : trail) passed.emplace_back(json::string(id));
    json::object out{
        {"v", 1},           {"offset", offset},     {"trail", std::move(passed)},   {"is_lost", is_lost},
        {"newest", newest}, {"restarts", restarts}, {"seen", std::move(remembered)}};
    if (since) out["since"] = *since;
    if (changes_from) out["changes_from"] = *changes_from;
    return json::serialize(out);
}

Cursor Cursor::parse(std::string_view text) {
    Cursor out;
    const auto value = parsed_json(text);
    if (!value || !value->is_object() || integer_in(value->as_object(), "v", 0) != 1) return out;
    const auto& from = value->as_object();
    if (const auto* since = from.if_contains("since"); since && since->is_int64())
        out.since = since->as_int64();
    if (const auto* from_there = from.if_contains("changes_from"); from_there && from_there->is_int64())
        out.changes_from = from_there->as_int64();
    out.offset = std::max<std::int64_t>(0, integer_in(from, "offset", 0));
    if (const auto* trail = from.if_contains("trail"); trail && trail->is_array() && out.offset > 0) {
        for (const auto& id : trail->as_array()) {
            if (id.is_string()) out.pass(std::string(id.as_string()));
        }
    }
    const auto* is_lost = from.if_contains("is_lost");
    out.is_lost = is_lost && is_lost->is_bool() && is_lost->as_bool() && !out.trail.empty();
    out.newest = integer_in(from, "newest", 0);
    out.restarts = static_cast<int>(std::clamp<std::int64_t>(integer_in(from, "restarts", 0), 0, 1000));
    const auto* seen = from.if_contains("seen");
    if (!seen || !seen->is_object()) return out;
    for (const auto& [id, date] : seen->as_object()) {
        if (date.is_int64()) out.seen.emplace(id, date.as_int64());
    }
    return out;
}

}  // namespace maillon::sugarcrm
