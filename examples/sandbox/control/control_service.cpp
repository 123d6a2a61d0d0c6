#include "control_service.h"

#include "tally.h"

#include <algorithm>
#include <charconv>

namespace sandbox {
namespace {

maillon::HttpResponse refused(const std::string& reason) {
    return json_answer(400, json::object{{"error", reason}});
}

/// The first member that is not among the known ones, or empty.
std::string unknown_member(const json::object& body, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : body) {
        const std::string_view name(key.data(), key.size());
        if (std::find(known.begin(), known.end(), name) == known.end()) return std::string(name);
    }
    return {};
}

}  // namespace

std::optional<maillon::HttpResponse> ControlService::handle(Call& call, const maillon::Responder& responder) {
    if (call.is("GET")) {
        if (call.goes_to({"state"})) return json_answer(200, count_state(world_));
        if (call.goes_to({"dump"})) return json_answer(200, dump_state(world_));
        if (call.goes_to({"faults"})) return json_answer(200, world_.faults.plan());
        if (call.goes_to({"settings"})) return settings();
        return json_answer(404, json::object{{"error", "nothing is here: see the sandbox's README"}});
    }
    const auto body = parse_object(call.request.body.empty() ? "{}" : call.request.body);
    if (!body) return refused("the body is no JSON object");
    if (call.is("PUT") && call.goes_to({"faults"})) {
        const std::string wrong = world_.faults.configure(*body);
        return wrong.empty() ? json_answer(200, world_.faults.plan()) : refused(wrong);
    }
    if (call.is("PUT") && call.goes_to({"settings"})) return change_settings(*body);
    if (call.is("POST")) {
        if (call.goes_to({"start"})) return start(*body);
        if (call.goes_to({"sugar", "expire-tokens"})) return expire_tokens(*body);
        if (call.goes_to({"graph", "comment"})) return add_comment(*body);
        if (call.goes_to({"x", "mention"})) return add_mention(*body);
        if (call.goes_to({"hooks", "fire"})) return fire_hooks(*body);
        if (call.goes_to({"webhook", "send"})) return send_webhook(*body, responder);
    }
    return json_answer(404, json::object{{"error", "nothing is here: see the sandbox's README"}});
}

maillon::HttpResponse ControlService::mishap(Mishap, int) {
    return refused("the control port has no faults");
}

ControlService::Answer ControlService::start(const json::object& body) {
    if (const std::string odd = unknown_member(body, {"rate"}); !odd.empty())
        return refused("start has no member '" + odd + "'");
    if (const json::value* rate = body.if_contains("rate"); rate != nullptr && !world_.started) {
        boost::system::error_code failure;
        const double wanted = rate->to_number<double>(failure);
        if (failure || wanted < 0) return refused("rate must be a number from 0");
        world_.rate = wanted;
    }
    return json_answer(200, json::object{{"started", publisher_.start()}});
}

ControlService::Answer ControlService::settings() const {
    return json_answer(200, json::object{{"x", world_.x.settings()},
                                         {"graph", world_.graph.settings()},
                                         {"sugar", world_.sugar.settings()}});
}

ControlService::Answer ControlService::change_settings(const json::object& body) {
    for (const auto& [key, value] : body) {
        if (!value.is_object()) return refused(std::string(key) + " must be an object");
        std::string wrong = "there is no service '" + std::string(key) + "'";
        if (key == "x") wrong = world_.x.configure(value.get_object());
        if (key == "graph") wrong = world_.graph.configure(value.get_object());
        if (key == "sugar") wrong = world_.sugar.configure(value.get_object());
        if (!wrong.empty()) return refused(wrong);
    }
    return settings();
}

ControlService::Answer ControlService::expire_tokens(const json::object& body) {
    if (const std::string odd = unknown_member(body, {"refresh"}); !odd.empty())
        return refused("there is no member '" + odd + "' here");
    world_.sugar.tokens().expire_all(text_of(body, "refresh") == "true");
    return json_answer(200, json::object{{"expired", true}});
}

