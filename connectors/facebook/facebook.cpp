#include "facebook.h"

#include "maillon/broken_text.hpp"
#include "maillon/wire.hpp"

#include <algorithm>

namespace maillon::facebook {
namespace {

/// How much earlier than the call a comment may seem to be: clocks differ.
constexpr std::int64_t kSlackMs = 5 * 60'000;
/// Meta gives a notification five seconds; what it does not contain may take up half of them.
constexpr std::uint64_t kFetchMs = 2'500;

const char* const kFields =
    "feed,mention,ratings,messages,message_echoes,message_edits,message_reactions,messaging_postbacks";

std::string id_argument(const json::object& arguments, std::string_view name) {
    auto id = wire::id(arguments, name);
    if (!is_id(id)) throw Failure(Code::rejected, "'" + std::string(name) + "' is not an id of Facebook");
    return id;
}

std::string text_argument(const json::object& arguments) {
    auto text = wire::text(arguments, "text");
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        throw Failure(Code::rejected, "'text' is empty");
    return text;
}

bool is_success(const json::value& answer) {
    const auto* object = answer.if_object();
    return answer.is_bool() ? answer.get_bool() : object && wire::flag(*object, "success");
}

std::string member(const json::value& answer, std::string_view name) {
    const auto* object = answer.if_object();
    return object ? wire::id(*object, name) : std::string();
}

}  // namespace

Facebook::Facebook(Host host, const json::object& config)
    : host_(host),
      self_{wire::text(config, "page"), wire::text(config, "app_id"), std::string(host.instance())},
      app_secret_(wire::text(config, "app_secret")),
      verify_token_(wire::text(config, "verify_token")),
      subscribe_(wire::flag(config, "subscribe")),
      client_(host, {wire::text(config, "url"), wire::text(config, "version"), wire::text(config, "token"),
                     app_secret_}),
      webhook_(host, self_, echoes_, [this](const std::string& id) { return fetch(id); }) {}

void Facebook::connect(Deadline deadline) {
    check(deadline);
    if (subscribe_) subscribe(deadline);
}

void Facebook::check(Deadline deadline) {
    const auto answer = client_.call({.path = "/" + self_.page, .fields = {{"fields", "id,name"}}}, deadline);
    if (member(answer, "id") != self_.page)
        throw Failure(Code::config, "/page: Graph knows the page " + self_.page + " under another id");
}

void Facebook::subscribe(Deadline deadline) {
    const auto path = "/" + self_.page + "/subscribed_apps";
    const auto answer = client_.call({.effect = Effect::repeatable,
                                      .method = "POST",
                                      .path = path,
                                      .fields = {{"subscribed_fields", kFields}}},
                                     deadline);
    if (!is_success(answer)) throw Failure(Code::retry, "Graph did not subscribe the page");
    const auto list = client_.call({.path = path}, deadline);
    const auto* object = list.if_object();
    const auto* apps = object ? wire::array(*object, "data") : nullptr;
    const bool there =
        apps && std::any_of(apps->begin(), apps->end(), [&](const json::value& app) {
            return app.is_object() && (self_.app.empty() || wire::id(app.get_object(), "id") == self_.app);
        });
    if (!there)
        throw Failure(Code::config, "/app_id: Graph does not list the app among the page's subscriptions");
}

void Facebook::receive(const HttpRequest& request, Emitter& out, HttpAnswer& answer) {
    if (request.method() == "GET") return confirm(request, answer);
    if (request.method() == "POST") return take(request, out, answer);
    answer.set(405, "only GET and POST");
}

void Facebook::confirm(const HttpRequest& request, HttpAnswer& answer) {
    const auto challenge = request.query("hub.challenge");
    const bool right =
        request.query("hub.mode") == "subscribe" &&
        is_same_secret(request.query("hub.verify_token").value_or(""), host_.secret(verify_token_));
    if (!right || !challenge)
        return refuse(answer, 403, "a check of the webhook without the right verify_token");
    host_.info("Meta checked the webhook");
    answer.set(200, *challenge);
}

void Facebook::take(const HttpRequest& request, Emitter& out, HttpAnswer& answer) {
    if (!signature_.is_signed(host_.secret(app_secret_), request.body(),
                              request.header("X-Hub-Signature-256")))
        return refuse(answer, 403, "a notification without the right signature");
    const auto body = wire::whole_json(request.body());
    if (!body) return refuse(answer, 400, "a signed notification that is not JSON");
    fetch_until_ = host_.monotonic_ms() + kFetchMs;
    const auto events = webhook_.read(*body);
    if (!events.empty()) out.emit(events);
    answer.set(200, "EVENT_RECEIVED");
}

/// Logs each reason once: whoever finds the address could fill the log.
void Facebook::refuse(HttpAnswer& answer, std::uint32_t status, std::string_view why) {
    host_.count("facebook_refused", 1, {{"status", std::to_string(status)}});
    if (refused_.insert(std::string(why)).second)
        host_.warn("a request to the webhook was refused; further ones of this kind are only counted",
                   {{"why", why}, {"status", std::to_string(status)}});
    answer.set(status, std::string(why) + '\n');
}

std::optional<json::object> Facebook::fetch(const std::string& id) {
    if (!is_id(id) || host_.monotonic_ms() >= fetch_until_) return std::nullopt;
    try {
        auto value = client_.call({.path = "/" + id, .fields = {{"fields", "from,message,permalink_url"}}},
                                  {fetch_until_});
        if (value.is_object()) return std::move(value.get_object());
    } catch (const Failure& failure) {
        // A mention by somebody who does not let the page see it: the stub has to do.
        host_.info("the author of a mention cannot be read", {{"why", failure.what()}});
    }
    return std::nullopt;
}

void Facebook::deliver(const Batch& batch, Reporter& reporter) {
    // What is not reported was not attempted: the host hands it out again.
    for (std::size_t i = 0; i < batch.size() && !host_.cancelled(); ++i)
        reporter.answer(i, [&] { return call(batch[i], batch.deadline()); });
}

Outcome Facebook::call(const Call& call, Deadline deadline) {
    const auto arguments = call.arguments();
    if (call.operation() == "reply") return reply(call, arguments, deadline);
    if (call.operation() == "send") return send(call, arguments, deadline);
    if (call.operation() == "hide") return hide(arguments, deadline);
    if (call.operation() == "delete") return erase(arguments, deadline);
    return fail(Code::unsupported, "Facebook knows no operation '" + std::string(call.operation()) + "'");
}

Outcome Facebook::reply(const Call& call, const json::object& arguments, Deadline deadline) {
    const Ask ask{.effect = Effect::once,
                  .method = "POST",
                  .path = "/" + id_argument(arguments, "to") + "/comments",
                  .fields = {{"message", text_argument(arguments)}}};
    try {
        const auto id = member(client_.call(ask, deadline), "id");
        if (id.empty()) return fail(Code::in_doubt, "Graph accepted the comment but did not give its id");
        known_.note(own_part(id), call.idempotency_key());
        return done(json::object{{"id", id}}, id);
    } catch (const Refusal& refusal) {
        // "Duplicate": after an earlier attempt it may be ours that is there.
        if (refusal.error().code == 506 && call.attempt() > 1) return fail(Code::in_doubt, refusal.what());
        throw;
    }
}

Outcome Facebook::send(const Call& call, const json::object& arguments, Deadline deadline) {
    const json::object body{
        {"recipient", {{"id", id_argument(arguments, "to")}}},
        {"messaging_type", "RESPONSE"},
        {"message", {{"text", text_argument(arguments)}, {"metadata", mark_of(call.idempotency_key())}}}};
    const auto answer = client_.call({.effect = Effect::once,
                                      .method = "POST",
                                      .path = "/" + self_.page + "/messages",
                                      .json = json::serialize(body),
                                      .use_case = "messenger"},
                                     deadline);
    const auto id = member(answer, "message_id");
    if (id.empty()) return fail(Code::in_doubt, "Messenger accepted the message but did not give its id");
    return done(json::object{{"recipient_id", member(answer, "recipient_id")}, {"message_id", id}}, id);
}

Outcome Facebook::hide(const json::object& arguments, Deadline deadline) {
    const auto id = id_argument(arguments, "id");
    const bool hidden = !wire::at(arguments, "hidden") || wire::flag(arguments, "hidden");
    const auto answer = client_.call({.effect = Effect::repeatable,
                                      .method = "POST",
                                      .path = "/" + id,
                                      .fields = {{"is_hidden", hidden ? "true" : "false"}}},
                                     deadline);
    if (!is_success(answer)) return fail(Code::rejected, "Graph left the comment as it was");
    return done(json::object{{"hidden", hidden}}, id);
}

Outcome Facebook::erase(const json::object& arguments, Deadline deadline) {
    const auto id = id_argument(arguments, "id");
    try {
        const auto answer =
            client_.call({.effect = Effect::repeatable, .method = "DELETE", .path = "/" + id}, deadline);
        if (!is_success(answer)) return fail(Code::rejected, "Graph did not delete it");
    } catch (const Refusal& refusal) {
        if (!refusal.error().is_gone()) throw;  // gone is what was asked for
    }
    return done(json::object{{"deleted", true}}, id);
}

void Facebook::reconcile(const Batch& batch, Reporter& reporter) {
    auto oldest = host_.now_ms();
    for (std::size_t i = 0; i < batch.size(); ++i) oldest = std::min(oldest, batch[i].time_ms());
    OwnComments comments(client_, self_.page, oldest - kSlackMs, batch.deadline(), known_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        reporter.answer(i, [&] {
            try {
                return arrived(batch[i], comments);
            } catch (const Failure& failure) {
                // RETRY would say that it did not arrive; this only says that Graph must be asked again.
                const bool passes = failure.code() == Code::retry || failure.code() == Code::in_doubt;
                return fail(passes ? Code::not_connected : failure.code(),
                            std::string("cannot be found out now: ") + failure.what(),
                            failure.retry_after_ms());
            }
        });
    }
}

Outcome Facebook::arrived(const Call& call, OwnComments& comments) const {
    if (call.operation() == "reply") {
        const auto arguments = call.arguments();
        return comments.find({id_argument(arguments, "to"), text_argument(arguments),
                              std::string(call.idempotency_key()), call.time_ms() - kSlackMs});
    }
    if (call.operation() != "send") return fail(Code::retry, "may be repeated without harm");
    const auto id = echoes_.find(mark_of(call.idempotency_key()));
    if (!id) return fail(Code::in_doubt, "Messenger has echoed no such message, and cannot be asked");
    const auto to = wire::id(call.arguments(), "to");
    return done(json::object{{"recipient_id", to}, {"message_id", *id}}, *id);
}

}  // namespace maillon::facebook
