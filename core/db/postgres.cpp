#include "core/db/postgres.h"

#include "core/db/connection.h"
#include "core/db/postgres_tenure.h"
#include "core/db/postgres_text.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace maillon::db {
namespace {

constexpr int kOldestServer = 130000;

/// "maillon on HOST, process 4711", which fits into the 63 bytes that a server keeps.
std::string session_name() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host = {"unknown"};
    std::string name = std::string(host.data()).substr(0, 32);
    std::ranges::replace_if(
        name, [](char c) { return c <= ' ' || c == '\'' || c == '\\' || c >= 127; }, '?');
    return "maillon on " + name + ", process " + std::to_string(::getpid());
}

/// What holds for all our sessions. A server that notices a dead hub lets the stand-by take over; a session
/// that is idle must not be ended, for the lock goes with it.
std::string set_up(const std::string& name) {
    return "SET client_encoding = 'UTF8'; SET application_name = '" + name +
           "'; SET standard_conforming_strings = on; SET jit = off; SET statement_timeout = 0;"
           " SET idle_in_transaction_session_timeout = 0; SET tcp_keepalives_idle = 10;"
           " SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000;"
           // Not weaker than on disk, and not weaker than what the server's administrator asks for.
           " SELECT set_config('synchronous_commit', 'on', false) WHERE"
           " current_setting('synchronous_commit') <> 'remote_apply';"
           " SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'";
}

/// What a server tells of itself.
struct Server {
    explicit Server(soci::session& session) {
        session << "SELECT current_setting('server_version_num'), current_setting('server_version'),"
                   " current_setting('server_encoding'), CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END,"
                   " coalesce(current_schema(), ''), current_database(), current_user, pg_backend_pid(),"
                   " CASE WHEN current_schema() IS NULL THEN 0"
                   " WHEN has_schema_privilege(current_schema(), 'CREATE') THEN 1 ELSE 0 END,"
                   " (SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()),"
                   " (SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
                   " AND tablename = 'schema_steps')",
            soci::into(number), soci::into(version), soci::into(encoding), soci::into(is_copy),
            soci::into(schema), soci::into(database), soci::into(user), soci::into(process),
            soci::into(may_create), soci::into(tables), soci::into(tables_of_ours);
    }
    int number = 0, is_copy = 0, process = 0, may_create = 0;
    long long tables = 0, tables_of_ours = 0;
    std::string version, encoding, schema, database, user;
};

struct Hint {
    std::string_view words, advice;
};
constexpr std::array<Hint, 5> kHints{{
    {"password authentication failed", "; correct the password in the secret of hub.store or in PGPASSFILE"},
    {"no password supplied", "; put the password into PGPASSFILE, or the whole URL into a secret"},
    {"does not exist", "; create it first, see docs/postgresql.md"},
    {"no pg_hba.conf entry", "; let this user in from this address, in the server's pg_hba.conf"},
    {"SSL was required", "; the server has no TLS: switch it on there, or write ?sslmode=disable"},
}};

}  // namespace

bool Postgres::is_url(std::string_view url) {
    return url.starts_with("postgresql:") || url.starts_with("postgres:");
}

Result<std::unique_ptr<const Dialect>> Postgres::of(std::string_view url) {
    auto read = PostgresUrl::of(url);
    if (!read) return read.error();
    auto client = PostgresClient::load();
    if (!client) return client.error();
    return std::unique_ptr<const Dialect>(new Postgres(*client, std::move(*read)));
}

Postgres::Postgres(PostgresClient client, PostgresUrl url)
    : client_(client), url_(std::move(url)), name_(session_name()) {}

Result<void> Postgres::open(soci::session& session, bool writes) const {
    try {
        session.open(*client_.factory, url_.for_connecting());
    } catch (const soci::soci_error& error) {
        return cannot_connect(error.get_error_message());
    }
    auto* connection = PostgresClient::connection(session);
    client_.set_error_verbosity(connection, PQERRORS_VERBOSE);
    client_.set_notice_processor(
        connection, [](void*, const char*) {}, nullptr);
    try {
        session << set_up(name_);
        if (!writes) return {};
        return check_server(session);
    } catch (const soci::soci_error& error) {
        return retry("setting up a session of " + url_.place + ": " + judge(session, error).what);
    }
}

