#include "core/config/shape.h"

#include <algorithm>
#include <array>

namespace maillon::config {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 2> kFormats{"json", "text"};

constexpr std::array<Key, 8> kSections{{
    {"hub", "hub", "The hub itself: addresses, files, limits."},
    {"connectors", "connectors", "What the hub talks to: one entry for each account or system."},
    {"processors", "processors", "What works on an event on its way, such as telling its language."},
    {"directories", "directories", "Where the people are known."},
    {"conversations", "conversations",
     "Kinds of conversations: threads that are remembered with their channel."},
    {"budgets", "budgets", "What may be used of a service in a time: calls, or money."},
    {"blocks", "blocks", "Lists of steps that routes share; `do:` runs one."},
    {"routes", "routes", "What is done with an event: `from` where, `when`, and which `steps`."},
}};

constexpr std::array<Key, 10> kHub{{
    {"listen", "listen",
     "Address and port of webhooks, admin API and console. Put a TLS proxy in front for the outside.",
     R"("127.0.0.1:8080")", R"(["127.0.0.1:8080", "[::1]:8080", "0.0.0.0:8080"])"},
    {"public_url",
     "public_url",
     "The address at which services reach this hub: used in signatures, sign-in and unsubscribe links. "
     "Default: made of "
     "`listen`.",
     {},
     R"(["https://hub.example.com"])"},
    {"admin", "unix_socket", "The socket on which the command line talks to the daemon.",
     R"("unix:/run/maillon/admin.sock")"},
    {"store", "store", "Where journal, runs and conversations are kept: a file, or a database of PostgreSQL.",
     R"("sqlite:/var/lib/maillon/maillon.db")",
     R"(["sqlite:/var/lib/maillon/maillon.db", "postgresql://maillon@db.example.com/maillon"])"},
    {"secrets", "text",
     "A folder with one file for each secret, mode 0600, owned by the user that runs the hub.",
     R"("/etc/maillon/secrets")"},
    {"plugins",
     "folders",
     "Folders to look for modules in. Default: next to the program.",
     {},
     R"([["/usr/lib/maillon/plugins"]])"},
    {"keep", "keep", "How long what is settled is kept."},
    {"log", "log", "What is logged, and how."},
    {"limits", "limits", "What one request, event or route may take."},
    {"commit", "commit", "What shares one commit: throughput against latency."},
}};

constexpr std::array<Key, 3> kKeep{{
    {"events", "minute_span", "Events that are settled.", R"("30d")"},
    {"traces", "minute_span", "What `maillon why` shows of a run.", R"("7d")"},
    {"dead_letters", "minute_span", "Dead letters.", R"("90d")"},
}};

constexpr std::array<Key, 2> kLog{{
    {"level", {}, "The least that is logged.", R"("info")", {}, false, kLevels},
    {"format", {}, "`json` for machines, `text` for people.", R"("text")", {}, false, kFormats},
}};

constexpr std::array<Key, 4> kLimits{{
    {"max_body", "size", "Bytes of one HTTP request.", R"("2MiB")", R"(["512KiB", "2MiB", 1048576])"},
    {"max_hops",
     {},
     "How often an event may beget an event before it is taken for a loop.",
     "8",
     {},
     false,
     {},
     1,
     100},
    {"max_runs",
     {},
     "Runs in memory at once; the others wait in the store.",
     "10000",
     {},
     false,
     {},
     1,
     1'000'000},
    {"max_items", {}, "Items of a list that `each` goes through.", "1000", {}, false, {}, 1, 100'000},
}};

constexpr std::array<Key, 2> kCommit{{
    {"wait", "span", "For how long a commit takes in what comes meanwhile; it waits for nobody.",
     R"("20ms")"},
    {"units", {}, "How many may share one commit.", "512", {}, false, {}, 1, 100'000},
}};

}  // namespace

const Key* Shape::find(std::string_view key) const {
    const auto found = std::ranges::find(keys, key, &Key::name);
    return found == keys.end() ? nullptr : &*found;
}

constinit const Shape kRootShape{"root", "Configuration of Maillon; also one file of `conf.d`.", kSections};
constinit const Shape kHubShape{"hub", "The hub itself.", kHub};
constinit const Shape kKeepShape{"keep", "How long what is settled is kept.", kKeep};
constinit const Shape kLogShape{"log", "What is logged, and how.", kLog};
constinit const Shape kLimitsShape{"limits", "What one request, event or route may take.", kLimits};
constinit const Shape kCommitShape{"commit", "What shares one commit.", kCommit};

}  // namespace maillon::config
