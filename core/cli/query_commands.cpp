#include "core/cli/application.h"
#include "core/cli/asking.h"
#include "core/cli/commands.h"
#include "core/cli/render.h"
#include "core/event/json_text.h"
#include "core/web/query.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>

namespace maillon::cli {
namespace json = boost::json;

int status_command(const Context& context) {
    return show(context, "/v1/status", render_status);
}

int events_list_command(const Context& context, const EventsQuery& query) {
    return show(context,
                "/v1/events" + parameters({{"connector", query.connector},
                                           {"type", query.type},
                                           {"key", query.key},
                                           {"since", query.since},
                                           {"limit", std::to_string(query.limit)}}),
                [&](const json::object& events) {
                    return render_events(events,
                                         !(query.connector + query.type + query.key + query.since).empty());
                });
}

int events_show_command(const Context& context, const std::string& event) {
    return show(context, "/v1/events/" + percent_encode(event), render_event);
}

int why_command(const Context& context, const std::string& event, const std::string& route) {
    return show(context, "/v1/why/" + percent_encode(event) + parameters({{"route", route}}),
                [&](const json::object& why) { return render_why(why, route); });
}

int approvals_list_command(const Context& context, const ApprovalsQuery& query) {
    return show(context,
                "/v1/approvals" + parameters({{"role", query.role},
                                              {"route", query.route},
                                              {"state", query.state},
                                              {"limit", std::to_string(query.limit)}}),
                [&](const json::object& approvals) {
                    return render_approvals(approvals,
                                            !(query.role + query.route).empty() || query.state != "open");
                });
}

int approvals_show_command(const Context& context, const std::string& approval) {
    return show(context, "/v1/approvals/" + percent_encode(approval), render_approval);
}

int approvals_release_command(const Context& context, const std::string& approval, const std::string& by) {
    return act(context, "/v1/approvals/" + percent_encode(approval) + "/release", {{"by", person(by)}},
               "approval " + approval + " released");
}

int approvals_refuse_command(const Context& context, const std::string& approval, const std::string& reason,
                             const std::string& by) {
    return act(context, "/v1/approvals/" + percent_encode(approval) + "/refuse",
               {{"by", person(by)}, {"reason", reason}}, "approval " + approval + " refused");
}

int doubts_list_command(const Context& context, const DoubtsQuery& query) {
    return show(context,
                "/v1/in-doubt" + parameters({{"route", query.route},
                                             {"connector", query.connector},
                                             {"limit", std::to_string(query.limit)}}),
                [&](const json::object& doubts) {
                    return render_doubts(doubts, !(query.route + query.connector).empty());
                });
}

int doubts_show_command(const Context& context, const std::string& call) {
    return show(context, "/v1/in-doubt/" + percent_encode(call), render_doubt);
}

int doubts_decide_command(const Context& context, const std::string& call, const std::string& word,
                          const DoubtWord& more) {
    json::object body{{"by", person(more.by)}, {"note", more.note}};
    if (!more.id.empty()) body["id"] = more.id;
    if (!more.result.empty()) {
        json::error_code error;
        body["result"] = json::parse(more.result, error);
        if (error) {
            std::fprintf(stderr, "maillon: --result is not JSON: %s\n", error.message().c_str());
            return kUsage;
        }
    }
    const std::string done = word == "done"    ? "counts as arrived; its run goes on"
                             : word == "again" ? "is made again"
                                               : "counts as failed; its run goes to on_error";
    return act(context, "/v1/in-doubt/" + percent_encode(call) + '/' + word, body,
               "call " + call + ' ' + done);
}

namespace {

std::string held_path(const std::string& name, const char* word) {
    return (name == "outbound" ? "/v1/outbound/" : "/v1/connectors/" + percent_encode(name) + '/') + word;
}

}  // namespace

int pause_command(const Context& context, const std::string& name, const std::string& reason,
                  const std::string& by) {
    return act(context, held_path(name, "pause"), {{"by", person(by)}, {"reason", reason}},
               name == "outbound"
                   ? "nothing is sent to people until: maillon resume outbound"
                   : "'" + name + "' is neither asked nor called until: maillon resume " + name);
}

int reload_command(const Context& context) {
    return act(context, "/v1/reload", {}, "reloaded");
}

int resume_command(const Context& context, const std::string& name) {
    int exit_code = kDone;
    const auto answer = ask(context, "POST", held_path(name, "resume"), "{}", exit_code);
    if (!answer) return exit_code;
    const bool was_paused = text_of(*answer, "was_paused") == "true";
    const auto said = was_paused ? "'" + name + "' goes on"
                                 : "nobody had paused '" + name + "'; what stood still is tried at once";
    std::printf("%s\n", context.json ? json_text(*answer).c_str() : said.c_str());
    return kDone;
}

}  // namespace maillon::cli
