#include "core/cli/person_commands.h"

#include "core/cli/application.h"
#include "core/cli/asking.h"
#include "core/cli/progress.h"
#include "core/cli/render.h"
#include "core/event/json_text.h"

#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <thread>

namespace maillon::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kPause{200};
/// A hub that is started again is waited for so long.
constexpr int kMostSilences = 300;

/// A hub that took on a new configuration has forgotten what it was looking for.
constexpr int kMostBeginnings = 5;

std::string text_of_state(const json::object& answer) {
    return answer.contains("search") ? text_of(answer, "state") : "found";
}

std::int64_t figure(const json::object& answer, const char* name) {
    const auto* found = answer.if_contains(name);
    return found && found->is_int64() ? found->get_int64() : 0;
}

/// The answer of a search that the hub has begun; what it says of itself when it was ended there.
std::optional<json::object> wait_for(const Context& context, json::object search, int& exit_code) {
    const auto path = "/v1/searches/" + std::to_string(figure(search, "search"));
    std::optional<json::object> answer(std::move(search));
    Progress bar;
    bar.counts_bytes = false;
    auto pause = kPause / 10;
    while (answer && (text_of_state(*answer) == "waiting" || text_of_state(*answer) == "looking")) {
        const auto turn = figure(*answer, "turn");
        const auto what = turn == 0 ? "looking" : "looking, turn " + std::to_string(turn + 1);
        if (!bar(what, figure(*answer, "looked_at"), figure(*answer, "of"))) {
            bar.clear();
            ask(context, "POST", path + "/cancel", {}, exit_code);
            std::fputs("maillon: the search was ended\n", stderr);
            exit_code = kFailed;
            return std::nullopt;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, kPause);
        answer = ask_hub(context, "GET", path);
        if (answer) continue;
        bar.clear();
        answer = ask(context, "GET", path, {}, exit_code);  // says why
    }
    return answer;
}

std::optional<json::object> post(const Context& context, const char* word, const json::object& body,
                                 int& exit_code) {
    for (int beginnings = 0; beginnings < kMostBeginnings; ++beginnings) {
        auto answer =
            ask(context, "POST", std::string("/v1/persons/") + word, json::serialize(body), exit_code);
        if (answer && answer->contains("search")) answer = wait_for(context, std::move(*answer), exit_code);
        if (!answer || text_of_state(*answer) == "found") return answer;
    }
    std::fputs("maillon: the hub takes on new configurations faster than it finds anybody; try again later\n",
               stderr);
    exit_code = kFailed;
    return std::nullopt;
}

int print(const Context& context, const json::object& answer,
          const std::function<std::string(const json::object&)>& render) {
    std::fputs(context.json ? (json_text(answer) + '\n').c_str() : render(answer).c_str(), stdout);
    return kDone;
}

int fail(const std::string& sentence, int code = kFailed) {
    std::fprintf(stderr, "maillon: %s\n", sentence.c_str());
    return code;
}

/// For its owner's eyes; never in place of another file.
bool write_new(const std::string& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto wrote = ::write(file, text.data() + at, text.size() - at);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) break;
        at += static_cast<std::size_t>(wrote);
    }
    const bool is_kept = at == text.size() && ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    if (!is_kept) ::unlink(path.c_str());
    errno = error;
    return is_kept;
}

bool is_confirmed() {
    std::fputs("Erase all of this? It cannot be undone. Type yes: ", stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "yes";
}

bool is_done(const json::object& erasure) {
    return text_of(erasure, "state") == "done";
}

/// Waits until it is done; nothing when the hub went away or somebody left.
std::optional<json::object> watch(const Context& context, json::object erasure) {
    const auto number = text_of(erasure, "id");
    Progress bar;
    bar.counts_bytes = false;
    std::string told;
    for (int silences = 0; !is_done(erasure);) {
        std::this_thread::sleep_for(kPause);
        auto next = ask_hub(context, "GET", "/v1/erasures/" + number);
        if (!next && ++silences == kMostSilences) {
            fail("the hub does not answer any more; the erasure goes on when it runs again");
            return std::nullopt;
        }
        if (!next) continue;
        silences = 0;
        erasure = std::move(*next);
        const auto trouble = text_of(erasure, "trouble");
        if (!trouble.empty() && trouble != told) {
            bar.clear();
            fail(trouble + "; the hub tries it again");
            told = trouble;
        }
        const bool is_removing = text_of(erasure, "state") == "removing";
        const auto looked_at = is_removing ? figure(erasure, "looked_at") : 0;
        if (!bar(is_removing ? "erasing" : "compacting", looked_at,
                 is_removing ? figure(erasure, "of") : 0)) {
            bar.clear();
            fail("the hub goes on with erasure " + number + "; see: maillon person erased");
            return std::nullopt;
        }
    }
    return erasure;
}

}  // namespace

int person_find_command(const Context& context, const PersonWish& wish) {
    int exit_code = kDone;
    const auto answer = post(context, "find", {{"what", wish.what}}, exit_code);
    return answer ? print(context, *answer, render_person) : exit_code;
}

int person_export_command(const Context& context, const PersonWish& wish) {
    int exit_code = kDone;
    const auto answer = post(context, "export", {{"what", wish.what}}, exit_code);
    if (!answer) return exit_code;
    const auto text = pretty(*answer) + '\n';
    if (wish.output == "-") {
        std::fputs(text.c_str(), stdout);
        return kDone;
    }
    if (!write_new(wish.output, text)) return fail("writing " + wish.output + ": " + std::strerror(errno));
    json::object told = *answer;
    told["holds"] = answer->at("summary");
    if (context.json)
        std::printf("%s\n",
                    json_text(json::object{{"file", wish.output}, {"summary", told["holds"]}}).c_str());
    else
        std::printf("%s\n%s: %s, readable by you alone\n", render_person(told).c_str(), wish.output.c_str(),
                    bytes_text(static_cast<std::int64_t>(text.size())).c_str());
    return kDone;
}

int person_erase_command(const Context& context, const PersonWish& wish) {
    int exit_code = kDone;
    json::object body{
        {"what", wish.what}, {"reason", wish.reason}, {"by", person(wish.by)}, {"dry_run", true}};
    if (wish.dry_run || !wish.yes) {
        const auto answer = post(context, "erase", body, exit_code);
        if (!answer) return exit_code;
        if (wish.dry_run) return print(context, *answer, render_person);
        if (::isatty(STDIN_FILENO) == 0)
            return fail("nothing was erased: say --yes, or --dry-run to see what would be", kUsage);
        std::fputs(render_person(*answer).c_str(), stderr);
        if (!is_confirmed()) return fail("nothing was erased");
    }
    body["dry_run"] = false;
    auto begun = post(context, "erase", body, exit_code);
    if (!begun) return exit_code;
    const auto records = begun->at("records"), shared = begun->at("not_followed");
    auto done = watch(context, std::move(*begun));
    if (!done) return kNoHub;
    (*done)["records"] = records;
    (*done)["not_followed"] = shared;
    return print(context, *done, render_erasure);
}

int person_erased_command(const Context& context, const PersonWish& wish) {
    return show(context, "/v1/erasures" + parameters({{"limit", std::to_string(wish.limit)}}),
                render_erasures);
}

int person_readmit_command(const Context& context, const PersonWish& wish) {
    int exit_code = kDone;
    const auto answer = post(context, "readmit", {{"what", wish.what}}, exit_code);
    if (!answer) return exit_code;
    return print(context, *answer, [](const json::object&) {
        return std::string("what comes of them from now on is taken in again\n");
    });
}

}  // namespace maillon::cli
