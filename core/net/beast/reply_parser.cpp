#include "core/net/beast/reply_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <limits>

namespace maillon::net {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

/// Gets the pieces of the message from Beast's parser. Names and return types are Beast's.
class ReplyParser::Beast final : public http::basic_parser<false> {
public:
    Beast(Limits limits, bool answers_head, OnBody on_body) : on_body_(std::move(on_body)) {
        constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
        header_limit(static_cast<std::uint32_t>(std::min(limits.header_bytes, most)));
        if (limits.body_bytes) {
            body_limit(*limits.body_bytes);
        } else {
            body_limit(boost::none);
        }
        skip(answers_head);
        eager(true);
    }

    State state_after(const error_code& error) {
        if (stopped_) return State::stopped;
        if (error && error != http::error::need_more) {
            failure = error.message();
            const bool large = error == http::error::header_limit || error == http::error::body_limit;
            return large ? State::too_large : State::broken;
        }
        return is_done() ? State::done : State::hungry;
    }

    HttpHead head;
    std::string failure;

private:
    void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
    void on_response_impl(int code, string_view, int, error_code&) override { head.status = code; }
    void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
        if (in_body_) return;  // trailers: nobody asked for them
        head.headers.push_back({std::string(name), std::string(value)});
    }
    void on_header_impl(error_code&) override { in_body_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code& error) override { return pass_on(body, error); }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) override {
        return pass_on(body, error);
    }
    void on_finish_impl(error_code&) override {}

    std::size_t pass_on(string_view body, error_code& error) {
        if (body.empty() || on_body_({body.data(), body.size()}) == HttpFlow::go_on) return body.size();
        stopped_ = true;
        error = http::error::end_of_stream;
        return body.size();
    }

    OnBody on_body_;
    bool in_body_ = false;
    bool stopped_ = false;
};

ReplyParser::ReplyParser(Limits limits, bool answers_head, OnBody on_body)
    : beast_(std::make_unique<Beast>(limits, answers_head, std::move(on_body))) {}

ReplyParser::~ReplyParser() = default;

ReplyParser::State ReplyParser::feed(std::string_view& bytes) {
    error_code error;
    while (!bytes.empty() && !beast_->is_done()) {
        const auto used = beast_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
        bytes.remove_prefix(used);
        if (error || used == 0) break;
    }
    return beast_->state_after(error);
}

ReplyParser::State ReplyParser::feed_end() {
    error_code error;
    if (!beast_->got_some()) {
        error = http::error::end_of_stream;
    } else {
        beast_->put_eof(error);
    }
    return beast_->state_after(error);
}

bool ReplyParser::has_head() const {
    return beast_->is_header_done();
}

HttpHead ReplyParser::take_head() {
    return std::move(beast_->head);
}

bool ReplyParser::keeps_alive() const {
    return beast_->keep_alive();
}

const std::string& ReplyParser::error() const {
    return beast_->failure;
}

}  // namespace maillon::net
