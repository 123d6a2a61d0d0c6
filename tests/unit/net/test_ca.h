#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace maillon::net_tests {

struct Freed {
    void operator()(EVP_PKEY* p) const { ::EVP_PKEY_free(p); }
    void operator()(X509* p) const { ::X509_free(p); }
    void operator()(SSL_CTX* p) const { ::SSL_CTX_free(p); }
    void operator()(SSL* p) const { ::SSL_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

/// A key with its certificate.
struct Identity {
    Owned<EVP_PKEY> key;
    Owned<X509> certificate;
};

/// An authority made at run time, with its certificate in a file of its own.
class TestCa {
public:
    struct Leaf {
        std::string names = "DNS:localhost,IP:127.0.0.1";  ///< subjectAltName
        long valid_from = -3600;                           ///< seconds from now
        long valid_to = 3600;
    };

    TestCa();
    ~TestCa();

    Identity issue(const Leaf& leaf) const;
    Identity issue() const { return issue(Leaf{}); }
    std::string file() const { return (folder_ / "ca.pem").string(); }

private:
    Identity root_;
    std::filesystem::path folder_;
};

}  // namespace maillon::net_tests
