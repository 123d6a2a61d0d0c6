#include "core/net/testing/scripted_client.h"

#include <algorithm>

namespace maillon::testing {
namespace {

bool fits(std::string_view pattern, std::string_view url) {
    if (!pattern.ends_with('*')) return pattern == url;
    pattern.remove_suffix(1);
    return url.starts_with(pattern);
}

std::string line_of(const std::string& method, const std::string& url) {
    return method + " " + url;
}

}  // namespace

using Rule = ScriptedClient::Rule;

Rule& Rule::reply(int status, std::string body, HeaderList headers) {
    return answer([reply = HttpReply{status, std::move(headers), std::move(body)}](const ClientRequest&) {
        return Result<HttpReply>(reply);
    });
}

Rule& Rule::fault(Fault fault) {
    arrives_ = fault.kind == FaultKind::in_doubt;
    return answer([fault = std::move(fault)](const ClientRequest&) { return Result<HttpReply>(fault); });
}

Rule& Rule::answer(Answer answer) {
    answer_ = std::move(answer);
    return *this;
}

Rule& Rule::stream(int status, std::vector<std::string> chunks, HeaderList headers) {
    std::string whole;
    for (const auto& chunk : chunks) whole += chunk;
    chunks_ = std::move(chunks);
    return reply(status, std::move(whole), std::move(headers));
}

Rule& Rule::with_body(std::string exact) {
    body_ = std::move(exact);
    return *this;
}

Rule& Rule::with_header(std::string name, std::string value) {
    headers_.push_back({std::move(name), std::move(value)});
    return *this;
}

Rule& Rule::times(int count) {
    left_ = count;
    return *this;
}

Rule& ScriptedClient::on(std::string method, std::string url) {
    auto rule = std::make_unique<Rule>();
    rule->method_ = std::move(method);
    rule->url_ = std::move(url);
    const std::scoped_lock lock(mutex_);
    return *rules_.emplace_back(std::move(rule)).get();
}

void ScriptedClient::fail_at(int step) {
    const std::scoped_lock lock(mutex_);
    fail_at_ = step;
}

bool ScriptedClient::has_failed() const {
    const std::scoped_lock lock(mutex_);
    return has_failed_;
}

std::vector<ClientRequest> ScriptedClient::arrived() const {
    const std::scoped_lock lock(mutex_);
    return arrived_;
}

std::vector<std::string> ScriptedClient::unexpected() const {
    const std::scoped_lock lock(mutex_);
    return unexpected_;
}

std::vector<std::string> ScriptedClient::missing() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    for (const auto& rule : rules_) {
        if (rule->left_ > 0) out.push_back(line_of(rule->method_, rule->url_));
    }
    return out;
}

bool ScriptedClient::fails_now() {
    if (step_++ != fail_at_) return false;
    has_failed_ = true;
    return true;
}

bool ScriptedClient::answers(const Rule& rule, const ClientRequest& request) {
    if (rule.left_ == 0 || rule.method_ != request.method || !fits(rule.url_, request.url)) return false;
    if (rule.body_ && *rule.body_ != request.body) return false;
    return std::ranges::all_of(
        rule.headers_, [&](const HttpHeader& h) { return find_header(request.headers, h.name) == h.value; });
}

Result<ScriptedClient::Found> ScriptedClient::take(const ClientRequest& request, const Cancel& cancel) {
    if (cancel.is_cancelled()) return Fault{FaultKind::cancelled, request.method + ": cancelled"};
    const std::scoped_lock lock(mutex_);
    if (fails_now()) return retry(request.method + ": scripted failure before it was sent");
    const auto rule = std::ranges::find_if(rules_, [&](const auto& each) { return answers(*each, request); });
    if (rule == rules_.end()) {
        unexpected_.push_back(line_of(request.method, request.url));
        return rejected("the script has no answer to " + unexpected_.back());
    }
    if ((*rule)->left_ > 0) --(*rule)->left_;
    if ((*rule)->arrives_) arrived_.push_back(request);
    return Found{(*rule)->answer_, (*rule)->chunks_, fails_now()};
}

Result<HttpReply> ScriptedClient::send(const ClientRequest& request, SteadyPoint, const Cancel& cancel) {
    auto found = take(request, cancel);
    if (!found) return found.error();
    if (!found->answer)
        return rejected("the rule for " + line_of(request.method, request.url) + " has no answer");
    auto reply = found->answer(request);
    if (found->fail_after)
        return Fault{FaultKind::in_doubt, request.method + ": scripted failure after it was sent"};
    return reply;
}

Result<StreamEnd> ScriptedClient::open(const ClientRequest& request, SteadyPoint, const Cancel& cancel,
                                       const OnHead& on_head, const OnChunk& on_chunk) {
    auto found = take(request, cancel);
    if (!found) return found.error();
    if (!found->answer)
        return rejected("the rule for " + line_of(request.method, request.url) + " has no answer");
    const auto reply = found->answer(request);
    if (!reply) return reply.error();
    if (on_head({reply->status, reply->headers}) == HttpFlow::stop) return StreamEnd::stopped;
    if (found->chunks.empty() && !reply->body.empty()) found->chunks.push_back(reply->body);
    for (const auto& chunk : found->chunks) {
        if (cancel.is_cancelled()) return Fault{FaultKind::cancelled, request.method + ": cancelled"};
        if (on_chunk(chunk) == HttpFlow::stop) return StreamEnd::stopped;
    }
    // The second step of a stream is its end: the connection is cut after the last piece.
    if (found->fail_after) return Fault{FaultKind::in_doubt, request.method + ": scripted cut of the stream"};
    return StreamEnd::finished;
}

}  // namespace maillon::testing
