#include "sample_connector.h"

#include "maillon/kinds.hpp"

MAILLON_MODULE(maillon::sample::Everything, maillon::sample::BatchSink, maillon::sample::Nothing)

namespace maillon::sample {

void fail_as(std::string_view how) {
    if (how == "failure") throw Failure(Code::rate_limited, "too fast", 1234);
    if (how == "exception") throw std::runtime_error("a bug");
    if (how == "odd") throw 7;  // NOLINT: plug-ins of others do such things
}

Schema Everything::schema() {
    return Schema().text("greeting", "What to say", "hello").text("fail", "How create fails", "");
}
EventTypes Everything::events() {
    return EventTypes().type("message.received", "A message came", kinds::Message::schema());
}
Operations Everything::operations() {
    Operation say{"say", "Say it", Schema().text("how", "How to fail")};
    say.outbound = true;
    say.target = {"how"};
    return Operations().add(say);
}

Everything::Everything(Host host, const json::object& config)
    : host_(host), greeting_(config.at("greeting").as_string()) {
    fail_as(config.at("fail").as_string());
    ++alive;
}
Everything::~Everything() {
    --alive;
}

void Everything::connect(Deadline deadline) {
    host_.info("connecting", {{"deadline", std::to_string(deadline.ms)}});
    fail_as(host_.state("connect").value_or(""));
}
void Everything::check(Deadline) {
    fail_as(host_.state("check").value_or(""));
}
PollHint Everything::poll(const PollRequest& want, Emitter& out) {
    if (want.cursor == "end") {
        out.advance("after the end");
        return {5000};
    }
    fail_as(want.cursor);
    NewEvent event{"1:created", "message.received", "thread-1", json::object{{"text", greeting_}}, 42, "1",
                   "hub"};
    out.emit(event, "after 1");
    return {};
}
void Everything::receive(const HttpRequest& request, Emitter& out, HttpAnswer& answer) {
    fail_as(request.query("fail").value_or(""));
    out.emit({"w:1", "message.received", "k", json::object{{"body", request.body()}}, 0});
    answer.set(202, request.header("X-Sample"), "text/html");
}
Outcome Everything::deliver(const Call& call) {
    const auto arguments = call.arguments();
    fail_as(arguments.at("how").as_string());
    return done(json::object{{"said", greeting_}}, "remote-1", "rev-1");
}
void Everything::reconcile(const Batch& batch, Reporter& reporter) {
    for (std::size_t i = 0; i < batch.size(); ++i)
        reporter.report(i, fail(Code::in_doubt, std::string(batch[i].idempotency_key())));
}
bool Everything::read_directory(const DirectoryRequest& want, Emitter& out) {
    json::array fields;
    for (const auto& name : want.fields) fields.emplace_back(json::string(name));
    out.emit({"r", "record.read", "r", json::object{{"module", want.module}, {"fields", fields}}, 0}, "c1");
    return want.cursor == "c1";
}
json::value Everything::process(const Call& event) {
    const auto body = event.arguments();
    fail_as(body.at("how").as_string());
    return json::object{{"type", event.type()}};
}
void Everything::cancel() {
    ++cancels;
}

void BatchSink::deliver(const Batch& batch, Reporter& reporter) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto call = batch[i];
        if (call.operation() == "skip") continue;
        if (call.operation() == "stop") throw Failure(Code::retry, "no more");
        reporter.report(i, done(json::object{{"deadline", batch.deadline().ms}}));
    }
}

}  // namespace maillon::sample
