#include "core/net/beast/exchange.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace maillon::net {
namespace {

using std::chrono::milliseconds;
using End = Outcome::End;

constexpr int kMostInterim = 16;
/// What may wait unparsed beyond the header's limit: the rest of one read.
constexpr std::size_t kLine = 16 * 1024;

/// The time-out that a server announces ("Keep-Alive: timeout=5, max=100"), less a second for the way.
std::optional<milliseconds> announced_idle(const HttpHead& head) {
    const auto value = find_header(head.headers, "Keep-Alive");
    const auto at = value ? value->find("timeout=") : std::string_view::npos;
    if (at == std::string_view::npos) return std::nullopt;
    const auto digits = value->substr(at + 8);
    std::uint32_t seconds = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), seconds).ec != std::errc{})
        return std::nullopt;
    return std::chrono::seconds{seconds > 0 ? seconds - 1 : 0};
}

}  // namespace

Exchange::Exchange(Transport& transport, std::vector<char>& buffer, const Patience& patience,
                   const BeastClient::Limits& limits, std::optional<std::size_t> body_limit, ReplySink& sink)
    : transport_(transport),
      buffer_(buffer),
      patience_(patience),
      limits_(limits),
      body_limit_(body_limit),
      sink_(sink),
      out_before_(transport_.bytes_out()),
      idle_(limits.idle) {}

Outcome Exchange::run(const Request& request) {
    no_body_follows_ = request.no_body_follows;
    auto step = write(request.head);
    if (step == Step::go_on && !has_early_answer()) step = write(request.body);
    written_ = !has_early_answer();
    if (step == Step::go_on) read_answer();
    outcome_.sent = transport_.bytes_out() > out_before_;
    return std::move(outcome_);
}

/// Ends with `go_on` when all is written, or when there is an answer to read before that.
Exchange::Step Exchange::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto io = transport_.write(bytes);
        switch (io.state) {
            case Io::State::done: bytes.remove_prefix(io.bytes); break;
            case Io::State::want_read:
            case Io::State::want_write:
                if (write_blocked(io.state) == Step::ended) return Step::ended;
                if (has_early_answer()) return Step::go_on;
                break;
            case Io::State::closed:
            case Io::State::failed:
                // The server may have said why before it closed.
                fail(End::cut, transport_.error());
                if (transport_.bytes_out() > out_before_ && read_some() == Step::go_on &&
                    has_early_answer()) {
                    return Step::go_on;
                }
                return fail(End::cut, transport_.error());
        }
    }
    return Step::go_on;
}

Exchange::Step Exchange::write_blocked(Io::State want) {
    pollfd fd{transport_.fd(), static_cast<short>(want == Io::State::want_write ? POLLOUT | POLLIN : POLLIN),
              0};
    const auto wake = patience_.wait(std::span(&fd, 1), patience_.phase(limits_.quiet));
    if (wake != Wake::ready) return fail(wake, "the server to take the request");
    if ((fd.revents & POLLIN) == 0) return Step::go_on;
    const auto got = read_some();
    return has_early_answer() ? Step::go_on : got;
}

Exchange::Step Exchange::read_answer() {
    auto step = Step::go_on;
    auto until = patience_.phase(limits_.first_byte);
    bool wait =
        written_ && !transport_.has_pending();  // an answer cannot be there before its request is read
    if (has_early_answer()) step = parse();
    while (step == Step::go_on) {
        if (wait) {
            const auto wake = patience_.wait(transport_.fd(), POLLIN, until);
            if (wake != Wake::ready) return fail(wake, "the answer");
        }
        const auto before = filled_;
        step = read_some();
        wait = filled_ == before;
        if (step == Step::go_on && !wait) {
            step = parse();
            until = patience_.phase(limits_.quiet);
        }
    }
    return step;
}