/// libpq's words are clear; they name servers, users and databases, and never a password.
Fault Postgres::cannot_connect(std::string_view why) const {
    std::string text(why);
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace(text, '\t', ' ');
    while (text.ends_with(' ')) text.pop_back();
    const auto from = text.find("connection to server");
    if (from != text.npos) text.erase(0, from);
    for (const auto& [words, advice] : kHints)
        if (text.find(words) != text.npos)
            return config_fault("the store " + url_.place + ": " + text + std::string(advice));
    return retry("the store " + url_.place + " cannot be reached: " + text);
}

Result<void> Postgres::check_server(soci::session& session) const {
    const Server server(session);
    const auto wrong = [&](const std::string& what) {
        return config_fault("the store " + url_.place + ": " + what);
    };
    if (server.number < kOldestServer)
        return wrong("PostgreSQL " + server.version + " is too old, it takes 13 or newer");
    if (server.encoding != "UTF8")
        return wrong(
            "the database " + server.database + " has the encoding " + server.encoding +
            " and cannot keep every text; create one with: createdb --encoding=UTF8 --template=template0");
    if (server.is_copy != 0)
        return retry("the store " + url_.place +
                     " is a copy that cannot be written; name all servers in the URL, with"
                     " ?target_session_attrs=read-write");
    if (server.process != client_.backend_pid(PostgresClient::connection(session)))
        return wrong(
            "a connection pool stands in between, which would lose the lock of the active host;"
            " connect to the server itself");
    if (server.schema.empty()) return wrong("no schema of the search path exists");
    if (server.may_create == 0)
        return wrong("user " + server.user +
                     " may not create tables; as an administrator run: GRANT USAGE, CREATE"
                     " ON SCHEMA " +
                     server.schema + " TO " + server.user);
    if (server.tables > 0 && server.tables_of_ours == 0)
        return wrong("the schema " + server.schema +
                     " holds tables of another program;"
                     " give Maillon a database or a schema of its own");
    return {};
}

Verdict Postgres::judge(soci::session& session, const soci::soci_error& error) const {
    std::string words = error.get_error_message();
    auto message = postgres::message_of(words);
    auto trouble = postgres::trouble_of(message.code);
    auto* connection = session.get_backend() == nullptr ? nullptr : PostgresClient::connection(session);
    // A failure without a code is the client library's own: it could not send or got no answer. After a
    // failed send it still calls the connection good.
    const bool is_of_client = message.code.empty() && words.find("Fatal error.") != words.npos;
    if (connection == nullptr || client_.status(connection) == CONNECTION_BAD || is_of_client)
        trouble = Trouble::lost;
    return {trouble, std::move(message.text)};
}

// Texts sort by their bytes, as everywhere else in Maillon, and not by the rules of the database's language.
std::string Postgres::schema_sql(std::string_view text) const {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kWords{{
        {"{id}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
        {"{int}", "BIGINT"},
        {"{real}", "DOUBLE PRECISION"},
        {" {keyed}", ""},
        {" TEXT", " TEXT COLLATE \"C\""},
    }};
    return replace_words(text, kWords);
}

std::unique_ptr<Tenure> Postgres::tenure() const {
    return std::make_unique<PostgresTenure>(url_.place, name_);
}

std::unique_ptr<Transaction> Postgres::transaction(Connection& connection) const {
    return std::make_unique<PostgresTransaction>(connection, client_);
}

std::string Postgres::for_arrays(std::string_view sql, std::span<const Kind> kinds) const {
    return postgres::for_arrays(sql, kinds);
}
void Postgres::add_to_array(std::string& array, const Param& value) const {
    postgres::add_to_array(array, value);
}
bool Postgres::encode(std::string_view text, std::string& out) const {
    return postgres::encode(text, out);
}
bool Postgres::decode(std::string& text) const {
    return postgres::decode(text);
}

void Postgres::cut(soci::session& session) const {
    ::shutdown(client_.socket(PostgresClient::connection(session)), SHUT_RDWR);
}

}  // namespace maillon::db
