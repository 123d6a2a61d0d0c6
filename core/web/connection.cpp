#include "core/web/connection.h"

#include "core/web/request_parser.h"
#include "core/web/response_text.h"
#include "core/web/server_core.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <array>
#include <exception>
#include <optional>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace maillon {
inline namespace web {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Timer =
    asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, asio::io_context::executor_type>;

// After an answer that ends a connection early we read on for a moment, or the peer's system may throw the
// answer away.
constexpr std::chrono::seconds kLinger{2};
constexpr std::size_t kReadAtOnce = 16U << 10U;
/// A body up to this size travels in one piece with its head.
constexpr std::size_t kSmallBody = 4U << 10U;

void split_target(HttpRequest& request) {
    std::string_view rest = request.target;
    if (rest.starts_with("http://") || rest.starts_with("https://")) {
        const auto slash = rest.find('/', rest.find("//") + 2);
        rest = slash == std::string_view::npos ? std::string_view("/") : rest.substr(slash);
    }
    const auto mark = rest.find('?');
    request.path = rest.substr(0, mark);
    if (mark != std::string_view::npos) request.query = rest.substr(mark + 1);
}

/// Runs on the server's one thread, but for answer() and wind_down(), which come over to it.
///
/// One timer stands for all patience: it is set no further ahead than the shortest of the limits, so that a
/// new limit, with each part of each request, mostly costs nothing but the look at the clock.
class BeastConnection final : public Connection, public std::enable_shared_from_this<BeastConnection> {
public:
    BeastConnection(ServerCore& core, Socket socket, std::shared_ptr<const HttpHandler> handler,
                    std::string peer, bool refused)
        : core_(core),
          handler_(std::move(handler)),
          peer_(std::move(peer)),
          refused_(refused),
          socket_(std::move(socket)),
          pause_(socket_.get_executor()),
          patience_(socket_.get_executor()) {}

    void start() override { refused_ ? refuse(503, "too many connections\n") : wait(); }
    void wind_down() override {
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            if (self->stage_ == Stage::reading || self->stage_ == Stage::swallowing) self->close();
        });
    }
    void answer(HttpResponse response) override { core_.pass_on(shared_from_this(), std::move(response)); }
    void take(HttpResponse response) override {
        if (stage_ != Stage::handling) return;
        if (response.delay.count() <= 0) return send(std::move(response));
        pause_.expires_after(response.delay);
        pause_.async_wait(
            [self = shared_from_this(), response = std::move(response)](error_code failure) mutable {
                if (!failure && self->stage_ == Stage::handling) self->send(std::move(response));
            });
    }
    std::optional<SteadyClock::time_point> waits_since() const override {
        const bool waits = stage_ == Stage::reading || stage_ == Stage::swallowing;
        return waits ? std::optional(waits_since_) : std::nullopt;
    }
    void give_way() override { close(); }
    void abort() override { close(); }

