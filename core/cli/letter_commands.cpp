#include "core/cli/letter_commands.h"

#include "core/cli/application.h"
#include "core/cli/asking.h"
#include "core/cli/editor.h"
#include "core/cli/render.h"
#include "core/cli/replay_watch.h"
#include "core/web/query.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string letter_path(const std::string& letter) {
    return "/v1/dead-letters/" + percent_encode(letter);
}

json::object words_of(const LettersQuery& query) {
    json::object out;
    for (const auto& [name, value] :
         {std::pair("route", &query.route), std::pair("connector", &query.connector),
          std::pair("kind", &query.kind), std::pair("key", &query.key), std::pair("since", &query.since),
          std::pair("until", &query.until), std::pair("where", &query.where)}) {
        if (!value->empty()) out[name] = *value;
    }
    return out;
}

int usage(const char* sentence) {
    std::fprintf(stderr, "maillon: %s\n", sentence);
    return kUsage;
}

/// Pages until enough fit or all were looked at. Nothing when it failed; that is told.
std::optional<json::object> all_pages(const Context& context, const LettersQuery& query, int& exit_code) {
    json::object out;
    json::array letters;
    std::int64_t unclear = 0;
    std::string after, problem;
    for (bool is_last = false; !is_last && letters.size() < static_cast<std::size_t>(query.limit);) {
        const auto wanted = static_cast<std::size_t>(query.limit) - letters.size();
        const auto page = ask(context, "GET",
                              "/v1/dead-letters" + parameters({{"route", query.route},
                                                               {"connector", query.connector},
                                                               {"kind", query.kind},
                                                               {"key", query.key},
                                                               {"since", query.since},
                                                               {"until", query.until},
                                                               {"where", query.where},
                                                               {"state", query.state},
                                                               {"after", after},
                                                               {"limit", std::to_string(wanted)}}),
                              {}, exit_code);
        if (!page) return std::nullopt;
        for (const auto& one : page->at("dead_letters").as_array()) letters.push_back(one);
        unclear += page->at("unclear").as_int64();
        if (problem.empty()) problem = text_of(*page, "problem");
        after = text_of(*page, "reached");
        is_last = page->at("is_last").as_bool();
        out["is_last"] = is_last;
        out["reached"] = page->at("reached");
    }
    out["dead_letters"] = std::move(letters);
    out["unclear"] = unclear;
    out["problem"] = problem;
    return out;
}

}  // namespace

int letters_list_command(const Context& context, const LettersQuery& query) {
    int exit_code = kDone;
    const auto answer = all_pages(context, query, exit_code);
    if (!answer) return exit_code;
    const bool is_filtered = !words_of(query).empty() || query.state != "open";
    std::fputs(context.json ? (json::serialize(*answer) + '\n').c_str()
                            : render_letters(*answer, is_filtered).c_str(),
               stdout);
    return kDone;
}

int letters_show_command(const Context& context, const std::string& letter) {
    return show(context, letter_path(letter), render_letter);
}

int letters_edit_command(const Context& context, const std::string& letter, bool is_call,
                         const std::string& file, const Saying& saying) {
    int exit_code = kDone;
    const auto shown = ask(context, "GET", letter_path(letter), {}, exit_code);
    if (!shown) return exit_code;
    const std::string what = is_call ? "arguments" : "event";
    const auto* now = shown->if_contains("edited_" + what);
    if (!now && is_call) now = shown->if_contains("arguments");
    if (!now && !is_call && shown->contains("cause")) now = &shown->at("cause").at("event");
    const auto text = file.empty()
                          ? edited_by_person(now ? pretty(*now) + '\n' : "{}\n", "dead-letter-" + letter)
                          : text_of_file(file);
    if (!text) {
        std::fprintf(stderr, "maillon: %s\n", text.error().what.c_str());
        return kFailed;
    }
    json::error_code error;
    json::stream_parser parser;
    const auto read = parser.write_some(text->data(), text->size(), error);
    if (!error) parser.finish(error);
    if (error) {
        const auto line =
            1 + std::count(text->begin(), text->begin() + static_cast<std::ptrdiff_t>(read), '\n');
        std::fprintf(stderr, "maillon: line %td is not JSON: %s; nothing was kept\n", line,
                     error.message().c_str());
        return kFailed;
    }
    const auto value = parser.release();
    if (now && *now == value) {
        std::fprintf(stderr, "maillon: nothing was changed\n");
        return kDone;
    }
    json::object body{{"by", person(saying.by)}, {"note", saying.note}};
    body[what] = value;
    const auto kept = ask(context, "POST", letter_path(letter) + "/edit", json::serialize(body), exit_code);
    if (!kept) return exit_code;
    std::fputs(context.json ? (json::serialize(*kept) + '\n').c_str() : render_edits(*kept).c_str(), stdout);
    return kDone;
}

int letters_replay_command(const Context& context, const std::vector<std::string>& letters,
                           const LettersQuery& query, bool detach, const Saying& saying) {
    auto words = words_of(query);
    if (letters.empty() == words.empty())
        return usage("say which: numbers, or a filter (--route, --where, …; --since 3650d means all)");
    json::object body{{"by", person(saying.by)}, {"note", saying.note}};
    if (letters.empty()) {
        body["letters"] = std::move(words);
    } else {
        json::array numbers;
        for (const auto& letter : letters) {
            std::int64_t number = 0;
            const auto* end = letter.data() + letter.size();
            if (letter.empty() || std::from_chars(letter.data(), end, number).ptr != end)
                return usage(("'" + letter + "' is not the number of a dead letter").c_str());
            numbers.emplace_back(number);
        }
        body["letters"] = std::move(numbers);
    }
    return begin_and_watch(context, body, detach);
}

int letters_drop_command(const Context& context, const std::vector<std::string>& letters,
                         const std::string& reason, const std::string& by) {
    int worst = kDone;
    for (const auto& letter : letters) {
        const int code = act(context, letter_path(letter) + "/drop", {{"reason", reason}, {"by", person(by)}},
                             "dead letter " + letter + " dropped");
        worst = std::max(worst, code);
    }
    return worst;
}

int replay_command(const Context& context, const ReplayWish& wish, const Saying& saying) {
    if (wish.events.empty() == wish.since.empty())
        return usage("say which events: --since (and --until), or --event; see: maillon replay --help");
    json::object body{
        {"by", person(saying.by)}, {"note", saying.note}, {"with_outbound", wish.with_outbound}};
    if (!wish.routes.empty()) body["routes"] = json::array(wish.routes.begin(), wish.routes.end());
    if (wish.events.empty()) {
        json::object span{{"since", wish.since}};
        if (!wish.until.empty()) span["until"] = wish.until;
        body["events"] = std::move(span);
    } else {
        body["events"] = json::array(wish.events.begin(), wish.events.end());
    }
    return begin_and_watch(context, body, wish.detach);
}

int replays_list_command(const Context& context, int limit) {
    return show(context, "/v1/replays" + parameters({{"limit", std::to_string(limit)}}), render_replays);
}

int replays_show_command(const Context& context, const std::string& replay) {
    return show(context, "/v1/replays/" + percent_encode(replay), render_replay);
}

int replays_stop_command(const Context& context, const std::string& replay, const std::string& by) {
    return act(context, "/v1/replays/" + percent_encode(replay) + "/stop", {{"by", person(by)}},
               "replay " + replay + " stopped; runs that it had started go on");
}

}  // namespace maillon::cli
