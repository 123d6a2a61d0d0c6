#include "twitter.h"

#include "text.h"

#include "maillon/post_text.h"
#include "maillon/wire.hpp"

#include <algorithm>
#include <ranges>

namespace maillon::twitter {
namespace {

/// How much earlier than the call a post may seem to be: clocks differ.
constexpr std::int64_t kSlackMs = 5 * 60'000;

/// What X allows an ordinary account.
constexpr std::size_t kLongestPost = 280;

constexpr std::size_t kMostInDoubt = 10'000;

std::string query_of(const json::object& config) {
    auto query = wire::text(config, "query");
    const auto account = wire::text(config, "account");
    return query.empty() ? "@" + account + " -is:retweet -from:" + account : query;
}

std::string id_argument(const json::object& arguments, std::string_view name) {
    auto id = wire::id(arguments, name);
    if (!is_id(id)) throw Failure(Code::rejected, "'" + std::string(name) + "' is not the id of a post");
    return id;
}

/// The text of a reply, or Failure(rejected) with the figure when X would find it too long.
std::string text_argument(const json::object& arguments) {
    auto text = wire::text(arguments, "text");
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        throw Failure(Code::rejected, "'text' is empty");
    if (text.size() > 100'000) throw Failure(Code::rejected, "the text has more than 100000 bytes");
    const auto weight = post_text::weighted_length(without_leading_mentions(text));
    if (weight > kLongestPost)
        throw Failure(Code::rejected, "the text weighs " + std::to_string(weight) + " of " +
                                          std::to_string(kLongestPost) + " characters allowed by X");
    return text;
}

const json::object& data_of(const json::object& answer) {
    static const json::object none;
    const auto* data = wire::object(answer, "data");
    return data ? *data : none;
}

json::object id_and_url() {
    return {{"type", "object"},
            {"properties", {{"id", {{"type", "string"}}}, {"url", {{"type", "string"}, {"format", "uri"}}}}},
            {"required", {"id"}}};
}
json::object one_flag(std::string_view name) {
    return {{"type", "object"}, {"properties", {{name, {{"type", "boolean"}}}}}, {"required", {name}}};
}

}  // namespace

Schema Twitter::schema() {
    Schema out;
    out.any("account", {{"type", "string"},
                        {"title", "The account's handle, without @"},
                        {"pattern", "^[A-Za-z0-9_]{1,15}$"}});
    out.secret("token", "User access token (OAuth 2.0)");
    out.url("url", "Address of the API", "https://api.x.com");
    out.text("query", "What to search for; empty = mentions of the account by others, without reposts", "");
    out.integer("poll_ms", "Milliseconds between two polls", 15'000).between(1'000, 3'600'000);
    out.integer("page_size", "Posts asked for at once", 100).between(10, 100);
    return out;
}

EventTypes Twitter::events() {
    EventTypes out;
    out.type("message.received", "A post that the search found", kinds::Message::schema());
    out.type("message.edited", "A new version of such a post", kinds::Message::schema());
    return out;
}

Operations Twitter::operations() {
    Operations out;
    out.add({.name = "reply",
             .title = "Answer a post",
             .arguments = Schema().text("to", "Id of the post").text("text", "What to say"),
             .result = id_and_url(),
             .outbound = true,
             .target = {"to"},
             .budget = "x:post"});
    out.add({.name = "delete",
             .title = "Delete a post of our own",
             .arguments = Schema().text("id", "Id of the post"),
             .result = one_flag("deleted"),
             .idempotent = true,
             .target = {"id"},
             .budget = "x:delete"});
    out.add(
        {.name = "hide",
         .title = "Hide a reply in a conversation that we began",
         .arguments = Schema().text("id", "Id of the reply").boolean("hidden", "False shows it again", true),
         .result = one_flag("hidden"),
         .idempotent = true,
         .target = {"id"},
         .budget = "x:hide"});
    return out;
}

Twitter::Twitter(Host host, const json::object& config)
    : host_(host),
      handle_(wire::text(config, "account")),
      poll_ms_(static_cast<std::uint64_t>(wire::integer(config, "poll_ms").value_or(15'000))),
      client_(host, wire::text(config, "url"), wire::text(config, "token")),
      search_(
          host, client_,
          {query_of(config), static_cast<std::uint32_t>(wire::integer(config, "page_size").value_or(100))}),
      checkpoints_(host) {}

void Twitter::connect(Deadline deadline) {
    own(deadline);
}

void Twitter::check(Deadline deadline) {
    ask_who_we_are(deadline);
}

PollHint Twitter::poll(const PollRequest& want, Emitter& out) {
    const bool finished = search_.poll(want, own(want.deadline), out);
    return {finished ? poll_ms_ : 0};
}

void Twitter::deliver(const Batch& batch, Reporter& reporter) {
    // What is not reported was not attempted: the host hands it out again.
    for (std::size_t i = 0; i < batch.size() && !host_.cancelled(); ++i)
        reporter.answer(i, [&] { return call(batch[i], batch.deadline()); });
}

Outcome Twitter::call(const Call& call, Deadline deadline) {
    const auto arguments = call.arguments();
    if (call.operation() == "reply") return reply(call, arguments, deadline);
    if (call.operation() == "delete") return erase(arguments, deadline);
    if (call.operation() == "hide") return hide(arguments, deadline);
    return fail(Code::unsupported, "X knows no operation '" + std::string(call.operation()) + "'");
}

Outcome Twitter::reply(const Call& call, const json::object& arguments, Deadline deadline) {
    const auto to = id_argument(arguments, "to");
    if (last_post_before_.size() >= kMostInDoubt) last_post_before_.clear();
    last_post_before_.emplace(call.idempotency_key(), last_post_);
    const json::object body{{"text", text_argument(arguments)}, {"reply", {{"in_reply_to_tweet_id", to}}}};
    const Ask ask{"post", Effect::once, "POST", "/2/tweets", json::serialize(body)};
    const auto response = client_.send(ask, deadline);
    if (!response.ok()) {
        const auto failure = client_.refused(ask, response);
        // After an earlier attempt it may be ours that is there.
        if (call.attempt() > 1 && is_duplicate(response)) return fail(Code::in_doubt, failure.what());
        throw failure;
    }
    const auto value = parsed_json(response.body);
    const auto* answer = value ? value->if_object() : nullptr;
    const auto id = answer ? wire::id(data_of(*answer), "id") : std::string();
    if (is_id(id)) return posted(call, id);
    return fail(Code::in_doubt, "X accepted the post but did not give its id");
}

Outcome Twitter::erase(const json::object& arguments, Deadline deadline) {
    const auto id = id_argument(arguments, "id");
    const Ask ask{"delete", Effect::repeatable, "DELETE", "/2/tweets/" + id};
    const auto response = client_.send(ask, deadline);
    // Gone is what was asked for.
    if (response.status == 404 || response.status == 410) return done(json::object{{"deleted", true}}, id);
    if (!response.ok()) throw client_.refused(ask, response);
    const auto value = response.json();
    const auto* answer = value.if_object();
    if (answer && wire::flag(data_of(*answer), "deleted")) return done(json::object{{"deleted", true}}, id);
    return fail(Code::rejected, "X did not delete the post: " + problem_of(response).detail);
}

Outcome Twitter::hide(const json::object& arguments, Deadline deadline) {
    const auto id = id_argument(arguments, "id");
    const bool hidden = !wire::at(arguments, "hidden") || wire::flag(arguments, "hidden");
    const auto answer = client_.call({"hide", Effect::repeatable, "PUT", "/2/tweets/" + id + "/hidden",
                                      json::serialize(json::object{{"hidden", hidden}})},
                                     deadline);
    const auto* said = wire::at(data_of(answer), "hidden");
    if (said && said->is_bool() && said->get_bool() == hidden)
        return done(json::object{{"hidden", hidden}}, id);
    return fail(Code::rejected, "X left the reply as it was");
}

void Twitter::reconcile(const Batch& batch, Reporter& reporter) {
    // By the place in the batch; the others may be repeated without harm.
    std::map<std::size_t, LostReply> lost;
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (batch[i].operation() == "reply") lost.emplace(i, lost_reply(batch[i]));
    std::optional<Timeline> timeline;
    Outcome trouble;
    try {
        const auto replies = std::views::values(lost);
        if (!lost.empty())
            timeline.emplace(client_, own(batch.deadline()),
                             std::vector<LostReply>(replies.begin(), replies.end()), batch.deadline(),
                             known_);
    } catch (const Failure& failure) {
        trouble = fail(failure);
        // RETRY would say that the post did not arrive; this only says that X must be asked again.
        if (trouble.code == Code::retry || trouble.code == Code::in_doubt) trouble.code = Code::not_connected;
        trouble.detail = "our own posts cannot be read: " + trouble.detail;
    }
    // First those that are there word for word: what is left over then may be anybody's.
    std::map<std::size_t, std::string> found;
    for (const auto& [i, reply] : lost)
        if (auto id = timeline ? timeline->take(reply) : std::nullopt) found.emplace(i, std::move(*id));
    for (std::size_t i = 0; i < batch.size(); ++i) {
        reporter.answer(i, [&] {
            const auto reply = lost.find(i);
            if (reply == lost.end()) return fail(Code::retry, "may be repeated without harm");
            if (!timeline) return trouble;
            const auto id = found.find(i);
            return id != found.end() ? posted(batch[i], id->second) : missing(reply->second, *timeline);
        });
    }
}

/// What to say of a reply whose very words are not in the timeline.
Outcome Twitter::missing(const LostReply& lost, const Timeline& timeline) {
    // X changes texts in ways of its own, and posts can be edited.
    if (const auto other = timeline.with_any_text(lost))
        return fail(Code::in_doubt, "our post " + *other + " answers " + lost.to +
                                        " too, with another text: look whether it is this reply");
    if (!timeline.is_complete_for(lost))
        return fail(Code::in_doubt, "the account posts too much to read back far enough");
    return fail(Code::retry, "the post is not in the account's timeline");
}

LostReply Twitter::lost_reply(const Call& call) {
    const auto arguments = call.arguments();
    return {wire::id(arguments, "to"), wire::text(arguments, "text"), std::string(call.idempotency_key()),
            younger_than(call), call.time_ms() - kSlackMs};
}

std::string Twitter::younger_than(const Call& call) {
    const auto before = last_post_before_.find(call.idempotency_key());
    return std::max({wire::id(call.arguments(), "to"), checkpoints_.before(call.time_ms()),
                     before == last_post_before_.end() ? std::string() : before->second},
                    id_less);
}

Outcome Twitter::posted(const Call& call, std::string id) {
    if (id_less(last_post_, id)) last_post_ = id;
    checkpoints_.note(id);
    known_.note(id, call.idempotency_key());
    if (const auto known = last_post_before_.find(call.idempotency_key()); known != last_post_before_.end())
        last_post_before_.erase(known);
    json::object value{{"id", id}, {"url", "https://x.com/" + handle_ + "/status/" + id}};
    return done(std::move(value), std::move(id));
}

Account Twitter::own(Deadline deadline) {
    {
        const std::scoped_lock lock(mutex_);
        if (!own_id_.empty()) return {own_id_, handle_};
    }
    auto account = ask_who_we_are(deadline);
    const std::scoped_lock lock(mutex_);
    own_id_ = account.id;
    return account;
}

Account Twitter::ask_who_we_are(Deadline deadline) {
    const auto answer =
        client_.call({"me", Effect::reads, "GET", "/2/users/me?user.fields=username"}, deadline);
    const auto& data = data_of(answer);
    const auto id = wire::id(data, "id");
    const auto handle = wire::text(data, "username");
    if (!is_id(id)) throw Failure(Code::retry, "X did not say whose token this is");
    if (!maillon::detail::same_name(handle, handle_))
        throw Failure(Code::config, "/account: the token belongs to @" + wire::shortened(handle, 30) +
                                        ", not to @" + handle_);
    return {id, handle_};
}

}  // namespace maillon::twitter
