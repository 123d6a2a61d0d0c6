// The least that a durable webhook takes: Beast, the signature over the raw body, one row, and 200 once its
// group's COMMIT is on disk. What the hub is measured against by run_bench.py.
//
//   ingest_probe DATABASE        prints its port
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sqlite3.h>
#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::string_view kKey = "maillon-secret";

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "ingest_probe: %s\n", what);
    std::exit(1);
}

bool is_signed(const std::string& body, std::string_view header) {
    std::array<unsigned char, 32> digest{};
    unsigned length = 0;
    HMAC(EVP_sha256(), kKey.data(), static_cast<int>(kKey.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
    std::string hex = "sha256=";
    for (const auto byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return header.size() == hex.size() && CRYPTO_memcmp(header.data(), hex.data(), hex.size()) == 0;
}

/// One table, one prepared statement, set up as the hub sets its store up.
class Store {
public:
    explicit Store(const char* path) {
        if (sqlite3_open(path, &database_) != SQLITE_OK) fail("the database cannot be opened");
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("PRAGMA cache_size=-65536");
        run("CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)");
        sqlite3_prepare_v2(database_, "INSERT INTO events (body) VALUES (?)", -1, &insert_, nullptr);
    }
    void add(const std::vector<std::string>& bodies) {
        run("BEGIN IMMEDIATE");
        for (const auto& body : bodies) {
            sqlite3_bind_text(insert_, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
            if (sqlite3_step(insert_) != SQLITE_DONE) fail("a row is not taken");
            sqlite3_reset(insert_);
        }
        run("COMMIT");
    }

private:
    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            fail(sqlite3_errmsg(database_));
    }
    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

class Connection;

/// Takes bodies from the one thread of the network and commits what has gathered meanwhile.
class Committer {
public:
    Committer(asio::io_context& io, const char* path) : io_(io), store_(path), thread_([this] { loop(); }) {
        thread_.detach();
    }
    void add(std::string body, std::shared_ptr<Connection> from) {
        {
            const std::lock_guard lock(mutex_);
            bodies_.push_back(std::move(body));
            waiting_.push_back(std::move(from));
        }
        changed_.notify_one();
    }

private:
    void loop();

    asio::io_context& io_;
    Store store_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> bodies_;
    std::vector<std::shared_ptr<Connection>> waiting_;
    std::thread thread_;
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(tcp::socket socket, Committer& committer) : stream_(std::move(socket)), committer_(committer) {
        stream_.socket().set_option(tcp::no_delay(true));
    }
    void read() {
        request_ = {};
        http::async_read(stream_, buffer_, request_, [me = shared_from_this()](auto error, auto) {
            if (!error) me->handle();
        });
    }
    void answer(http::status status) {
        response_ = {status, 11};
        response_.keep_alive(true);
        response_.content_length(0);
        http::async_write(stream_, response_, [me = shared_from_this()](auto error, auto) {
            if (!error) me->read();
        });
    }

private:
    void handle() {
        if (!is_signed(request_.body(), request_["X-Hub-Signature-256"]))
            return answer(http::status::forbidden);
        committer_.add(std::move(request_.body()), shared_from_this());
    }
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    http::response<http::empty_body> response_;
    Committer& committer_;
};

void Committer::loop() {
    for (std::vector<std::string> bodies; true; bodies.clear()) {
        std::vector<std::shared_ptr<Connection>> group;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !bodies_.empty(); });
            bodies.swap(bodies_);
            group.swap(waiting_);
        }
        store_.add(bodies);
        asio::post(io_, [group = std::move(group)] {
            for (const auto& one : group) one->answer(http::status::ok);
        });
    }
}

void accept(tcp::acceptor& acceptor, Committer& committer) {
    acceptor.async_accept([&](auto error, tcp::socket socket) {
        if (!error) std::make_shared<Connection>(std::move(socket), committer)->read();
        accept(acceptor, committer);
    });
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) fail("usage: ingest_probe DATABASE");
    asio::io_context io(1);
    Committer committer(io, arguments[1]);
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    accept(acceptor, committer);
    std::printf("%d\n", acceptor.local_endpoint().port());
    std::fflush(stdout);
    io.run();
}
