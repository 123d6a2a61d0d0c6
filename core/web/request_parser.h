#pragma once

#include "core/web/message.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstdint>

namespace maillon {
inline namespace web {

/// Reads one request straight into our own form. Not part of the room's face.
class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    bool has_host() const { return has_host_; }
    /// The client waits to be asked for the body.
    bool wants_invitation() const { return wants_invitation_; }
    unsigned version() const { return version_; }
    HttpRequest& request() { return request_; }

private:
    using View = boost::beast::string_view;
    using Error = boost::beast::error_code;
    static std::string_view text(View view) { return {view.data(), view.size()}; }

    void on_request_impl(boost::beast::http::verb, View method, View target, int version, Error&) override {
        request_.method = text(method);
        request_.target = text(target);
        version_ = static_cast<unsigned>(version);
    }
    void on_response_impl(int, View, int, Error&) override {}
    void on_field_impl(boost::beast::http::field name, View spelled, View value, Error&) override {
        using boost::beast::http::field;
        has_host_ |= name == field::host;
        wants_invitation_ |= name == field::expect && boost::beast::iequals(value, "100-continue");
        request_.headers.add(std::string(text(spelled)), std::string(text(value)));
    }
    void on_header_impl(Error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) override {
        // What is announced is not what comes.
        constexpr std::uint64_t kTrusted = 64U << 10U;
        request_.body.reserve(std::min(length.value_or(0), kTrusted));
    }
    std::size_t on_body_impl(View part, Error&) override {
        request_.body.append(part.data(), part.size());
        return part.size();
    }
    void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View part, Error&) override {
        request_.body.append(part.data(), part.size());
        return part.size();
    }
    void on_finish_impl(Error&) override {}

    HttpRequest request_;
    unsigned version_ = 11;
    bool has_host_ = false;
    bool wants_invitation_ = false;
};

}  // namespace web
}  // namespace maillon
