#include "tests/unit/db/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

/// SOCI's backend loses the buffer of a value (21 bytes) now and then when the server goes in the middle of a
/// statement. Read by the leak sanitizer, where there is one.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libsoci_postgresql\n";
}

namespace maillon::test {
namespace {

constexpr const char* kInstalled = "/usr/lib/postgresql";

/// The folder with the programs of the newest server, or empty.
std::filesystem::path programs() {
    std::error_code none;
    std::filesystem::path newest;
    for (const auto& version : std::filesystem::directory_iterator(kInstalled, none))
        if (std::filesystem::exists(version.path() / "bin/postgres") && version.path() > newest)
            newest = version.path();
    return newest.empty() ? newest : newest / "bin";
}

/// Whom the server runs as when we are root.
const passwd& somebody() {
    const auto* user = ::getpwnam("postgres");
    if (user == nullptr) user = ::getpwnam("nobody");
    if (user == nullptr) throw std::runtime_error("no user to run a server as");
    return *user;
}

/// In the child: no rights, no terminal, and an end when the test program ends in whatever way.
void become_server(const std::string& log) {
    if (::geteuid() == 0) {
        const auto& user = somebody();
        if (::setgroups(0, nullptr) != 0 || ::setgid(user.pw_gid) != 0 || ::setuid(user.pw_uid) != 0)
            ::_exit(125);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    ::setsid();
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(file, descriptor);
    sigset_t all;
    sigemptyset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
}

std::string without_slashes(const std::string& path) {
    std::string out;
    for (const char c : path) out += c == '/' ? "%2F" : std::string(1, c);
    return out;
}

}  // namespace

PostgresServer* PostgresServer::of_program(Sync sync) {
    static const std::unique_ptr<PostgresServer> server = [sync] {
        if (!programs().empty()) return std::unique_ptr<PostgresServer>(new PostgresServer(sync));
        if (std::getenv("CI") != nullptr) throw std::runtime_error(why_none());
        return std::unique_ptr<PostgresServer>();
    }();
    return server.get();
}

std::string PostgresServer::why_none() {
    return std::string("no PostgreSQL server in ") + kInstalled +
           ": nothing was tested on one; scripts/bootstrap installs it";
}

PostgresServer::PostgresServer(Sync sync) : owner_(::getpid()) {
    if (::geteuid() == 0 && ::chown(folder_.path().c_str(), somebody().pw_uid, somebody().pw_gid) != 0)
        throw std::runtime_error("the server's folder cannot be given away");
    set_up(sync);
    start();
    sql("CREATE ROLE maillon LOGIN", "postgres");
    sql("CREATE DATABASE maillon OWNER maillon", "postgres");
}

PostgresServer::~PostgresServer() {
    if (owner_ == ::getpid()) stop(SIGQUIT);
}

pid_t PostgresServer::run(const std::vector<std::string>& command) const {
    const auto process = ::fork();
    if (process != 0) return process;
    become_server(folder_.file("log"));
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(126);
}

void PostgresServer::set_up(Sync sync) {
    const auto made = run({programs() / "initdb", "--pgdata=" + folder_.file("data"), "--username=postgres",
                           "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"});
    int status = 0;
    if (::waitpid(made, &status, 0) != made || status != 0)
        throw std::runtime_error("initdb failed, see its log");
    std::ofstream(folder_.file("data/pg_hba.conf"))
        << "local all locked scram-sha-256\nlocal all stranger reject\nlocal all all trust\n";
    std::ofstream settings(folder_.file("data/postgresql.conf"), std::ios::app);
    settings << "listen_addresses = ''\nunix_socket_directories = '" << folder_.path().string()
             << "'\nmax_connections = 60\nlog_min_messages = fatal\n";
    if (sync == Sync::none)
        settings << "fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\n";
    else
        settings << "shared_buffers = 256MB\nmax_wal_size = 4GB\n";
}

void PostgresServer::start() {
    process_ = run({programs() / "postgres", "-D", folder_.file("data")});
    const auto address = url("postgres", "postgres");
    while (::PQping(address.c_str()) != PQPING_OK) {
        if (::waitpid(process_, nullptr, WNOHANG) == process_)
            throw std::runtime_error("the server ended, see its log");
        ::usleep(5'000);  // another program's start: it can only be asked
    }
}

void PostgresServer::stop(int signal) {
    if (process_ == 0) return;
    ::kill(process_, signal);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
}

std::string PostgresServer::url(const std::string& database, const std::string& user,
                                const std::string& rest) const {
    return "postgresql://" + user + "@" + without_slashes(folder_.path()) + "/" + database + rest;
}

std::string PostgresServer::new_schema() {
    const auto name = "test_" + std::to_string(++schemas_);
    sql("CREATE SCHEMA " + name + " AUTHORIZATION maillon");
    return url("maillon", "maillon", "?options=-csearch_path%3D" + name);
}

std::vector<std::string> PostgresServer::sql(const std::string& text, const std::string& database) const {
    const std::unique_ptr<PGconn, decltype(&::PQfinish)> connection(
        ::PQconnectdb(url(database, "postgres").c_str()), &::PQfinish);
    ::PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&::PQclear)> result(::PQexec(connection.get(), text.c_str()),
                                                                 &::PQclear);
    const auto status = ::PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(text + ": " + ::PQerrorMessage(connection.get()));
    std::vector<std::string> rows;
    for (int i = 0; i < ::PQntuples(result.get()); ++i) rows.emplace_back(::PQgetvalue(result.get(), i, 0));
    return rows;
}

}  // namespace maillon::test
