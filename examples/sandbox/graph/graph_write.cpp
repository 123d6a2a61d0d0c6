#include "graph_errors.h"
#include "graph_service.h"

namespace sandbox {

using namespace graph_errors;

GraphService::Answer GraphService::comment(const Call& call, const std::string& id) {
    const std::string message = call.parameter("message");
    if (message.empty() && !call.has("attachment_url"))
        return bad_parameter("The parameter message is required");
    if (message.size() > 8000) return bad_parameter("Param message must be at most 8000 characters long");
    const PageComment* target = page_.find(id);
    PageComment made;
    made.post_id = target == nullptr ? id : target->post_id;
    made.id = new_comment_id(made.post_id);
    made.answers = target == nullptr ? "" : target->id;
    made.parent = target == nullptr ? "" : target->conversation();
    made.author = {account_.page_id, account_.page_name};
    made.message = message;
    made.created_ms = maillon::millis(clock_.now());
    made.is_own = true;
    const PageComment& kept = page_.add(std::move(made));
    if (echo_) tell(kept, "add", false);
    return json_answer(200, json::object{{"id", kept.id}});
}

GraphService::Answer GraphService::change(const Call& call, PageComment& comment) {
    if (call.has("is_hidden")) {
        const std::string wish = call.parameter("is_hidden");
        if (comment.is_own) return error(403, 200, "(#200) This comment can't be hidden");
        comment.hidden = wish == "true" || wish == "1";
        if (echo_) tell(comment, comment.hidden ? "hide" : "unhide", false);
    } else if (call.has("message")) {
        if (!comment.is_own) return error(403, 200, "(#200) Permissions error");
        comment.message = call.parameter("message");
        if (echo_) tell(comment, "edited", false);
    } else {
        return bad_parameter("Nothing to change: message or is_hidden is needed");
    }
    return json_answer(200, json::object{{"success", true}});
}

GraphService::Answer GraphService::remove(PageComment& comment) {
    comment.deleted = true;
    if (echo_) tell(comment, "remove", false);
    return json_answer(200, json::object{{"success", true}});
}

GraphService::Answer GraphService::message(const Call& call) {
    const auto recipient = parse_object(call.parameter("recipient"));
    const auto message = parse_object(call.parameter("message"));
    if (!recipient || !message) return bad_parameter("The parameters recipient and message are required");
    if (text_of(*message, "text").size() > 2000)
        return bad_parameter("Length of param message[text] must be less than or equal to 2000");
    std::string person = text_of(*recipient, "id");
    if (const std::string comment_id = text_of(*recipient, "comment_id"); !comment_id.empty()) {
        PageComment* comment = page_.find(comment_id);
        if (comment == nullptr) return not_there(comment_id);
        if (comment->privately_answered) return error(400, 10900, "(#10900) Activity already replied to");
        comment->privately_answered = true;
        person = "7" + comment->author.id;
    }
    if (person.empty()) return bad_parameter("The parameter recipient is incomplete");
    return json_answer(200, json::object{{"recipient_id", person}, {"message_id", "m_" + chance_.uuid()}});
}

void GraphService::tell(const PageComment& comment, const char* verb, bool is_visitors) {
    const StoryPost* post = page_.post(comment.post_id);
    json::object value{{"from", json::object{{"id", comment.author.id}, {"name", comment.author.name}}}};
    if (post != nullptr) {
        value["post"] = {{"status_type", "mobile_status_update"},
                         {"is_published", true},
                         {"updated_time", graph_time(page_.post_time(post->id))},
                         {"permalink_url", "https://www.facebook.com/" + post->id},
                         {"promotion_status", "ineligible"},
                         {"id", post->id}};
    }
    value["message"] = comment.message;
    value["post_id"] = comment.post_id;
    value["comment_id"] = comment.id;
    value["created_time"] = comment.created_ms / 1000;
    value["item"] = "comment";
    value["parent_id"] = comment.parent.empty() ? comment.post_id : comment.parent;
    value["verb"] = verb;
    webhooks_.push(account_.page_id, std::move(value), is_visitors);
}

}  // namespace sandbox
