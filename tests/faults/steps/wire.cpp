#include "tests/faults/steps/wire.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace maillon::faults {
namespace {

constexpr auto kSocket = "/.s.PGSQL.5432";
constexpr char kReady = 'Z', kQuery = 'Q', kSync = 'S';

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    if (path.size() >= sizeof out.sun_path) throw std::runtime_error("too long for a socket: " + path);
    path.copy(out.sun_path, path.size());
    return out;
}

int new_socket() {
    const int out = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (out < 0) throw std::runtime_error("no socket");
    return out;
}

int listen_at(const std::string& path) {
    const int out = new_socket();
    const auto address = address_of(path);
    if (::bind(out, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(out, 64) != 0)
        throw std::runtime_error("nobody can listen at " + path);
    return out;
}

/// Adds what has come; false at the end of the connection.
bool receive(int from, std::string& to) {
    std::array<char, 65536> part;
    const auto got = ::recv(from, part.data(), part.size(), 0);
    if (got > 0) to.append(part.data(), static_cast<std::size_t>(got));
    return got > 0;
}

bool send_all(int to, std::string_view what) {
    while (!what.empty()) {
        const auto sent = ::send(to, what.data(), what.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        what.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Takes a whole message off the front: a type (but for the first of a client), and a length that counts
/// itself.
std::optional<std::string> take_message(std::string& from, bool has_type) {
    const std::size_t head = has_type ? 1 : 0;
    if (from.size() < head + 4) return {};
    std::uint32_t length = 0;
    for (std::size_t i = head; i < head + 4; ++i) length = length << 8 | static_cast<unsigned char>(from[i]);
    if (from.size() < head + length) return {};
    auto out = from.substr(0, head + length);
    from.erase(0, head + length);
    return out;
}

/// Lets the server end its session, which also undoes and unlocks, and waits for that.
void end_session(int server) {
    ::shutdown(server, SHUT_WR);
    std::string ignored;
    while (receive(server, ignored)) ignored.clear();
    ::close(server);
}

}  // namespace

struct Wire::Link {
    int client = -1, server = -1;
    std::string asked{}, answered{};  ///< what is not yet a whole message
    bool has_begun = false;           ///< the first message was seen
    bool is_cut = false;              ///< at the latest at the end of its answer
};

Wire::Wire(const std::string& server_url) : wake_(::eventfd(0, EFD_CLOEXEC)) {
    const auto from = server_url.find('@') + 1;
    const auto host = server_url.substr(from, server_url.find('/', from) - from);
    server_path_ = replaced(host, "%2F", "/") + kSocket;
    url_ = replaced(server_url, host, replaced(folder_.path().string(), "/", "%2F"));
    listener_ = listen_at(folder_.path().string() + kSocket);
    thread_ = std::thread([this] { run(); });
}

Wire::~Wire() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    wake();
    thread_.join();
    for (const auto& link : links_) {
        end_session(link.server);
        ::close(link.client);
    }
    for (const int server : unnoticed_) end_session(server);
    ::close(listener_);
    ::close(wake_);
}

void Wire::wake() const {
    (void)::eventfd_write(wake_, 1);
}

void Wire::cut(const Cut& cut) {
    const std::lock_guard lock(mutex_);
    cut_ = cut;
    messages_ = 0;
    has_cut_ = false;
}

void Wire::heal() {
    const std::lock_guard lock(mutex_);
    cut_.reset();
    for (const int server : std::exchange(unnoticed_, {})) end_session(server);
}

void Wire::run() {
    while (true) {
        std::vector<pollfd> places{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
        for (const auto& link : links_)
            for (const int end : {link.client, link.server}) places.push_back({end, POLLIN, 0});
        ::poll(places.data(), places.size(), -1);
        const std::lock_guard lock(mutex_);
        if (is_over_) return;
        for (std::size_t i = 2; i < places.size(); ++i) {
            auto& link = links_[i / 2 - 1];
            const bool is_there = link.client >= 0 && places[i].revents != 0;
            if (is_there && !pass_on(link, i % 2 == 0)) sever(link);
        }
        std::erase_if(links_, [](const Link& link) { return link.client < 0; });
        if (places[1].revents != 0) accept_one();
    }
}

void Wire::accept_one() {
    Link link{.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), .server = new_socket()};
    const auto address = address_of(server_path_);
    const int there = ::connect(link.server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (there == 0) {
        links_.push_back(std::move(link));
        return;
    }
    ::close(link.client);
    ::close(link.server);
}

bool Wire::pass_on(Link& link, bool is_asked) {
    if (is_asked) return receive(link.client, link.asked) && pass_questions(link);
    return receive(link.server, link.answered) && pass_answer(link);
}

bool Wire::pass_questions(Link& link) {
    while (const auto message = take_message(link.asked, link.has_begun)) {
        const char type = message->front();
        const bool wants_answer = !std::exchange(link.has_begun, true) || type == kQuery || type == kSync;
        if (is_to_be_cut(wants_answer)) {
            link.is_cut = true;
            if (cut_->when == Cut::When::before) return false;
        }
        if (!send_all(link.server, *message)) return false;
    }
    return true;
}

bool Wire::pass_answer(Link& link) {
    if (!link.is_cut) return send_all(link.client, std::exchange(link.answered, {}));
    while (const auto message = take_message(link.answered, true)) {
        if (message->front() == kReady) return false;
        if (cut_ && cut_->when == Cut::When::within && !send_all(link.client, *message)) return false;
    }
    return true;
}

bool Wire::is_to_be_cut(bool wants_answer) {
    if (!cut_ || has_cut_ || (cut_->when != Cut::When::before && !wants_answer)) return false;
    has_cut_ = messages_++ == cut_->message;
    return has_cut_;
}

/// The server always learns of a client that left by itself.
void Wire::sever(Link& link) {
    if (link.is_cut && cut_ && !cut_->is_noticed)
        unnoticed_.push_back(link.server);
    else
        end_session(link.server);
    ::close(link.client);
    link.client = -1;
}

}  // namespace maillon::faults