ControlService::Answer ControlService::add_comment(const json::object& body) {
    if (const std::string odd = unknown_member(body, {"message", "from", "parent"}); !odd.empty())
        return refused("a comment has no member '" + odd + "'");
    const Page& page = world_.graph.page();
    const std::string parent_id = text_of(body, "parent");
    const PageComment* parent = page.find(parent_id);
    const bool is_post = page.post(parent_id) != nullptr;
    if (!parent_id.empty() && parent == nullptr && !is_post)
        return refused("there is no post or comment '" + parent_id + "'");
    const std::string post = parent != nullptr ? parent->post_id
                             : is_post         ? parent_id
                                               : page.posts().front().id;
    const json::value* from = body.if_contains("from");
    const json::object who = from != nullptr && from->is_object()
                                 ? from->get_object()
                                 : json::object{{"id", "24680135791113151"}, {"name", "Zoë Müller"}};
    const Visitor author{text_of(who, "id"), text_of(who, "name")};
    const PageComment& made = world_.graph.publish(
        world_.graph.new_comment_id(post), post, parent == nullptr ? "" : parent->conversation(), author,
        text_of(body, "message"), "fb:extra-" + std::to_string(++extra_));
    world_.authors.insert("fb:" + author.id);
    return json_answer(200, json::object{{"id", made.id}});
}

ControlService::Answer ControlService::add_mention(const json::object& body) {
    if (const std::string odd = unknown_member(body, {"text", "username", "in_reply_to_tweet_id"});
        !odd.empty())
        return refused("a mention has no member '" + odd + "'");
    const std::string username = text_of(body, "username");
    if (username.empty() || text_of(body, "text").empty()) return refused("text and username are needed");
    const XUser* known = world_.x.posts().user_by_name(username);
    const XUser author =
        known != nullptr ? *known : XUser{"9" + std::to_string(100'000 + extra_), username, username, ""};
    const std::string target = text_of(body, "in_reply_to_tweet_id");
    std::uint64_t target_id = 0;
    std::from_chars(target.data(), target.data() + target.size(), target_id);
    if (!target.empty() && world_.x.posts().find(target_id) == nullptr)
        return refused("there is no post '" + target + "'");
    const XPost& made = world_.x.publish(author, escape_entities(text_of(body, "text")),
                                         "x:extra-" + std::to_string(++extra_), 0, target_id);
    world_.authors.insert("x:" + author.id);
    return json_answer(200, json::object{{"id", std::to_string(made.id)}});
}

ControlService::Answer ControlService::fire_hooks(const json::object& body) {
    return json_answer(
        200, json::object{{"sent", world_.sugar.fire_hooks(text_of(body, "module"), text_of(body, "id"))}});
}

std::optional<ControlService::Answer> ControlService::send_webhook(const json::object& body,
                                                                   const maillon::Responder& responder) {
    if (const std::string odd = unknown_member(body, {"payload", "signature", "url"}); !odd.empty())
        return refused("there is no member '" + odd + "' here");
    const json::value* payload = body.if_contains("payload");
    if (payload == nullptr) return refused("payload is needed");
    const std::string bytes = payload->is_string() ? text_of(*payload) : ascii_json(*payload);
    std::string url = text_of(body, "url");
    if (url.empty()) url = world_.graph.webhooks().callback_url;
    if (url.empty()) return refused("nobody has subscribed and no url is given");
    std::string signature = text_of(body, "signature");
    if (signature.empty()) signature = world_.graph.webhooks().signature(bytes);
    world_.couriers->send([responder, url, bytes, signature](Caller& caller) {
        maillon::HttpHeaders headers;
        headers.add("Content-Type", "application/json");
        headers.add("X-Hub-Signature-256", signature);
        const auto answer = caller.call("POST", url, headers, bytes);
        const int status = answer ? answer->status : 0;
        responder.answer(json_answer(
            200, json::object{{"status", status}, {"body", answer ? answer->body : answer.error().what}}));
    });
    return std::nullopt;
}

}  // namespace sandbox
