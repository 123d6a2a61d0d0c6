#include "outside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace maillon::outside {
namespace {

constexpr std::uint64_t kPollPause = 5;

json::object body_schema() {
    return {{"type", "object"},
            {"properties", json::object{{"id", {{"type", "string"}}},
                                        {"key", {{"type", "string"}}},
                                        {"n", {{"type", "integer"}}},
                                        {"at", {{"type", "integer"}}},
                                        {"text", {{"type", "string"}}}}},
            {"required", json::array{"id", "key", "n"}}};
}

NewEvent event_of(json::object body) {
    NewEvent out;
    out.id = body.at("id").as_string();
    out.type = "message.received";
    out.key = body.at("key").as_string();
    out.subject = out.id;
    out.data = std::move(body);
    return out;
}

std::string text_of(const json::value& from) {
    return from.is_string() ? std::string(from.as_string()) : json::serialize(from);
}

}  // namespace

Schema Outside::schema() {
    return Schema()
        .text("folder", "Where the files are")
        .text("key", "Key of the signature", "maillon-secret");
}

EventTypes Outside::events() {
    return EventTypes().type("message.received", "Something happened", body_schema());
}

Operations Outside::operations() {
    return Operations()
        .add({"write", "Do it",
              Schema()
                  .text("key", "Of the thread")
                  .integer("n", "Number in the thread")
                  .integer("at", "Since", 0)})
        .add({"nothing", "Do nothing at all", Schema().text("key", "Of the thread")});
}

Outside::Outside(Host host, const json::object& config)
    : host_(host), folder_(config.at("folder").as_string()), key_(config.at("key").as_string()) {
    effects_ = ::open((folder_ + "/effects").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (effects_ < 0) throw Failure(Code::config, "the folder " + folder_ + " cannot be written");
}

void Outside::connect(Deadline) {
    const auto now = mood();
    if (now == "hang_login" || now == "deaf_login") hang(now == "deaf_login");
}

PollHint Outside::poll(const PollRequest& request, Emitter& out) {
    std::ifstream source(folder_ + "/source");
    const std::int64_t at = request.cursor.empty() ? 0 : std::stoll(std::string(request.cursor));
    source.seekg(at);
    std::vector<NewEvent> found;
    std::int64_t end = at;
    std::string line;
    while (found.size() < request.max_events && std::getline(source, line) && !source.eof()) {
        end += static_cast<std::int64_t>(line.size()) + 1;
        found.push_back(event_of(json::parse(line).as_object()));
    }
    if (found.empty()) return {kPollPause};
    if (mood() == "garbage") {
        found.push_back({"", "message.received", "x", json::object{}});
        found.push_back({std::string("\xff\xfe"), "message.received", "x", json::object{}});
        found.push_back({"no-type", "NO TYPE", "x", json::object{}});
        found.push_back({std::string(100'000, 'x'), "message.received", "x", json::object{}});
        found.push_back({"no-object", "message.received", "x", json::value(7)});
    }
    out.emit(found, std::to_string(end));
    return {};
}

void Outside::receive(const HttpRequest& request, Emitter& out, HttpAnswer& answer) {
    if (!signature_.is_signed(key_, request.body(), request.header("X-Hub-Signature-256"))) {
        answer.set(403, "not signed\n");
        return;
    }
    auto body = parsed_json(request.body());
    auto* object = body ? body->if_object() : nullptr;
    if (!object || !object->contains("id") || !object->contains("key")) {
        answer.set(400, "an event has an id and a key\n");
        return;
    }
    out.emit(event_of(std::move(*object)));
}

void Outside::deliver(const Batch& batch, Reporter& reporter) {
    const auto now = mood();
    if (now == "hang" || now == "deaf") hang(now == "deaf");
    // As every request of HTTP would be refused.
    if (host_.cancelled()) throw Failure(Code::cancelled, "it was cancelled");
    if (now == "throw") throw std::out_of_range("vector::_M_range_check");
    if (now == "garbage") return report_garbage(batch, reporter);
    for (std::size_t i = 0; i < batch.size(); ++i) reporter.answer(i, [&] { return take(batch[i], now); });
}

Outcome Outside::take(const Call& call, const std::string& mood) {
    if (call.operation() == "nothing") return done({});
    if (mood == "limited") return fail(Code::rate_limited, "too many", 50);
    if (mood == "down") return fail(Code::not_connected, "nobody there");
    if (mood == "cut") return cut(call);
    if (mood == "lose" && cuts_++ == 0) return fail(Code::in_doubt, "the answer was lost");
    write(call);
    if (mood == "die") ::raise(SIGKILL);
    return done(json::object{{"written", true}});
}

Outcome Outside::cut(const Call& call) {
    if (++cuts_ % 2 == 0) write(call);
    return fail(Code::in_doubt, "the connection was cut before the answer");
}

void Outside::write(const Call& call) {
    const auto arguments = call.arguments();
    const auto line = std::string(call.idempotency_key()) + '\t' + text_of(arguments.at("key")) + '\t' +
                      text_of(arguments.at("n")) + '\t' + text_of(arguments.at("at")) + '\t' +
                      std::to_string(host_.now_ms()) + '\n';
    if (::write(effects_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        throw Failure(Code::retry, "the effects cannot be written");
}

void Outside::hang(bool deaf) const {
    std::ofstream(folder_ + "/hangs").flush();
    while (deaf || !host_.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    throw Failure(Code::cancelled, "stopping");
}

/// Answers of a kind that no host should believe: for others' calls, twice, with broken texts; the last call
/// gets no answer at all.
void Outside::report_garbage(const Batch& batch, Reporter& reporter) {
    reporter.report(batch.size() + 7, done("for nobody"));
    for (std::size_t i = 0; i + 1 < batch.size(); ++i) {
        if (i % 3 == 0) {
            reporter.report(i, {static_cast<Code>(4711), "\xff", "\xc3", std::string(70'000, '\x01'), {}, 0});
        } else {
            write(batch[i]);
            reporter.report(i, done(json::array{1, 2}, std::string(70'000, 'x'), "\xff\xfe"));
            reporter.report(i, fail(Code::rejected, "and then again not"));
        }
    }
}

void Outside::reconcile(const Batch& batch, Reporter& reporter) {
    const auto now = mood();
    const bool is_mute = now == "mute" || now == "lose";
    learn();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (is_mute) {
            reporter.report(i, fail(Code::in_doubt, "nobody can tell"));
            continue;
        }
        const bool arrived = done_.contains(std::string(batch[i].idempotency_key()));
        reporter.report(i, arrived ? done(json::object{{"written", true}})
                                   : fail(Code::retry, "it is not among the effects"));
    }
}

/// Reads what was written since the last time.
void Outside::learn() {
    std::ifstream effects(folder_ + "/effects");
    effects.seekg(learnt_);
    for (std::string line; std::getline(effects, line) && !effects.eof();) {
        learnt_ += static_cast<std::int64_t>(line.size()) + 1;
        done_.insert(line.substr(0, line.find('\t')));
    }
}

std::string Outside::mood() const {
    std::ifstream file(folder_ + "/mood");
    std::string word;
    file >> word;
    return word;
}

}  // namespace maillon::outside

MAILLON_MODULE(maillon::outside::Outside)
