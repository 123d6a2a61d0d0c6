#include "core/web/connection.h"

#include "core/web/server_core.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <ctime>
#include <exception>
#include <optional>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace maillon {
inline namespace web {
namespace {

// After an answer that ends a connection early we read on for a moment, or the peer's system may throw the
// answer away.
constexpr std::chrono::seconds kLinger{2};
constexpr std::size_t kReadAtOnce = 16U << 10U;

/// The date as IMF-fixdate (RFC 9110 section 5.6.7).
std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

bool is_token(std::string_view name) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    if (name.empty() || name.size() > 256) return false;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && kOthers.find(c) == std::string_view::npos) return false;
    }
    return true;
}

bool is_field_value(std::string_view value) {
    if (value.size() > 16'384) return false;
    for (const char c : value) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

/// A handler may have put foreign text into a field; a line break there would be a second answer.
bool is_sendable(const HttpResponse& response) {
    if (response.status < 200 || response.status > 599) return false;
    for (const auto& [name, value] : response.headers.fields) {
        if (!is_token(name) || !is_field_value(value)) return false;
    }
    return true;
}

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

class BeastConnection final : public Connection, public std::enable_shared_from_this<BeastConnection> {
public:
    using Stream = beast::basic_stream<asio::generic::stream_protocol>;

    BeastConnection(ServerCore& core, asio::generic::stream_protocol::socket socket,
                    std::shared_ptr<const HttpHandler> handler, std::string peer, bool refused)
        : core_(core),
          handler_(std::move(handler)),
          peer_(std::move(peer)),
          refused_(refused),
          stream_(std::move(socket)),
          pause_(stream_.get_executor()),
          patience_(stream_.get_executor()) {}

    void start() override {
        on_strand(
            [](BeastConnection& me) { me.refused_ ? me.refuse(503, "too many connections\n") : me.wait(); });
    }
    void wind_down() override {
        on_strand([](BeastConnection& me) {
            if (me.stage_ == Stage::reading) me.close();
        });
    }
    void answer(HttpResponse response) override {
        on_strand(
            [response = std::move(response)](BeastConnection& me) mutable { me.take(std::move(response)); });
    }
    void abort() override { close(); }

private:
    enum class Stage { reading, handling, writing, closed };

    template <class Work>
    void on_strand(Work work) {
        asio::dispatch(stream_.get_executor(),
                       [self = shared_from_this(), work = std::move(work)]() mutable { work(*self); });
    }

    /// A completion handler that keeps this object alive and does nothing once the connection is closed.
    template <class Step>
    auto then(Step step) {
        return [self = shared_from_this(), step](error_code failure, std::size_t) {
            if (self->stage_ == Stage::closed) return;
            ((*self).*step)(failure);
        };
    }

    // Reading

    /// Waits for the first byte of a request, as long as a kept-alive connection may be idle.
    void wait() {
        stage_ = Stage::reading;
        if (core_.stops) return close();
        if (buffer_.size() > 0) return read_header();
        stream_.expires_after(core_.limits.idle_timeout);
        stream_.async_read_some(buffer_.prepare(kReadAtOnce),
                                [self = shared_from_this()](error_code failure, std::size_t count) {
                                    if (self->stage_ == Stage::closed) return;
                                    if (failure) return self->close();
                                    self->buffer_.commit(count);
                                    self->read_header();
                                });
    }

    void read_header() {
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(core_.limits.max_header));
        parser_->body_limit(core_.limits.max_body);
        expect_within(core_.limits.header_timeout);
        http::async_read_header(stream_, buffer_, *parser_, then(&BeastConnection::on_header));
    }

    /// Ends the read that follows when it takes longer. A timer of our own: the stream's would close the
    /// socket, and nobody could be told why.
    void expect_within(std::chrono::milliseconds patience) {
        stream_.expires_never();
        is_late_ = false;
        patience_.expires_after(patience);
        patience_.async_wait([self = shared_from_this()](error_code failure) {
            const bool is_old = self->patience_.expiry() > std::chrono::steady_clock::now();
            if (failure || is_old || self->stage_ != Stage::reading || !self->parser_) return;
            self->is_late_ = true;
            self->stream_.cancel();
        });
    }

    void on_header(error_code failure) {
        if (failure) return on_unreadable(failure);
        patience_.cancel();
        const auto& message = parser_->get();
        if (message.version() >= 11 && message.find(http::field::host) == message.end()) {
            core_.bad_requests.fetch_add(1);
            return refuse(400, "a Host field is missing\n");
        }
        if (parser_->is_done()) return handle();
        if (beast::iequals(message[http::field::expect], "100-continue")) return invite();
        read_body({});
    }

    /// curl and others wait for this line before they send a long body.
    void invite() {
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        stream_.expires_after(core_.limits.write_timeout);
        asio::async_write(stream_, asio::buffer(kContinue), then(&BeastConnection::read_body));
    }

    void read_body(error_code failure) {
        if (failure) return close();
        expect_within(core_.limits.body_timeout);
        http::async_read(stream_, buffer_, *parser_, then(&BeastConnection::on_body));
    }

    void on_body(error_code failure) { failure ? on_unreadable(failure) : handle(); }

    void on_unreadable(error_code failure) {
        if (failure == asio::error::operation_aborted && is_late_) {
            core_.timeouts.fetch_add(1);
            return refuse(408, "the request came too slowly\n");
        }
        static const auto& http_errors = http::make_error_code(http::error::bad_method).category();
        const bool is_gone = failure == http::error::end_of_stream || failure == http::error::partial_message;
        if (failure.category() != http_errors || is_gone) return close();
        core_.bad_requests.fetch_add(1);
        if (failure == http::error::header_limit || failure == http::error::buffer_overflow) {
            return refuse(431, "the header fields are too large\n");
        }
        if (failure == http::error::body_limit) return refuse(413, "the body is too large\n");
        refuse(400, "this is no HTTP request\n");
    }

    // Handling

    void handle() {
        patience_.cancel();
        auto message = parser_->release();
        parser_.reset();
        HttpRequest request;
        request.method = message.method_string();
        request.target = message.target();
        for (const auto& field : message) request.headers.add(field.name_string(), field.value());
        request.body = std::move(message.body());
        request.peer = peer_;
        split_target(request);
        version_ = message.version();
        keep_alive_ = message.keep_alive();
        is_head_ = request.method == "HEAD";
        stage_ = Stage::handling;
        stream_.expires_never();
        core_.requests.fetch_add(1);
        const Responder responder(
            std::make_shared<Responder::Slot>(core_.shared_from_this(), weak_from_this()));
        try {
            (*handler_)(std::move(request), responder);
        } catch (const std::exception&) {
            responder.answer(text_response(500, "the request failed\n"));
        }
    }

    void take(HttpResponse response) {
        if (stage_ != Stage::handling) return;
        if (response.delay.count() <= 0) return send(std::move(response));
        pause_.expires_after(response.delay);
        pause_.async_wait(
            [self = shared_from_this(), response = std::move(response)](error_code failure) mutable {
                if (!failure && self->stage_ == Stage::handling) self->send(std::move(response));
            });
    }

    void send(HttpResponse response) {
        if (response.cut) return close();
        if (!is_sendable(response)) response = text_response(500, "the answer could not be sent\n");
        write(std::move(response), keep_alive_ && !core_.stops);
    }

    // Writing

    /// Answers in our own name and ends the connection, as what follows on it cannot be trusted.
    void refuse(int status, const char* reason) {
        patience_.cancel();
        HttpResponse response = text_response(status, reason);
        if (status == 503) response.headers.add("Retry-After", "1");
        is_head_ = false;
        write(std::move(response), false);
    }

    void write(HttpResponse response, bool keep) {
        stage_ = Stage::writing;
        response_.emplace();
        response_->version(version_);
        response_->result(static_cast<unsigned>(response.status));
        response_->set(http::field::date, http_date());
        for (const auto& [name, value] : response.headers.fields) response_->insert(name, value);
        response_->keep_alive(keep);
        keep_alive_ = keep;
        const std::size_t length = response.body.size();
        const bool has_body = response.status != 204 && response.status != 304;
        if (has_body && !is_head_) response_->body() = std::move(response.body);
        if (has_body) response_->content_length(length);
        stream_.expires_after(core_.limits.write_timeout);
        serializer_.emplace(*response_);
        auto done = then(&BeastConnection::on_written);
        is_head_ ? http::async_write_header(stream_, *serializer_, std::move(done))
                 : http::async_write(stream_, *serializer_, std::move(done));
    }

    void on_written(error_code failure) {
        serializer_.reset();
        response_.reset();
        if (failure == beast::error::timeout) core_.timeouts.fetch_add(1);
        if (failure) return close();
        if (keep_alive_ && !core_.stops) return wait();
        finish_sending();
    }

    // Ending

    /// Tells the peer that nothing more comes, and drops what it still sends until it closes too.
    void finish_sending() {
        error_code ignored;
        stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
        stage_ = Stage::reading;
        stream_.expires_after(kLinger);
        buffer_.clear();
        swallow();
    }

    void swallow() {
        stream_.async_read_some(buffer_.prepare(kReadAtOnce),
                                [self = shared_from_this()](error_code failure, std::size_t) {
                                    if (self->stage_ == Stage::closed) return;
                                    failure ? self->close() : self->swallow();
                                });
    }

    void close() {
        stage_ = Stage::closed;
        pause_.cancel();
        patience_.cancel();
        stream_.close();
        core_.remove(shared_from_this());
    }

    ServerCore& core_;
    const std::shared_ptr<const HttpHandler> handler_;  // shared with the listener and its other connections
    const std::string peer_;
    const bool refused_;
    Stream stream_;
    asio::steady_timer pause_;     ///< before a delayed answer
    asio::steady_timer patience_;  ///< with a request that has begun
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::optional<http::response<http::string_body>> response_;
    std::optional<http::response_serializer<http::string_body>> serializer_;
    Stage stage_ = Stage::reading;
    unsigned version_ = 11;
    bool keep_alive_ = false;
    bool is_late_ = false;  ///< the request that is read has lost our patience
    bool is_head_ = false;
};

}  // namespace

std::shared_ptr<Connection> make_connection(ServerCore& core, asio::generic::stream_protocol::socket socket,
                                            std::shared_ptr<const HttpHandler> handler, std::string peer,
                                            bool refused) {
    return std::make_shared<BeastConnection>(core, std::move(socket), std::move(handler), std::move(peer),
                                             refused);
}

}  // namespace web
}  // namespace maillon
