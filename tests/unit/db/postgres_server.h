#pragma once

#include "tests/unit/db/temporary_folder.h"

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace maillon::test {

/// A real PostgreSQL server for one test program: its data in a temporary folder, a unix socket there as its
/// only address, ended with the program. It runs as an unprivileged user, as it refuses to be root.
class PostgresServer {
public:
    /// What a commit waits for: tests do not switch the machine off, benchmarks measure the disk.
    enum class Sync { none, disk };
    /// The program's own, started when it is first asked for; nullptr when none is
    /// installed, but never in CI: there its absence would silently leave half of the tests out.
    static PostgresServer* of_program(Sync sync = Sync::none);
    /// What a test that cannot run says.
    static std::string why_none();
    ~PostgresServer();

    /// The URL of a database; `rest` goes behind it: "?options=…".
    std::string url(const std::string& database = "maillon", const std::string& user = "maillon",
                    const std::string& rest = "") const;
    /// The URL of a new, empty schema.
    std::string new_schema();

    /// Runs SQL as the administrator; the first column of each row.
    std::vector<std::string> sql(const std::string& text, const std::string& database = "maillon") const;

    /// Ends the server: SIGTERM waits for sessions, SIGINT breaks them off, SIGQUIT is a crash.
    void stop(int signal);
    void start();

    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

private:
    explicit PostgresServer(Sync sync);
    pid_t run(const std::vector<std::string>& command) const;
    void set_up(Sync sync);

    TemporaryFolder folder_;
    pid_t owner_ = 0;  ///< the process that made it: forked children leave it alone
    pid_t process_ = 0;
    int schemas_ = 0;
};

}  // namespace maillon::test
