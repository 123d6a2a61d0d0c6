#include "http_post.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>

#include <atomic>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace sandbox {

// A hub that does not answer in this time is treated like one that is down.
constexpr std::chrono::seconds kPatience{10};

struct Caller::Wire {
    asio::io_context io;
    std::unique_ptr<beast::tcp_stream> stream;
    beast::flat_buffer buffer;
    std::string authority;
    std::atomic<bool> interrupted{false};

    /// Runs one asynchronous operation to its end, with the stream's time limit.
    template <class Start>
    error_code run(Start start) {
        error_code result = asio::error::operation_aborted;  // stays when the operation is interrupted
        stream->expires_after(kPatience);
        io.restart();
        // An interrupt after this line stops `io`, and one before it is seen here.
        if (interrupted) return result;
        start([&result](error_code failure, auto&&...) { result = failure; });
        io.run();
        return result;
    }

    /// The peer may have closed a connection that waited; then there is something to read: its end.
    bool is_usable(const std::string& wanted) {
        if (!stream || authority != wanted) return false;
        error_code failure;
        const bool quiet = stream->socket().available(failure) == 0 && !failure;
        if (!quiet) return false;
        char byte = 0;
        stream->socket().non_blocking(true, failure);
        stream->socket().receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, failure);
        return failure == asio::error::would_block;
    }

    error_code connect(const std::string& host, const std::string& port) {
        stream = std::make_unique<beast::tcp_stream>(io);
        buffer.clear();
        asio::ip::tcp::resolver resolver(io);
        error_code failure;
        const auto places = resolver.resolve(host, port, failure);
        if (failure) return failure;
        failure = run([&](auto done) { stream->async_connect(places, std::move(done)); });
        if (!failure) stream->socket().set_option(asio::ip::tcp::no_delay(true), failure);
        return failure;
    }
};

Caller::Caller() : wire_(std::make_unique<Wire>()) {}
Caller::~Caller() = default;
Caller::Caller(Caller&&) noexcept = default;
Caller& Caller::operator=(Caller&&) noexcept = default;

void Caller::interrupt() {
    wire_->interrupted = true;
    wire_->io.stop();
}

maillon::Result<maillon::HttpResponse> Caller::call(std::string_view method, const std::string& url,
                                                    const maillon::HttpHeaders& headers, std::string body) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->scheme() != "http")
        return maillon::rejected("'" + url + "' is no http:// address");
    const std::string host(parsed->host_address());
    const std::string port = parsed->has_port() ? std::string(parsed->port()) : "80";
    const std::string authority = host + ":" + port;

    http::request<http::string_body> request;
    request.method_string({method.data(), method.size()});
    const std::string target(parsed->encoded_target().data(), parsed->encoded_target().size());
    request.target(target.empty() ? "/" : target);
    request.set(http::field::host, authority);
    for (const auto& [name, value] : headers.fields) request.set(name, value);
    request.body() = std::move(body);
    request.prepare_payload();

    error_code failure;
    if (!wire_->is_usable(authority)) failure = wire_->connect(host, port);
    wire_->authority = authority;
    if (!failure)
        failure = wire_->run([&](auto done) { http::async_write(*wire_->stream, request, std::move(done)); });
    http::response<http::string_body> answer;
    if (!failure) {
        failure = wire_->run(
            [&](auto done) { http::async_read(*wire_->stream, wire_->buffer, answer, std::move(done)); });
    }
    if (failure || !answer.keep_alive()) wire_->stream.reset();
    if (failure) return maillon::retry(authority + ": " + failure.message());
    maillon::HttpResponse response;
    response.status = static_cast<int>(answer.result_int());
    response.body = std::move(answer.body());
    return response;
}

}  // namespace sandbox
