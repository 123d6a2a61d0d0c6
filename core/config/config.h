#pragma once

#include "core/base/clock.h"
#include "core/config/cron.h"
#include "core/config/hub.h"
#include "core/config/step.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace maillon::config {

/// From when on a new source brings events.
struct Since {
    enum class Kind : std::uint8_t { now, beginning, ago, moment };
    Kind kind = Kind::now;
    Millis ago{0};       ///< when ago
    TimePoint moment{};  ///< when moment
};

struct Retry {
    Millis first{500};
    Millis longest = std::chrono::minutes{5};
    Millis until_given_up = std::chrono::hours{24};  ///< `for:`
};

/// What is done with a call of which nobody can tell whether it arrived.
enum class WhenInDoubt : std::uint8_t { person, again, failed, done };

enum class Isolation : std::uint8_t { by_default, process, thread };

/// One entry of `connectors:` or `processors:`.
struct Instance {
    Name name;
    Name plugin;
    Since since;
    Millis max_age = std::chrono::days{1};  ///< older events are not answered; of calls that reach a person
    std::optional<Millis> every;            ///< poll interval; absent: the plug-in's own
    Retry retry;
    std::map<std::string, WhenInDoubt> in_doubt;  ///< by operation; others: a person decides
    Isolation isolation = Isolation::by_default;
    /// What the plug-in itself is to read: a map, environment put in, `${secret.x}` still as text. See
    /// check_against_schema.
    ValueTree settings;
    std::map<std::string, Place> places;  ///< of each hub key that was written: "since", "retry.first"
};

/// `match:` of a directory: when a rule may link a person to a record, and when a person decides.
struct Matching {
    std::optional<std::filesystem::path> model;  ///< absent: exact keys alone
    Place model_place{};
    double link_at = 0.995;  ///< probability
    double margin = 7;       ///< bits over the second
    /// Classes of evidence that may link by themselves; empty: all.
    std::vector<Name> classes;
    double review_at = 0.5;
    /// Of how many people a value may be before it says nothing more: "email", "phone", "handle", "id".
    std::map<std::string, std::int64_t, std::less<>> shared{
        {"email", 5}, {"phone", 3}, {"handle", 1}, {"id", 1}};
    double sample = 0.01;         ///< of the automatic links that people look at
    std::int64_t identities = 8;  ///< of one record

    bool permits(std::string_view evidence_class) const;
    /// For a field of a person: "id_x" is an id.
    std::int64_t most_people(std::string_view field) const;
};

struct Directory {
    Name name;
    std::string instance;  ///< `records: crm.Contacts`
    std::string module;
    Place records_place{};
    std::vector<Field> fields;              ///< field of a person → scalar: field of the record
    Millis refresh = std::chrono::days{1};  ///< all is read anew after so long; 0: never by itself
    Matching match;
};

struct ConversationKind {
    Name name;
    Millis closes_after = std::chrono::days{7};
};

/// What may be used of a service in a time, by all routes together: calls, or money.
struct Budget {
    Name name;
    std::vector<Name> of;               ///< connectors; several that share a credential share its budget
    std::vector<Name> operations;       ///< of `calls`; empty: all, but not polls
    std::optional<std::int64_t> calls;  ///< either these
    std::optional<double> spend;        ///< or this, by what each operation costs
    Millis per = std::chrono::days{1};
    std::optional<std::int64_t> burst;    ///< of `calls` at once; default: half of them
    std::map<std::string, double> costs;  ///< operation, or "poll" → what it costs

    /// Whether an operation of an instance counts; "poll" stands for asking a source.
    bool covers(std::string_view instance, std::string_view operation) const;
};

struct Block {
    Name name;
    Steps steps;
};

/// `from: { cron: "0 3 * * *", zone: Europe/Paris }`.
struct Schedule {
    Cron cron;
    Name zone{"UTC", {}};  ///< of the IANA database; whether it exists is checked by who has its files
    Millis catch_up{0};    ///< a time that was missed is made up when it is no older than this
};

/// The event by which a schedule says that its time has come.
inline constexpr std::string_view kCronDue = "hub.cron.due";

/// `from: x.message.received`. Events of the hub itself keep their prefix: connector "hub", type
/// "hub.answer.refused".
struct Trigger {
    std::string connector;
    std::string type;
    Place place{};
    std::optional<Schedule> schedule{};  ///< of `from: { cron: … }`; then the event is hub.cron.due
};

struct Route {
    Name name;
    std::vector<Trigger> from;      ///< at least one
    std::optional<Scalar> when;     ///< an expression
    std::optional<Millis> max_age;  ///< wins over the connector's
    Steps steps;                    ///< at least one
};

/// The whole configuration, every name in it resolved: what a step, route or directory names exists.
struct Config {
    Hub hub;
    std::map<std::string, Instance> connectors;
    std::map<std::string, Instance> processors;
    std::map<std::string, Directory> directories;
    std::map<std::string, ConversationKind> conversations;
    std::map<std::string, Budget> budgets;
    std::map<std::string, Block> blocks;
    std::map<std::string, Route> routes;
    std::vector<Name> secrets;  ///< every `${secret.x}` that is used, in the order of the files
    /// Its files by the number that places carry, relative to the main file's folder: the same names wherever
    /// that folder is, and for load_stored().
    std::vector<std::string> files;
    std::string hash;  ///< SHA-256 of `text`
    std::string
        text;  ///< all files in one text: what load_stored() reads; holds no secret and no environment value
};

}  // namespace maillon::config
