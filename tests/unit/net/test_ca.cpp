#include "tests/unit/net/test_ca.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace maillon::net_tests {
namespace {

void must(bool good, const char* what) {
    if (!good) throw std::runtime_error(what);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    must(extension != nullptr, "certificate extension");
    ::X509_add_ext(certificate, extension, -1);
    ::X509_EXTENSION_free(extension);
}

Identity unsigned_identity(const char* name, long from, long to) {
    static long serial = 1;
    Identity out{Owned<EVP_PKEY>(::EVP_EC_gen("P-256")), Owned<X509>(::X509_new())};
    must(out.key && out.certificate, "key and certificate");
    auto* certificate = out.certificate.get();
    ::X509_set_version(certificate, 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), ++serial);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate), from);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate), to);
    ::X509_set_pubkey(certificate, out.key.get());
    ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    return out;
}

}  // namespace

TestCa::TestCa() : root_(unsigned_identity("test authority", -86'400, 86'400)) {
    auto* root = root_.certificate.get();
    ::X509_set_issuer_name(root, ::X509_get_subject_name(root));
    add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(root, root, NID_subject_key_identifier, "hash");
    must(::X509_sign(root, root_.key.get(), ::EVP_sha256()) > 0, "signing the authority");

    std::string name = (std::filesystem::temp_directory_path() / "maillon-ca-XXXXXX").string();
    must(::mkdtemp(name.data()) != nullptr, "temporary folder");
    folder_ = name;
    std::FILE* out = std::fopen(file().c_str(), "w");
    must(out != nullptr && ::PEM_write_X509(out, root) == 1, "writing the authority");
    std::fclose(out);
}

TestCa::~TestCa() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Identity TestCa::issue(const Leaf& leaf) const {
    auto out = unsigned_identity("server", leaf.valid_from, leaf.valid_to);
    auto* certificate = out.certificate.get();
    ::X509_set_issuer_name(certificate, ::X509_get_subject_name(root_.certificate.get()));
    add_extension(certificate, root_.certificate.get(), NID_subject_alt_name, leaf.names);
    must(::X509_sign(certificate, root_.key.get(), ::EVP_sha256()) > 0, "signing a certificate");
    return out;
}

}  // namespace maillon::net_tests
