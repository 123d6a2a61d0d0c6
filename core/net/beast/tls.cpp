#include "core/net/beast/tls.h"

#include "core/base/assert.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <climits>

namespace maillon::net {
namespace {

/// Takes the oldest error of this thread's queue and empties it.
std::string openssl_words() {
    const auto code = ::ERR_get_error();
    ::ERR_clear_error();
    const char* reason = code != 0 ? ::ERR_reason_error_string(code) : nullptr;
    return reason ? reason : "the connection was cut";
}

int bio_result(BIO* bio, const Io& io) {
    BIO_clear_retry_flags(bio);
    if (io.state == Io::State::done) return static_cast<int>(io.bytes);
    if (io.state == Io::State::want_read) BIO_set_retry_read(bio);
    if (io.state == Io::State::want_write) BIO_set_retry_write(bio);
    return io.state == Io::State::closed ? 0 : -1;
}

int bio_read(BIO* bio, char* into, int size) {
    auto* socket = static_cast<Socket*>(::BIO_get_data(bio));
    const auto io = socket->read({into, static_cast<std::size_t>(size)});
    if (io.state == Io::State::closed) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return bio_result(bio, io);
}

int bio_write(BIO* bio, const char* bytes, int size) {
    auto* socket = static_cast<Socket*>(::BIO_get_data(bio));
    return bio_result(bio, socket->write({bytes, static_cast<std::size_t>(size)}));
}

long bio_ctrl(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return 0;
}

class TlsTransport final : public Transport {
public:
    TlsTransport(Socket socket, SSL* ssl) : socket_(std::move(socket)), ssl_(ssl) {}
    ~TlsTransport() override {
        // A polite good-bye if the kernel takes it at once; OpenSSL forbids it after a fatal error.
        if (!broken_ && SSL_is_init_finished(ssl_)) ::SSL_shutdown(ssl_);
        ::SSL_free(ssl_);
        ::ERR_clear_error();
    }

    void attach(const BIO_METHOD* method) {
        BIO* bio = ::BIO_new(method);
        MAILLON_ASSERT(bio != nullptr, "no memory for a BIO");
        ::BIO_set_data(bio, &socket_);
        ::BIO_set_init(bio, 1);
        ::SSL_set_bio(ssl_, bio, bio);
    }

    Io connect() {
        ::ERR_clear_error();
        return outcome(::SSL_connect(ssl_), 0);
    }
    long verify_result() const { return ::SSL_get_verify_result(ssl_); }

    int fd() const override { return socket_.fd(); }
    Io read(std::span<char> into) override {
        std::size_t got = 0;
        ::ERR_clear_error();  // what others left in this thread's queue would be taken for ours
        const int result = ::SSL_read_ex(ssl_, into.data(), into.size(), &got);
        return outcome(result, got);
    }
    Io write(std::string_view bytes) override {
        std::size_t put = 0;
        ::ERR_clear_error();
        const int result = ::SSL_write_ex(ssl_, bytes.data(), bytes.size(), &put);
        return outcome(result, put);
    }
    bool has_pending() const override { return ::SSL_has_pending(ssl_) == 1; }
    /// Session tickets arrive unasked and are no words: peeking makes OpenSSL take them in.
    bool is_quiet() override {
        char byte{};
        std::size_t got = 0;
        ::ERR_clear_error();
        const int result = ::SSL_peek_ex(ssl_, &byte, 1, &got);
        return outcome(result, got).state == Io::State::want_read;
    }
    std::uint64_t bytes_out() const override { return socket_.bytes_out(); }
    std::string error() const override { return error_; }

private:
    Io outcome(int result, std::size_t bytes) {
        if (result == 1) return {Io::State::done, bytes};
        switch (::SSL_get_error(ssl_, result)) {
            case SSL_ERROR_WANT_READ: return {Io::State::want_read};
            case SSL_ERROR_WANT_WRITE: return {Io::State::want_write};
            case SSL_ERROR_ZERO_RETURN: return {Io::State::closed};
            default: break;
        }
        broken_ = true;
        error_ = openssl_words();
        return {Io::State::failed};
    }

