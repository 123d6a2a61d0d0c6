#pragma once

#include "core/web/body_room.h"
#include "core/web/message.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/system/errc.hpp>

#include <algorithm>
#include <cstdint>

namespace maillon {
inline namespace web {

/// Reads one request straight into our own form. Not part of the room's face.
class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    /// What it fails with when the bodies that are being read take all the room there is for them.
    static constexpr auto kNoRoom = boost::system::errc::no_buffer_space;

    RequestParser(BodyRoom& room, std::size_t longest_body) : share_(room), longest_(longest_body) {}

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
        if (length) longest_ = static_cast<std::size_t>(*length);
    }
    std::size_t on_body_impl(View part, Error& failure) override { return take(part, failure); }
    void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View part, Error& failure) override {
        return take(part, failure);
    }
    void on_finish_impl(Error&) override {}

    std::size_t take(View part, Error& failure) {
        if (!make_room(request_.body.size() + part.size())) {
            failure = boost::system::errc::make_error_code(kNoRoom);
            return 0;
        }
        request_.body.append(part.data(), part.size());
        return part.size();
    }

    /// What is announced is not what comes: the body takes memory as it comes, at most twice as much, and no
    /// more than was announced.
    bool make_room(std::size_t size) {
        auto& body = request_.body;
        if (size <= room_made_) return true;
        const auto wanted = std::max(size, std::min(2 * room_made_, longest_));
        if (!share_.grow_to(wanted)) return false;
        room_made_ = wanted;
        std::string larger;  // reserve() of one that is in use may take more than it is asked for
        larger.reserve(wanted);
        larger.append(body);
        body = std::move(larger);
        return true;
    }

    HttpRequest request_;
    BodyShare share_;
    std::size_t room_made_ = 0;  ///< for the body
    std::size_t longest_;        ///< that the body may become
    unsigned version_ = 11;
    bool has_host_ = false;
    bool wants_invitation_ = false;
};

}  // namespace web
}  // namespace maillon
