// What the hub and its users see of the connector before it runs: settings, events, operations.
#include "facebook.h"

namespace maillon::facebook {
namespace {

json::object result_of(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
    json::object properties;
    for (const auto& [name, type] : members) properties[name] = json::object{{"type", type}};
    return {{"type", "object"}, {"properties", properties}};
}

void declare_writes(Operations& out) {
    out.add({.name = "reply",
             .title = "Answer a comment or a post with a comment",
             .arguments = Schema().text("to", "Id of the comment or post").text("text", "What to say"),
             .result = result_of({{"id", "string"}}),
             .outbound = true,
             .target = {"to"}});
    out.add({.name = "send",
             .title = "Answer a person on Messenger",
             .arguments = Schema()
                              .any("to", {{"type", "string"},
                                          {"title", "The person's page-scoped id"},
                                          {"x-maillon-recipient", true}})
                              .text("text", "What to say"),
             .result = result_of({{"recipient_id", "string"}, {"message_id", "string"}}),
             .outbound = true,
             .target = {"to"}});
}

}  // namespace

Schema Facebook::schema() {
    Schema out;
    out.any("page", {{"type", "string"}, {"title", "Id of the page"}, {"pattern", "^[0-9]{1,32}$"}});
    out.secret("app_secret", "Secret of the app");
    out.secret("token", "Access token of the page");
    out.secret("verify_token", "The word that Meta must say when it checks the webhook");
    out.text("app_id", "Id of the app, to know its own echoes and its subscription", "");
    out.url("url", "Address of the Graph API", "https://graph.facebook.com");
    out.text("version", "Version of the Graph API", "v25.0");
    out.boolean("subscribe", "Subscribe the page's notifications at start", false);
    return out;
}

EventTypes Facebook::events() {
    EventTypes out;
    const auto message = kinds::Message::schema();
    const auto reaction = kinds::Reaction::schema();
    for (const std::string thing : {"comment", "post"}) {
        out.type(thing + ".created", "A " + thing + " was written", message);
        out.type(thing + ".edited", "A " + thing + " was changed", message);
        out.type(thing + ".removed", "A " + thing + " was deleted", message);
        out.type(thing + ".hidden", "A " + thing + " was hidden", message);
        out.type(thing + ".unhidden", "A " + thing + " is shown again", message);
    }
    out.type("reaction.added", "A reaction was given or changed", reaction);
    out.type("reaction.removed", "A reaction was taken back", reaction);
    out.type("message.received", "A message on Messenger, or a post or comment that mentions the page",
             message);
    out.type("message.edited", "Such a message was changed", message);
    out.type("message.removed", "Such a message was taken back", message);
    out.type("review.created", "A review of the page was written", message);
    out.type("review.edited", "A review was changed", message);
    out.type("review.removed", "A review was deleted", message);
    return out;
}

Operations Facebook::operations() {
    Operations out;
    declare_writes(out);
    out.add({.name = "hide",
             .title = "Hide a comment",
             .arguments =
                 Schema().text("id", "Id of the comment").boolean("hidden", "False shows it again", true),
             .result = result_of({{"hidden", "boolean"}}),
             .idempotent = true,
             .target = {"id"}});
    out.add({.name = "delete",
             .title = "Delete a comment or post",
             .arguments = Schema().text("id", "Id of the comment or post"),
             .result = result_of({{"deleted", "boolean"}}),
             .idempotent = true,
             .target = {"id"}});
    return out;
}

}  // namespace maillon::facebook