    Socket socket_;
    SSL* ssl_;
    bool broken_ = false;
    std::string error_;
};

bool is_address(const std::string& host) {
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// SNI carries names only; an address is checked against the certificate's addresses.
void expect_host(SSL* ssl, const std::string& host) {
    auto* parameters = ::SSL_get0_param(ssl);
    if (is_address(host)) {
        ::X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str());
        return;
    }
    ::X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    ::X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size());
    SSL_set_tlsext_host_name(ssl, host.c_str());
}

Fault handshake_fault(const TlsTransport& transport, bool closed) {
    if (const auto verdict = transport.verify_result(); verdict != X509_V_OK) {
        return config_fault(std::string("the certificate is not valid: ") +
                            ::X509_verify_cert_error_string(verdict));
    }
    return retry("no TLS connection: " +
                 (closed ? std::string("the connection was cut") : transport.error()));
}

}  // namespace

void Tls::Freed::operator()(ssl_ctx_st* context) const {
    ::SSL_CTX_free(context);
}

void Tls::Freed::operator()(bio_method_st* method) const {
    ::BIO_meth_free(method);
}

Tls::Tls()
    : context_(::SSL_CTX_new(::TLS_client_method())),
      bio_(::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "maillon socket")) {
    MAILLON_ASSERT(context_ && bio_, "OpenSSL cannot be set up");
    ::BIO_meth_set_read(bio_.get(), bio_read);
    ::BIO_meth_set_write(bio_.get(), bio_write);
    ::BIO_meth_set_ctrl(bio_.get(), bio_ctrl);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                         SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    constexpr std::array<unsigned char, 9> protocols{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    ::SSL_CTX_set_alpn_protos(context_.get(), protocols.data(), protocols.size());
}

Tls::~Tls() = default;

Result<std::unique_ptr<Tls>> Tls::make(const std::string& ca_file) {
    std::unique_ptr<Tls> tls(new Tls);
    tls->system_store_ = ca_file.empty();
    if (!ca_file.empty() && ::SSL_CTX_load_verify_file(tls->context_.get(), ca_file.c_str()) != 1) {
        return config_fault("the certificates of '" + ca_file + "' cannot be read: " + openssl_words());
    }
    return tls;
}

void Tls::load_system_store() {
    ::SSL_CTX_set_default_verify_paths(context_.get());
    ::ERR_clear_error();  // a store that is not there trusts nobody; the handshake will say so
}

Result<std::unique_ptr<Transport>> Tls::shake_hands(Socket socket, const std::string& host,
                                                    const Patience& patience,
                                                    std::chrono::milliseconds limit) {
    if (system_store_) std::call_once(loaded_, [this] { load_system_store(); });
    SSL* ssl = ::SSL_new(context_.get());
    MAILLON_ASSERT(ssl != nullptr, "no memory for a TLS connection");
    auto transport = std::make_unique<TlsTransport>(std::move(socket), ssl);
    transport->attach(bio_.get());
    expect_host(ssl, host);
    const auto end = patience.phase(limit);
    for (;;) {
        const auto io = transport->connect();
        if (io.state == Io::State::done) return std::unique_ptr<Transport>(std::move(transport));
        if (io.state == Io::State::closed || io.state == Io::State::failed) {
            return handshake_fault(*transport, io.state == Io::State::closed);
        }
        const short events = io.state == Io::State::want_read ? POLLIN : POLLOUT;
        switch (patience.wait(transport->fd(), events, end)) {
            case Wake::late: return retry("no TLS connection in time");
            case Wake::cancelled: return Fault{FaultKind::cancelled, "cancelled while shaking hands"};
            case Wake::ready: break;
        }
    }
}

}  // namespace maillon::net
