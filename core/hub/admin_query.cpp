#include "core/hub/admin_query.h"

#include "core/base/time.h"
#include "core/web/query.h"

#include <algorithm>
#include <charconv>

namespace maillon::hub {
namespace {

Result<std::optional<TimePoint>> moment(const char* name, const std::string& text, TimePoint now) {
    if (text.empty()) return std::optional<TimePoint>{};
    if (const auto span = parse_span(text)) return std::optional(now - *span);
    if (const auto at = parse_rfc3339(text)) return std::optional(*at);
    return rejected(std::string(name) + ": '" + text + "' is neither a span (2h) nor an RFC 3339 time");
}

}  // namespace

AdminQuery::AdminQuery(std::string_view target) {
    const auto mark = std::min(target.find('?'), target.size());
    std::string_view left = target.substr(0, mark);
    if (left.starts_with("/v1/")) left.remove_prefix(4);
    while (!left.empty()) {
        const auto end = std::min(left.find('/'), left.size());
        path.push_back(web::percent_decode(left.substr(0, end)));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    if (mark < target.size()) {
        for (auto& [name, value] : web::parse_query(target.substr(mark + 1))) values[name] = std::move(value);
    }
}

std::string AdminQuery::value(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
}

std::size_t AdminQuery::limit() const {
    const auto wish = number(value("limit")).value_or(50);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(wish, 1, 1000));
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
}

Result<Between> between(const std::string& since, const std::string& until, TimePoint now) {
    const auto first = moment("since", since, now);
    if (!first) return first.error();
    const auto last = moment("until", until, now);
    if (!last) return last.error();
    if (*first && *last && **first >= **last)
        return rejected(
            "since " + since + " (" + to_rfc3339(**first) + ") is not before until " + until + " (" +
            to_rfc3339(**last) +
            "), so nothing lies between them; spans count back from now: the longer one is since");
    return Between{*first, *last};
}

std::string text_in(const boost::json::object& arguments, std::string_view name) {
    const auto* found = arguments.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

Result<std::optional<Event>> event_named(Journal& journal, const std::string& name) {
    constexpr std::size_t kLongestPosition = 15;
    if (const auto seq = number(name); seq && *seq > 0 && name.size() <= kLongestPosition) {
        auto found = journal.by_seq(EventSeq{*seq});
        if (!found || *found) return found;
    }
    auto found = journal.find_id(name, 2);
    if (!found) return found.error();
    if (found->empty()) return std::optional<Event>{};
    if (found->size() > 1)
        return Fault{
            FaultKind::conflict, "several events are called '" + name + "'; name one by its position", {}};
    return std::optional(std::move(found->front()));
}

Fault not_found(std::string what) {
    return {FaultKind::unsupported, std::move(what), {}};
}

}  // namespace maillon::hub
