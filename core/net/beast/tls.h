#pragma once

#include "core/base/fault.h"
#include "core/net/beast/patience.h"
#include "core/net/beast/socket.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;
struct bio_method_st;

namespace maillon::net {

/// TLS 1.2 and later as a client, verified against the trusted authorities, host name included. Thread-safe.
class Tls {
public:
    /// `ca_file`: PEM with the only authorities to trust; empty = the system's store, which is read at first
    /// use since that takes some milliseconds. Fails with `config` when the file cannot be read.
    static Result<std::unique_ptr<Tls>> make(const std::string& ca_file);
    ~Tls();
    Tls(const Tls&) = delete;
    Tls& operator=(const Tls&) = delete;

    /// Shakes hands over a fresh connection. Faults: `config` when the certificate is not valid for `host`,
    /// else `retry` or `cancelled`.
    Result<std::unique_ptr<Transport>> shake_hands(Socket socket, const std::string& host,
                                                   const Patience& patience, std::chrono::milliseconds limit);

private:
    Tls();
    void load_system_store();

    struct Freed {
        void operator()(ssl_ctx_st* context) const;
        void operator()(bio_method_st* method) const;
    };
    std::unique_ptr<ssl_ctx_st, Freed> context_;
    std::unique_ptr<bio_method_st, Freed> bio_;  ///< OpenSSL's own would raise SIGPIPE
    bool system_store_ = false;
    std::once_flag loaded_;
};

}  // namespace maillon::net
