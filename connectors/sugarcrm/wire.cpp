#include "wire.h"

#include <algorithm>

namespace maillon::sugarcrm {
namespace {

/// "POST Contacts/filter": without the query, which may hold what people wrote.
std::string name_of(const Ask& ask) {
    return ask.method + " " + ask.path.substr(0, ask.path.find('?'));
}

json::object bulk_item(const Ask& ask, const std::string& api) {
    json::object item{{"url", "/" + api + "/" + ask.path}, {"method", ask.method}};
    if (!ask.body.is_null()) item["data"] = json::serialize(ask.body);
    return item;
}

Ask bulk_of(std::span<const Ask> asks, const std::string& api) {
    json::array requests;
    for (const auto& ask : asks) requests.push_back(bulk_item(ask, api));
    return {"POST", "bulk", json::object{{"requests", std::move(requests)}}, Effect::once, {}};
}

/// Gives each ask its part of a bulk answer. False: the answer has no parts, all share its fate.
bool spread(std::span<const Ask> asks, std::span<Reply> replies, const Answer& answer) {
    const bool good = answer.status >= 200 && answer.status < 300;
    const auto items = good ? read_bulk(answer, asks.size()) : std::nullopt;
    // With a 2xx that cannot be read nobody can tell what was done.
    const Answer whole = good ? Answer{answer.status, {}, false, 0} : answer;
    for (std::size_t i = 0; i < asks.size(); ++i) {
        replies[i] = items ? judge((*items)[i], asks[i].effect, name_of(asks[i]))
                           : judge(whole, asks[i].effect, name_of(asks[i]) + " in bulk");
    }
    return items.has_value();
}

/// How many asks from the front may share one bulk request.
std::size_t run_length(std::span<const Ask> asks) {
    std::size_t n = 0;
    while (n < asks.size() && asks[n].timestamp.empty()) ++n;
    return n;
}

}  // namespace

std::string encoded(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return out;
}

Wire::Wire(Host host, const Settings& settings, Session& session)
    : host_(host), settings_(settings), session_(session), may_bulk_(settings.bulk) {}

void Wire::scrub(Reply& reply) const {
    if (!reply.detail.empty()) reply.detail = session_.scrubbed(std::move(reply.detail));
}

Answer Wire::attempt(const Ask& ask, const Session::Token& token, Deadline deadline) {
    Request request{ask.method, settings_.base + "/" + ask.path, {}, {}};
    request.headers = {{"OAuth-Token", token.text}, {"Accept", "application/json"}};
    if (!ask.timestamp.empty()) request.headers.emplace_back("X-TIMESTAMP", ask.timestamp);
    if (!ask.body.is_null()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = json::serialize(ask.body);
    }
    return read_answer(host_.send(request, deadline));
}

/// Nothing of the refused request took effect, however the renewal ends.
Session::Token Wire::fresh(const Session::Token& refused, Deadline deadline) {
    try {
        return session_.renewed(refused, deadline);
    } catch (const Failure& failure) {
        const auto code = failure.code() == Code::cancelled ? Code::retry : failure.code();
        throw Failure(code, failure.what(), failure.retry_after_ms());
    }
}

/// Sugar looks at the token before it does anything, so that repeating after a 401 is safe for every request.
Answer Wire::exchange(const Ask& ask, Session::Token& used, Deadline deadline) {
    auto answer = attempt(ask, used, deadline);
    if (answer.status != 401) return answer;
    used = fresh(used, deadline);
    return attempt(ask, used, deadline);
}

Reply Wire::one(const Ask& ask, Deadline deadline) {
    Session::Token token;
    try {
        token = session_.token(deadline);
    } catch (const Failure& failure) {
        return judge(failure, Effect::none, name_of(ask));
    }
    Reply reply;
    try {
        reply = judge(exchange(ask, token, deadline), ask.effect, name_of(ask));
    } catch (const Failure& failure) {
        reply = judge(failure, ask.effect, name_of(ask));
    }
    scrub(reply);
    return reply;
}

std::vector<Reply> Wire::all(std::span<const Ask> asks, Deadline deadline) {
    std::vector<Reply> replies(asks.size());
    for (std::size_t i = 0; i < asks.size();) {
        const auto n = may_bulk_ ? run_length(asks.subspan(i)) : 0;
        const auto step = std::max<std::size_t>(n, 1);
        const auto part = std::span(replies).subspan(i, step);
        n > 1 ? bulk(asks.subspan(i, n), part, deadline) : singly(asks.subspan(i, 1), part, deadline);
        i += step;
    }
    return replies;
}

void Wire::singly(Asks asks, Replies replies, Deadline deadline) {
    for (std::size_t i = 0; i < asks.size(); ++i) replies[i] = one(asks[i], deadline);
}

void Wire::bulk(Asks asks, Replies replies, Deadline deadline) {
    if (asks.size() == 1) return singly(asks, replies, deadline);
    Session::Token used;
    try {
        used = session_.token(deadline);
    } catch (const Failure& failure) {
        for (std::size_t i = 0; i < asks.size(); ++i)
            replies[i] = judge(failure, Effect::none, name_of(asks[i]));
        return;
    }
    try {
        exchange_bulk(asks, replies, used, deadline);
    } catch (const Failure& failure) {
        for (std::size_t i = 0; i < asks.size(); ++i)
            replies[i] = judge(failure, asks[i].effect, name_of(asks[i]) + " in bulk");
    }
    for (auto& reply : replies) scrub(reply);
}

void Wire::exchange_bulk(Asks asks, Replies replies, Session::Token& used, Deadline deadline) {
    const auto answer = exchange(bulk_of(asks, settings_.api), used, deadline);
    host_.count("sugarcrm_bulk_requests");
    if (answer.status == 413) {
        const auto middle = asks.size() / 2;
        bulk(asks.first(middle), replies.first(middle), deadline);
        bulk(asks.subspan(middle), replies.subspan(middle), deadline);
    } else if (answer.status == 404 || answer.status == 405) {
        host_.warn("the CRM offers no bulk requests; sending one by one from now on",
                   {{"status", std::to_string(answer.status)}});
        may_bulk_ = false;
        singly(asks, replies, deadline);
    } else {
        if (spread(asks, replies, answer)) repeat_refused(asks, replies, used, deadline);
    }
}

/// Sugar looks at the token for every item anew. Those that it refused are sent once more, in order.
void Wire::repeat_refused(Asks asks, Replies replies, Session::Token& used, Deadline deadline) {
    std::vector<std::size_t> places;
    std::vector<Ask> again;
    for (std::size_t i = 0; i < asks.size(); ++i) {
        if (replies[i].status != 401) continue;
        places.push_back(i);
        again.push_back(asks[i]);
    }
    if (again.empty()) return;
    std::vector<Reply> second(again.size());
    try {
        used = fresh(used, deadline);
        spread(again, second, attempt(bulk_of(again, settings_.api), used, deadline));
    } catch (const Failure& failure) {
        for (std::size_t i = 0; i < again.size(); ++i)
            second[i] = judge(failure, again[i].effect, name_of(again[i]) + " in bulk");
    }
    for (std::size_t i = 0; i < places.size(); ++i) replies[places[i]] = std::move(second[i]);
}

}  // namespace maillon::sugarcrm