private:
    enum class Stage { reading, handling, writing, swallowing, closed };

    // Patience

    void expect_within(std::chrono::milliseconds patience) {
        due_ = SteadyClock::now() + patience;
        if (!is_armed_ || patience_.expiry() > *due_) arm();
    }

    void arm() {
        is_armed_ = true;
        patience_.expires_at(std::min(*due_, SteadyClock::now() + core_.shortest_patience));
        patience_.async_wait([self = shared_from_this()](error_code failure) {
            if (failure || self->stage_ == Stage::closed) return;
            self->is_armed_ = false;
            if (!self->due_) return;
            SteadyClock::now() < *self->due_ ? self->arm() : self->lose_patience();
        });
    }

    void lose_patience() {
        due_.reset();
        if (stage_ == Stage::writing) core_.timeouts.fetch_add(1);
        if (stage_ != Stage::reading || !parser_) return close();
        // Whoever has begun a request is told; the read under way comes back first.
        is_late_ = true;
        error_code ignored;
        socket_.cancel(ignored);
    }

    // Reading

    /// Waits for the first byte of a request, as long as a kept-alive connection may be idle.
    void wait() {
        stage_ = Stage::reading;
        waits_since_ = SteadyClock::now();
        if (core_.stops) return close();
        if (buffer_.size() > 0) return begin();
        expect_within(core_.limits.idle_timeout);
        read_more();
    }

    void read_more() {
        socket_.async_read_some(buffer_.prepare(kReadAtOnce),
                                [self = shared_from_this()](error_code failure, std::size_t count) {
                                    self->on_read(failure, count);
                                });
    }

    void on_read(error_code failure, std::size_t count) {
        if (stage_ == Stage::closed) return;
        // Also when more has come in the moment in which patience was lost: nothing limits the rest any more.
        if (is_late_) return refuse_late();
        if (failure) return close();
        buffer_.commit(count);
        parser_ ? parse() : begin();
    }

    void refuse_late() {
        core_.timeouts.fetch_add(1);
        refuse(408, "the request came too slowly\n");
    }

    void begin() {
        parser_.emplace(core_.bodies, core_.limits.max_body);
        parser_->header_limit(static_cast<std::uint32_t>(core_.limits.max_header));
        parser_->body_limit(core_.limits.max_body);
        expect_within(core_.limits.header_timeout);
        parse();
    }

    /// Takes what has come, as far as it goes.
    void parse() {
        while (!parser_->is_done()) {
            if (buffer_.size() == 0) return read_more();
            const bool had_header = parser_->is_header_done();
            error_code failure;
            buffer_.consume(parser_->put(buffer_.data(), failure));
            if (failure == http::error::need_more) {
                if (buffer_.size() > core_.limits.max_header + kReadAtOnce)
                    return on_unreadable(http::error::buffer_overflow);
                return read_more();
            }
            if (failure) return on_unreadable(failure);
            if (!had_header && parser_->is_header_done() && !on_header()) return;
        }
        handle();
    }

    /// Whether to go on reading at once.
    bool on_header() {
        if (parser_->version() >= 11 && !parser_->has_host()) {
            core_.bad_requests.fetch_add(1);
            refuse(400, "a Host field is missing\n");
            return false;
        }
        if (parser_->is_done()) return true;
        parser_->eager(true);
        expect_within(core_.limits.body_timeout);
        if (!parser_->wants_invitation()) return true;
        invite();
        return false;
    }

    /// curl and others wait for this line before they send a long body.
    void invite() {
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(socket_, asio::buffer(kContinue),
                          [self = shared_from_this()](error_code failure, std::size_t) {
                              if (self->stage_ == Stage::closed) return;
                              if (self->is_late_) return self->refuse_late();
                              failure ? self->close() : self->parse();
                          });
    }

    void on_unreadable(error_code failure) {
        if (failure == RequestParser::kNoRoom) {
            core_.bodies_refused.fetch_add(1);
            return refuse(503, "too much is being sent at once; try again later\n");
        }
        core_.bad_requests.fetch_add(1);
        if (failure == http::error::header_limit || failure == http::error::buffer_overflow)
            return refuse(431, "the header fields are too large\n");
        if (failure == http::error::body_limit) return refuse(413, "the body is too large\n");
        refuse(400, "this is no HTTP request\n");
    }

    // Handling

    void handle() {
        due_.reset();
        HttpRequest request = std::move(parser_->request());
        version_ = parser_->version();
        keep_alive_ = parser_->keep_alive();
        parser_.reset();
        request.peer = peer_;
        split_target(request);
        is_head_ = request.method == "HEAD";
        stage_ = Stage::handling;
        core_.requests.fetch_add(1);
        const Responder responder(
            std::make_shared<Responder::Slot>(core_.shared_from_this(), weak_from_this()));
        try {
            (*handler_)(std::move(request), responder);
        } catch (const std::exception&) {
            responder.answer(text_response(500, "the request failed\n"));
        }
        core_.handed_out();
    }

    void send(HttpResponse response) {
        if (response.cut) return close();
        if (!is_sendable(response)) response = text_response(500, "the answer could not be sent\n");
        write(std::move(response), keep_alive_ && !core_.stops);
    }

    // Writing

    /// Answers in our own name and ends the connection, as what follows on it cannot be trusted.
    void refuse(int status, const char* reason) {
        HttpResponse response = text_response(status, reason);
        if (status == 503) response.headers.add("Retry-After", "1");
        is_head_ = false;
        parser_.reset();  // what it holds is others' from now on
        write(std::move(response), false);
    }

    void write(HttpResponse response, bool keep) {
        stage_ = Stage::writing;
        keep_alive_ = keep;
        const bool has_body = response.status != 204 && response.status != 304;
        write_head(response, {version_, keep, has_body}, head_);
        body_.clear();
        if (has_body && !is_head_) {
            if (response.body.size() <= kSmallBody)
                head_ += response.body;
            else
                body_ = std::move(response.body);
        }
        expect_within(core_.limits.write_timeout);
        auto done = [self = shared_from_this()](error_code failure, std::size_t) {
            self->on_written(failure);
        };
        if (body_.empty()) return asio::async_write(socket_, asio::buffer(head_), std::move(done));
        const std::array parts{asio::const_buffer(asio::buffer(head_)),
                               asio::const_buffer(asio::buffer(body_))};
        asio::async_write(socket_, parts, std::move(done));
    }

    void on_written(error_code failure) {
        if (stage_ == Stage::closed) return;
        if (failure) return close();
        body_ = {};
        if (keep_alive_ && !core_.stops) return wait();
        finish_sending();
    }

    // Ending

    /// Tells the peer that nothing more comes, and drops what it still sends until it closes too.
    void finish_sending() {
        error_code ignored;
        socket_.shutdown(asio::socket_base::shutdown_send, ignored);
        stage_ = Stage::swallowing;
        waits_since_ = SteadyClock::now();
        parser_.reset();
        expect_within(kLinger);
        buffer_.clear();
        swallow();
    }

    void swallow() {
        socket_.async_read_some(buffer_.prepare(kReadAtOnce),
                                [self = shared_from_this()](error_code failure, std::size_t) {
                                    if (self->stage_ == Stage::closed) return;
                                    failure ? self->close() : self->swallow();
                                });
    }

    void close() {
        stage_ = Stage::closed;
        parser_.reset();
        pause_.cancel();
        patience_.cancel();
        error_code ignored;
        socket_.close(ignored);
        core_.remove(shared_from_this());
    }

    ServerCore& core_;
    const std::shared_ptr<const HttpHandler> handler_;  // shared with the listener and its other connections
    const std::string peer_;
    const bool refused_;
    Socket socket_;
    Timer pause_;                                 ///< before a delayed answer
    Timer patience_;                              ///< see expect_within
    std::optional<SteadyClock::time_point> due_;  ///< when patience ends
    SteadyClock::time_point waits_since_ = SteadyClock::now();
    beast::flat_buffer buffer_;
    std::optional<RequestParser> parser_;
    std::string head_, body_;  ///< of the answer that is written
    Stage stage_ = Stage::reading;
    unsigned version_ = 11;
    bool keep_alive_ = false;
    bool is_armed_ = false;
    bool is_late_ = false;  ///< the request that is read has lost our patience
    bool is_head_ = false;
};

}  // namespace

std::shared_ptr<Connection> make_connection(ServerCore& core, Socket socket,
                                            std::shared_ptr<const HttpHandler> handler, std::string peer,
                                            bool refused) {
    return std::make_shared<BeastConnection>(core, std::move(socket), std::move(handler), std::move(peer),
                                             refused);
}

}  // namespace web
}  // namespace maillon