/// Reads once, behind what is there. Nothing may come; then nothing changes.
Exchange::Step Exchange::read_some() {
    if (filled_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
    for (;;) {
        const auto io = transport_.read(std::span(buffer_).subspan(filled_));
        switch (io.state) {
            case Io::State::done:
                filled_ += io.bytes;
                outcome_.answered = true;
                return Step::go_on;
            case Io::State::want_read: return Step::go_on;
            case Io::State::closed: return read_end();
            case Io::State::failed: return fail(End::cut, transport_.error());
            case Io::State::want_write: break;  // TLS must write before it can read
        }
        const auto wake = patience_.wait(transport_.fd(), POLLOUT, patience_.phase(limits_.quiet));
        if (wake != Wake::ready) return fail(wake, "the connection");
    }
}

Exchange::Step Exchange::read_end() {
    if (!parser_ || !head_passed_) return fail(End::cut, "the server closed the connection");
    const auto state = parser_->feed_end();
    if (state == ReplyParser::State::broken) return fail(End::cut, "the server closed the connection");
    idle_ = milliseconds{0};
    return after(state);
}

Exchange::Step Exchange::parse() {
    std::string_view bytes(buffer_.data(), filled_);
    auto step = Step::go_on;
    while (step == Step::go_on && !bytes.empty()) {
        if (!parser_) {
            parser_.emplace(ReplyParser::Limits{limits_.header_bytes, body_limit_}, no_body_follows_,
                            [this](std::string_view body) {
                                // Beast hands out body bytes in the same call as the head.
                                if (pass_head() == Step::ended) return HttpFlow::stop;
                                return sink_.on_body(body);
                            });
        }
        const auto state = parser_->feed(bytes);
        filled_ = bytes.size();
        step = after(state);
        if (state == ReplyParser::State::hungry) break;
    }
    if (step == Step::go_on && !bytes.empty()) std::memmove(buffer_.data(), bytes.data(), bytes.size());
    if (step == Step::go_on && filled_ > limits_.header_bytes + kLine) {
        return fail(End::too_large, "a line of the answer is too long");
    }
    return step;
}

Exchange::Step Exchange::after(ReplyParser::State state) {
    using State = ReplyParser::State;
    if (state == State::too_large) return fail(End::too_large, parser_->error());
    if (state == State::broken) return fail(End::broken, parser_->error());
    if (parser_->has_head() && pass_head() == Step::ended) return Step::ended;
    if (state == State::stopped) return fail(End::stopped);
    if (state == State::hungry) return Step::go_on;
    if (!head_passed_) {  // an interim answer: the next one is read afresh
        parser_.reset();
        return Step::go_on;
    }
    outcome_.end = End::finished;
    if (written_ && filled_ == 0 && idle_ > milliseconds{0} && parser_->keeps_alive())
        outcome_.reusable = idle_;
    return Step::ended;
}

/// Hands the head to the sink, once, unless it is an interim one.
Exchange::Step Exchange::pass_head() {
    if (head_passed_) return Step::go_on;
    auto head = parser_->take_head();
    if (head.status == 101) return fail(End::broken, "it switches to a protocol that was not asked for");
    if (head.status < 200) {
        return ++interim_ > kMostInterim ? fail(End::broken, "it sends interim answers without end")
                                         : Step::go_on;
    }
    head_passed_ = true;
    outcome_.status = head.status;
    if (const auto idle = announced_idle(head)) idle_ = std::min(idle_, *idle);
    return sink_.on_head(std::move(head)) == HttpFlow::stop ? fail(End::stopped) : Step::go_on;
}

Exchange::Step Exchange::fail(End end, std::string why) {
    outcome_.end = end;
    outcome_.why = std::move(why);
    return Step::ended;
}

Exchange::Step Exchange::fail(Wake wake, std::string_view waited_for) {
    return fail(wake == Wake::cancelled ? End::cancelled : End::late,
                "waiting for " + std::string(waited_for));
}

}  // namespace maillon::net
