#include "tally.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace sandbox {
namespace {

/// Records beyond the first that share a value of a field.
std::size_t count_doubles(World& world, const char* module, const char* field) {
    std::size_t doubles = 0;
    for (const auto& [value, records] : world.crm.table(module)->index(field)) {
        if (!value.empty()) doubles += records.size() - 1;
    }
    return doubles;
}

/// For every conversation that has a case: how long after its first message the first case was made.
std::unordered_map<std::string, std::int64_t> case_latencies(World& world) {
    const auto& starts = world.conversation_starts();
    std::unordered_map<std::string, std::int64_t> latencies;
    for (const auto& [thread, records] : world.crm.table("Cases")->index("thread_c")) {
        const auto start = starts.find(conversation_in(thread));
        if (start == starts.end()) continue;
        for (const Record* record : records) {
            const std::int64_t latency = record->created_ms - start->second;
            const auto [entry, is_first] = latencies.try_emplace(start->first, latency);
            if (!is_first) entry->second = std::min(entry->second, latency);
        }
    }
    return latencies;
}

/// What became of the people of X whose cases are there: whether they were found among those whom the CRM
/// knew.
struct Finding {
    std::size_t right = 0;   ///< tied to the contact that they are
    std::size_t wrong = 0;   ///< tied to an old contact that they are not
    std::size_t missed = 0;  ///< they were there, and were not found
    std::size_t twice = 0;   ///< tied to more than one contact
};

Finding count_finding(World& world) {
    std::unordered_map<std::string, std::unordered_set<std::string>> contacts;  // by author
    for (const auto& [thread, cases] : world.crm.table("Cases")->index("thread_c")) {
        std::uint64_t id = 0;
        const std::string conversation = conversation_in(thread);
        std::from_chars(conversation.data(), conversation.data() + conversation.size(), id);
        const XPost* post = world.x.posts().find(id);
        if (post == nullptr || !post->is_mention) continue;
        for (const Record* one : cases) {
            for (const Record* contact : world.crm.related(*find_link("Cases", "contacts"), *one))
                contacts[post->author_id].insert(contact->id);
        }
    }
    Finding out;
    for (const auto& [author, ids] : contacts) {
        const auto truth = world.truth.find(author);
        const bool is_right = truth != world.truth.end() && ids.contains(truth->second);
        const auto old = std::ranges::count_if(
            ids, [&](const std::string& id) { return world.old_contacts.contains(id); });
        out.right += is_right ? 1 : 0;
        out.wrong += static_cast<std::size_t>(old) > (is_right ? 1U : 0U) ? 1 : 0;
        out.missed += truth != world.truth.end() && !is_right ? 1 : 0;
        out.twice += ids.size() > 1 ? 1 : 0;
    }
    return out;
}

struct Replies {
    std::size_t count = 0;
    std::size_t doubled = 0;
};

Replies count_replies(const World& world) {
    Replies replies;
    std::unordered_set<std::string> answered;
    const auto add = [&](const std::string& conversation) {
        ++replies.count;
        if (!answered.insert(conversation).second) ++replies.doubled;
    };
    for (const std::uint64_t id : world.x.posts().by_author(world.x.account().id)) {
        const XPost* post = world.x.posts().find(id);
        if (post != nullptr && post->in_reply_to != 0) add(std::to_string(post->conversation));
    }
    for (const auto& comment : world.graph.page().all()) {
        if (comment->is_own && !comment->deleted) add(comment->conversation());
    }
    return replies;
}

json::object percentiles(std::vector<std::int64_t> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](std::size_t percent) -> json::value {
        if (values.empty()) return nullptr;
        return values[(values.size() - 1) * percent / 100];
    };
    return {{"count", values.size()}, {"p50", at(50)}, {"p99", at(99)}, {"max", at(100)}};
}

}  // namespace

std::string conversation_in(const std::string& thread) {
    const auto cut = thread.find_last_of(":/");
    return cut == std::string::npos ? thread : thread.substr(cut + 1);
}

json::object count_state(World& world) {
    const std::size_t conversations = world.conversation_starts().size();
    std::vector<std::int64_t> latencies;
    for (const auto& [conversation, latency] : case_latencies(world)) latencies.push_back(latency);
    const std::size_t with_case = latencies.size();
    const Replies replies = count_replies(world);
    const Finding finding = count_finding(world);
    const auto& webhooks = world.graph.webhooks();
    const auto size = [&](const char* module) { return world.crm.table(module)->size(); };
    json::object requests;
    for (const auto& [service, count] : world.requests) requests[service] = count;
    return {{"started", world.started},
            {"published", world.is_published()},
            {"mentions_published", world.mentions_published},
            {"mentions_total", world.mentions.size()},
            {"comments_total", world.comments.comments.size()},
            {"comments_published", world.comments_published},
            {"comments_sent", webhooks.counts().comments_sent},
            {"comments_accepted", webhooks.counts().comments_accepted},
            {"authors", world.authors.size()},
            {"linked", world.linked},
            {"named", world.named},
            {"namesakes", world.namesakes},
            {"found", json::object{{"right", finding.right},
                                   {"wrong", finding.wrong},
                                   {"missed", finding.missed},
                                   {"twice", finding.twice}}},
            {"contacts_before", world.contacts_before},
            {"contacts", size("Contacts")},
            {"accounts", size("Accounts")},
            {"leads", size("Leads")},
            {"cases", size("Cases")},
            {"notes", size("Notes")},
            {"conversations", conversations},
            {"conversations_with_case", with_case},
            {"replies", replies.count},
            {"replies_doubled", replies.doubled},
            {"duplicate_persons",
             count_doubles(world, "Contacts", "twitter_c") + count_doubles(world, "Contacts", "facebook_c")},
            {"duplicate_cases", count_doubles(world, "Cases", "thread_c")},
            {"latency_ms", percentiles(std::move(latencies))},
            {"requests", std::move(requests)},
            {"faults", world.faults.counts()},
            {"webhooks", json::object{{"attempts", webhooks.counts().attempts},
                                      {"accepted", webhooks.counts().accepted},
                                      {"pending", webhooks.pending()}}}};
}

}  // namespace sandbox
