#include "core/cli/people_commands.h"

#include "core/cli/application.h"
#include "core/cli/asking.h"
#include "core/cli/progress.h"
#include "core/cli/render.h"
#include "core/web/query.h"

#include <chrono>
#include <cstdio>
#include <thread>

namespace maillon::cli {

namespace json = boost::json;

namespace {

/// Asks until the directory is no longer being read, and draws how far it is.
int watch(const Context& context, const std::string& path) {
    constexpr std::chrono::milliseconds kPause{200};
    constexpr int kMostSilences = 300;
    Progress bar;
    bar.counts_bytes = false;
    std::string told;
    for (int silences = 0;;) {
        const auto answer = ask_hub(context, "GET", path);
        if (!answer && ++silences == kMostSilences) {
            std::fputs("maillon: the hub does not answer any more; it goes on when it runs again\n", stderr);
            return kNoHub;
        }
        if (answer) {
            silences = 0;
            const auto& one = answer->at("directories").as_array().front().as_object();
            if (text_of(one, "state") == "complete") return text_of(one, "unmet").empty() ? kDone : kFailed;
            if (const auto trouble = text_of(one, "trouble"); !trouble.empty() && trouble != told) {
                bar.clear();
                std::fprintf(stderr, "maillon: %s; it goes on when that is over\n", trouble.c_str());
                told = trouble;
            }
            // How many there will be is known from the reading before, if there was one.
            const bool is_first = text_of(one, "state") == "reading";
            if (!bar("reading", one.at("read").to_number<std::int64_t>(),
                     is_first ? 0 : one.at("records").to_number<std::int64_t>())) {
                bar.clear();
                std::fputs("the hub goes on reading; see: maillon directory status\n", stderr);
                return kDone;
            }
        }
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace

int directory_status_command(const Context& context, const std::string& directory) {
    return show(context,
                "/v1/directories" + (directory.empty() ? std::string() : '/' + percent_encode(directory)),
                render_directories);
}

int directory_refresh_command(const Context& context, const std::string& directory, bool detach) {
    int exit_code = kDone;
    const auto path = "/v1/directories/" + percent_encode(directory);
    const auto answer = ask(context, "POST", path + "/refresh", {}, exit_code);
    if (!answer) return exit_code;
    const auto* running = answer->if_contains("running");
    if (!running || !running->as_bool())
        std::fputs("no hub is running: the records are read again when one is started\n", stderr);
    else if (!detach)
        exit_code = watch(context, path);
    if (exit_code == kNoHub) return exit_code;
    const int shown = directory_status_command(context, directory);
    return exit_code == kDone ? shown : exit_code;
}

int reviews_list_command(const Context& context, const ReviewsQuery& query) {
    return show(context,
                "/v1/reviews" + parameters({{"directory", query.directory},
                                            {"kind", query.kind},
                                            {"state", query.state},
                                            {"limit", std::to_string(query.limit)}}),
                [&](const json::object& reviews) {
                    return render_reviews(reviews,
                                          !(query.directory + query.kind).empty() || query.state != "open");
                });
}

int reviews_show_command(const Context& context, const std::string& review) {
    return show(context, "/v1/reviews/" + percent_encode(review), render_review);
}

int reviews_answer_command(const Context& context, const std::string& review, const std::string& word,
                           const PeopleWord& more) {
    json::object body{{"by", person(more.by)}};
    if (!more.record.empty()) body["record"] = more.record;
    if (!more.note.empty()) body["note"] = more.note;
    const auto said = word == "accept" ? "accepted" : word == "reject" ? "rejected" : "kept as somebody new";
    return act(context, "/v1/reviews/" + percent_encode(review) + '/' + word, body,
               "question " + review + ": " + said);
}

int reviews_classes_command(const Context& context) {
    return show(context, "/v1/match/classes", render_classes);
}

int reviews_resume_command(const Context& context, const std::string& evidence_class,
                           const std::string& directory) {
    return act(context, "/v1/match/resume", {{"class", evidence_class}, {"directory", directory}},
               evidence_class + " links again; its decisions are counted anew");
}

int links_show_command(const Context& context, const std::string& what, const std::string& directory) {
    const char* name = what.find(':') == std::string::npos ? "record" : "profile";
    return show(context, "/v1/links" + parameters({{name, what}, {"directory", directory}}), render_links);
}

int links_pair_command(const Context& context, const std::string& word, const std::string& profile,
                       const PeopleWord& more) {
    return act(context, "/v1/links/" + word,
               {{"profile", profile},
                {"record", more.record},
                {"directory", more.directory},
                {"by", person(more.by)},
                {"note", more.note}},
               profile + (word == "link" ? " is linked with " : " is no longer linked with ") + more.record);
}

int links_merge_command(const Context& context, const std::string& word, const std::string& record,
                        const std::string& other, const PeopleWord& more) {
    return act(context, "/v1/links/" + word,
               {{"record", record},
                {"other", other},
                {"directory", more.directory},
                {"by", person(more.by)},
                {"note", more.note}},
               word == "merge" ? record + " stands for " + other + " too; routes hear hub.merge.proposed"
                               : record + " and " + other + " are two again");
}

int links_explain_command(const Context& context, const std::string& profile, const std::string& record,
                          const std::string& directory) {
    return show(context,
                "/v1/match/explain" +
                    parameters({{"profile", profile}, {"record", record}, {"directory", directory}}),
                render_verdict);
}

}  // namespace maillon::cli
