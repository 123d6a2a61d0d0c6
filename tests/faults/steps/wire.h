#pragma once

#include "tests/unit/db/temporary_folder.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace maillon::faults {

/// How the way to a PostgreSQL server breaks, once.
struct Cut {
    enum class When {
        before,  ///< the message does not reach the server
        within,  ///< the server has done what was asked; of its answer the end is missing
        behind,  ///< the server has done it, and nothing of the answer arrives
    };
    int message = 0;  ///< at which, from 0; before: of all messages, else of those that ask for an answer
    When when = When::before;
    /// Whether the server learns of it and ends its session. Else that session goes on waiting, with its
    /// transaction and its locks, until `heal`.
    bool is_noticed = true;
};

/// The way between a hub and a PostgreSQL server at a Unix socket: passes on every message of every
/// connection, on a thread of its own, until one of them is to be cut.
class Wire {
public:
    /// To the server of this URL, of the form that test::PostgresServer gives.
    explicit Wire(const std::string& server_url);
    ~Wire();

    /// Where the hub connects.
    const std::string& url() const { return url_; }

    /// Counts anew.
    void cut(const Cut& cut);
    bool has_cut() const { return has_cut_; }
    /// Nothing is cut any more, and the server ends the sessions of which it was to learn nothing.
    void heal();

    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

private:
    struct Link;

    void run();
    void accept_one();
    /// False when the link is over.
    bool pass_on(Link& link, bool is_asked);
    bool pass_questions(Link& link);
    bool pass_answer(Link& link);
    bool is_to_be_cut(bool wants_answer);
    void sever(Link& link);
    void wake() const;

    const test::TemporaryFolder folder_;
    std::string server_path_, url_;
    int listener_ = -1, wake_ = -1;
    std::atomic<bool> has_cut_{false};
    std::mutex mutex_;  ///< over all below
    bool is_over_ = false;
    std::optional<Cut> cut_;
    int messages_ = 0;
    std::vector<Link> links_;
    std::vector<int> unnoticed_;  ///< connections to the server whose client is gone
    std::thread thread_;          ///< last, since it uses all the others
};

}  // namespace maillon::faults
