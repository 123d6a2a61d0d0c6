#include "maillon/sdk.hpp"

#include <limits>

namespace maillon::sample {

/// Plays every role and does what its input says.
class Sample {
public:
    static constexpr Info info{
        "sample", "Sample", "1.2.3", "Tests", "For the tests of the hub", "https://example.com/docs", 0, 3};

    static Schema schema() {
        return Schema().text("greeting", "What to say", "hello").text("fail", "How create fails", "");
    }
    static EventTypes events() {
        return EventTypes().type("message.received", "A message came", json::object{{"type", "object"}});
    }
    static Operations operations() {
        Operation say{"say", "Say it", Schema().text("how", "How it ends")};
        say.outbound = true;
        say.target = {"how"};
        Operation look{"look", "Look at it", Schema()};
        look.reads = true;
        Operation put{"put", "Put it", Schema()};
        put.idempotent = true;
        return Operations().add(say).add(look).add(put).process(
            "Says it back", Schema().text("how", "What to say"),
            {{"type", "object"}, {"properties", {{"type", {{"type", "string"}}}, {"said", json::object{}}}}});
    }

    Sample(Host host, const json::object& config)
        : host_(host), greeting_(config.at("greeting").as_string()) {
        if (config.at("fail").as_string() == "config") throw Failure(Code::config, "/greeting is not polite");
    }

    void connect(Deadline deadline) {
        if (host_.monotonic_ms() > deadline.ms) throw Failure(Code::retry, "no time left");
    }
    void check(Deadline) { throw Failure(Code::auth, "the token was revoked"); }

    PollHint poll(const PollRequest& want, Emitter& out) {
        if (want.cursor == "end") return {5000};
        out.emit(
            {"1:created", "message.received", "thread-1", json::object{{"text", greeting_}}, 42, "1", "hub"},
            "after 1");
        if (want.cursor == "broken") throw Failure(Code::rate_limited, "slow down", 1500);
        out.emit({"2:created", "message.received", "thread-1", json::object{{"most", want.max_events}}, 43},
                 "after 2");
        return {250};
    }
    void receive(const HttpRequest& request, Emitter& out, HttpAnswer& answer) {
        if (request.query("token").value_or("") != "good") throw Failure(Code::rejected, "bad signature");
        out.emit({"w:1", "message.received", "k", json::object{{"body", request.body()}}, 0});
        answer.set(202, request.header("X-Sample"), "text/html");
    }
    bool read_directory(const DirectoryRequest& want, Emitter& out) {
        json::array fields;
        for (const auto& name : want.fields) fields.emplace_back(json::string(name));
        out.emit({"r", "record.read", "r-1", json::object{{"module", want.module}, {"fields", fields}}, 0},
                 "c1");
        return want.cursor == "c1";
    }

    void deliver(const Batch& batch, Reporter& reporter) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto call = batch[i];
            const std::string how(call.arguments().at("how").as_string());
            if (how == "skip") continue;
            if (how == "stop") throw Failure(Code::in_doubt, "the line was cut");
            if (how == "odd") {
                reporter.report(i, fail(static_cast<Code>(77), "what?"));
                continue;
            }
            if (how == "endless") {
                const std::string page = "\xff" + std::string(100'000, 'x');
                reporter.report(i, fail(Code::rate_limited, page, std::numeric_limits<std::uint64_t>::max()));
                continue;
            }
            reporter.answer(i, [&] { return one(call, how, batch.deadline()); });
            if (how == "twice") reporter.report(i, fail(Code::rejected, "changed its mind"));
        }
        reporter.report(batch.size() + 5, fail(Code::rejected, "beyond the end"));
    }
    void reconcile(const Batch& batch, Reporter& reporter) {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (batch[i].arguments().at("how").as_string() == "arrived")
                reporter.report(i, done(json::object{{"id", "r-9"}}, "r-9"));
        }
    }
    json::value process(const Call& event) {
        return json::object{{"type", event.type()}, {"said", event.arguments().at("how")}};
    }

private:
    Outcome one(const Call& call, const std::string& how, Deadline deadline) {
        if (how == "throw") throw std::runtime_error("a bug");
        if (how == "failure") throw Failure(Code::rate_limited, "too fast", 1234);
        if (how == "secret") return done(json::object{{"secret", host_.secret("token")}});
        if (how == "put secret") host_.store_secret("token", "new");
        if (how == "state") return done(remember());
        if (how == "sleep") host_.sleep(3'600'000);
        if (how == "http") return fetch(deadline);
        if (how == "tell") tell();
        return done(
            json::object{{"said", greeting_}, {"key", call.idempotency_key()}, {"attempt", call.attempt()}},
            "remote-1", "rev-1");
    }
    json::value remember() {
        const auto before = host_.state("seen");
        host_.set_state("seen", "yes");
        return json::object{{"before", before ? json::value(*before) : json::value()},
                            {"now", *host_.state("seen")}};
    }
    Outcome fetch(Deadline deadline) {
        const auto reply =
            host_.send({"GET", "https://remote.test/it", {{"X-From", "sample"}}, ""}, deadline);
        return done(json::object{
            {"status", reply.status}, {"kind", reply.header("content-type")}, {"body", reply.body}});
    }
    void tell() {
        host_.info("something happened", {{"where", "here"}});
        host_.count("sample_things_total", 2, {{"kind", "odd"}});
        host_.budget("posts", 90, 100, 1'000);
        host_.info(host_.endpoint("/hook"));
    }

    Host host_;
    std::string greeting_;
};

}  // namespace maillon::sample

MAILLON_MODULE(maillon::sample::Sample)
