#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/cli/render.h"
#include "core/web/query.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <functional>

namespace maillon::cli {
namespace {

namespace json = boost::json;

using Render = std::function<std::string(const json::object&)>;

int show(const Context& context, const std::string& target, const Render& render) {
    int exit_code = kDone;
    const auto answer = ask(context, "GET", target, {}, exit_code);
    if (!answer) return exit_code;
    std::fputs(context.json ? (json::serialize(*answer) + '\n').c_str() : render(*answer).c_str(), stdout);
    return kDone;
}

int act(const Context& context, const std::string& target, const json::object& body,
        const std::string& done) {
    int exit_code = kDone;
    const auto answer = ask(context, "POST", target, json::serialize(body), exit_code);
    if (!answer) return exit_code;
    std::printf("%s\n", context.json ? json::serialize(*answer).c_str() : done.c_str());
    return kDone;
}

std::string parameters(std::initializer_list<std::pair<const char*, std::string>> all) {
    std::string out;
    for (const auto& [name, value] : all) {
        if (value.empty()) continue;
        out += (out.empty() ? '?' : '&') + std::string(name) + '=' + percent_encode(value);
    }
    return out;
}

/// Who decides: the name that was given, else the user of this process.
std::string person(const std::string& by) {
    if (!by.empty()) return by;
    const passwd* user = ::getpwuid(::getuid());
    return user ? user->pw_name : std::to_string(::getuid());
}

}  // namespace

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
                render_events);
}

int events_show_command(const Context& context, const std::string& event) {
    return show(context, "/v1/events/" + percent_encode(event), render_event);
}

int why_command(const Context& context, const std::string& event, const std::string& route) {
    return show(context, "/v1/why/" + percent_encode(event) + parameters({{"route", route}}),
                [&](const json::object& why) { return render_why(why, route); });
}

int letters_list_command(const Context& context, const LettersQuery& query) {
    return show(context,
                "/v1/dead-letters" + parameters({{"route", query.route},
                                                 {"connector", query.connector},
                                                 {"state", query.state},
                                                 {"limit", std::to_string(query.limit)}}),
                render_letters);
}

int letters_show_command(const Context& context, const std::string& letter) {
    return show(context, "/v1/dead-letters/" + percent_encode(letter), render_letter);
}

int letters_replay_command(const Context& context, const std::vector<std::string>& letters,
                           const std::string& note) {
    int worst = kDone;
    for (const auto& letter : letters) {
        const int code = act(context, "/v1/dead-letters/" + percent_encode(letter) + "/replay",
                             {{"note", note}}, "dead letter " + letter + " runs again");
        worst = std::max(worst, code);
    }
    return worst;
}

int letters_drop_command(const Context& context, const std::string& letter, const std::string& reason) {
    return act(context, "/v1/dead-letters/" + percent_encode(letter) + "/drop", {{"reason", reason}},
               "dead letter " + letter + " dropped");
}

int approvals_list_command(const Context& context, const ApprovalsQuery& query) {
    return show(context,
                "/v1/approvals" + parameters({{"role", query.role},
                                              {"route", query.route},
                                              {"state", query.state},
                                              {"limit", std::to_string(query.limit)}}),
                render_approvals);
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
                render_doubts);
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
               name == "outbound" ? "nothing is sent to people until: maillon resume outbound"
                                  : "'" + name + "' is neither asked nor called until: maillon resume " + name);
}

int resume_command(const Context& context, const std::string& name) {
    return act(context, held_path(name, "resume"), {}, "'" + name + "' goes on");
}

}  // namespace maillon::cli
