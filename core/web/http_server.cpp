#include "core/web/http_server.h"

#include "core/base/assert.h"
#include "core/web/listener.h"
#include "core/web/server_core.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <iterator>
#include <map>
#include <optional>
#include <thread>
#include <vector>

namespace maillon {
inline namespace web {

// Refused connections live for one short write; more than this at once and they are dropped without a word.
constexpr std::size_t kMostRefused = 128;

namespace {

/// Answers of this thread that go over together.
thread_local std::optional<std::map<std::shared_ptr<ServerCore>, std::vector<ServerCore::Answer>>>
    kept_together;

}  // namespace

ServerCore::Room ServerCore::add(const std::shared_ptr<Connection>& connection, bool is_refused) {
    const std::lock_guard lock(mutex_);
    if (closed_) return Room::closed;
    if (open_.size() >= limits.max_connections + (is_refused ? kMostRefused : 0)) return Room::full;
    open_.insert(connection);
    (is_refused ? refused : connections).fetch_add(1);
    return Room::yes;
}

void ServerCore::remove(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    open_.erase(connection);
    if (open_.empty()) emptied_.notify_all();
}

void ServerCore::pass_on(std::shared_ptr<Connection> to, HttpResponse response) {
    if (io.get_executor().running_in_this_thread()) return to->take(std::move(response));
    if (kept_together) {
        (*kept_together)[shared_from_this()].emplace_back(std::move(to), std::move(response));
        return;
    }
    std::vector<Answer> one;
    one.emplace_back(std::move(to), std::move(response));
    pass_on(std::move(one));
}

void ServerCore::pass_on(std::vector<Answer> answers) {
    {
        const std::lock_guard lock(answers_mutex_);
        const bool was_called = !answers_.empty();
        std::ranges::move(answers, std::back_inserter(answers_));
        if (was_called) return;
    }
    boost::asio::post(io, [self = shared_from_this()] { self->hand_over(); });
}

void ServerCore::handed_out() {
    if (!on_handed_out || tells_handed_out_) return;
    tells_handed_out_ = true;
    // Behind the requests that are already read.
    boost::asio::post(io, [self = shared_from_this()] {
        self->tells_handed_out_ = false;
        self->on_handed_out();
    });
}

void ServerCore::hand_over() {
    decltype(answers_) ready;
    {
        const std::lock_guard lock(answers_mutex_);
        ready.swap(answers_);
    }
    for (auto& [connection, response] : ready) connection->take(std::move(response));
}

bool ServerCore::is_full() const {
    return size() >= limits.max_connections;
}

bool ServerCore::make_room() {
    std::shared_ptr<Connection> idlest;
    auto since = std::chrono::steady_clock::now() - limits.gives_way_after;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& connection : open_) {
            const auto waits = connection->waits_since();
            if (!waits || *waits > since) continue;
            since = *waits;
            idlest = connection;
        }
    }
    if (!idlest) return false;
    timeouts.fetch_add(1);
    idlest->give_way();
    return true;
}

std::size_t ServerCore::size() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

void ServerCore::wind_down() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    stops = true;
    for (const auto& connection : open_) connection->wind_down();
}

bool ServerCore::wait_until_empty(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, patience, [this] { return open_.empty(); });
}

void ServerCore::abort_all() {
    std::unordered_set<std::shared_ptr<Connection>> left;
    {
        const std::lock_guard lock(mutex_);
        left.swap(open_);
    }
    for (const auto& connection : left) connection->abort();
}

AnswersTogether::AnswersTogether() {
    MAILLON_ASSERT(!kept_together, "answers are kept together once at a time");
    kept_together.emplace();
}

AnswersTogether::~AnswersTogether() {
    auto ready = std::exchange(kept_together, std::nullopt);
    for (auto& [core, answers] : *ready) core->pass_on(std::move(answers));
}

struct HttpServer::Parts {
    explicit Parts(HttpLimits limits)
        : core(std::make_shared<ServerCore>(limits)), work(core->io.get_executor()) {}

    std::shared_ptr<ServerCore> core;  // shared with unanswered Responders
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    std::vector<std::shared_ptr<Listener>> listeners;
    std::jthread thread;
};

HttpServer::HttpServer(HttpLimits limits) : parts_(std::make_unique<Parts>(limits)) {}

HttpServer::~HttpServer() {
    stop(std::chrono::milliseconds(0));
}

Result<std::uint16_t> HttpServer::listen_tcp(std::string_view address, HttpHandler handler) {
    auto bound = bind_tcp(*parts_->core, address, std::move(handler));
    if (!bound) return bound.error();
    parts_->listeners.push_back(bound->listener);
    return bound->port;
}

Result<void> HttpServer::listen_unix(const std::string& path, HttpHandler handler) {
    auto bound = bind_unix(*parts_->core, path, std::move(handler));
    if (!bound) return bound.error();
    parts_->listeners.push_back(bound->listener);
    return {};
}

void HttpServer::on_handed_out(std::function<void()> call) {
    MAILLON_ASSERT(!parts_->thread.joinable(), "on_handed_out is said before the start");
    parts_->core->on_handed_out = std::move(call);
}

void HttpServer::start() {
    MAILLON_ASSERT(!parts_->thread.joinable(), "an HTTP server starts once");
    for (const auto& listener : parts_->listeners) listener->start();
    parts_->thread = std::jthread([core = parts_->core] { core->io.run(); });
}

void HttpServer::stop(std::chrono::milliseconds patience) {
    for (const auto& listener : parts_->listeners) listener->close();
    parts_->core->wind_down();
    parts_->core->wait_until_empty(patience);
    parts_->core->io.stop();
    if (parts_->thread.joinable()) parts_->thread.join();
    parts_->core->abort_all();
    parts_->core->io.restart();
    parts_->core->io.poll();  // lets go what was closed
    parts_->listeners.clear();
}

HttpServerStats HttpServer::stats() const {
    const ServerCore& core = *parts_->core;
    return {.connections = core.connections,
            .connections_open = core.size(),
            .connections_refused = core.refused,
            .requests = core.requests,
            .bad_requests = core.bad_requests,
            .bodies_refused = core.bodies_refused,
            .body_bytes = core.bodies.held(),
            .timeouts = core.timeouts};
}

bool Responder::answer(HttpResponse response) const {
    return slot_->answer(std::move(response));
}

Responder::Slot::~Slot() {
    if (!answered) answer(text_response(500, "the request was dropped without an answer\n"));
}

bool Responder::Slot::answer(HttpResponse response) {
    if (answered.exchange(true)) return false;
    if (const auto to = connection.lock()) to->answer(std::move(response));
    return true;
}

}  // namespace web
}  // namespace maillon
