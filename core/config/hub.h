#pragma once

#include "core/config/position.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace maillon::config {

using Millis = std::chrono::milliseconds;

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { json, text };

/// Section `hub:`. Every path is absolute, or relative to the main file's folder and already joined with it.
struct Hub {
    struct Listen {
        std::string host = "127.0.0.1";
        std::uint16_t port = 8080;  ///< 0: any free one
        bool is_loopback() const;
    };
    struct Keep {
        Millis events = std::chrono::days{30};
        Millis traces = std::chrono::days{7};
        Millis dead_letters = std::chrono::days{90};
    };
    struct Log {
        LogLevel level = LogLevel::info;
        LogFormat format = LogFormat::text;
    };
    struct Limits {
        std::uint64_t max_body = 2u << 20;  ///< bytes of one HTTP request
        std::uint32_t max_hops = 8;  ///< how often an event may beget an event before it is taken for a loop
        std::uint32_t max_runs = 10'000;  ///< runs in memory at once; the others wait in their table
        std::uint32_t max_items = 1'000;  ///< of a list that `each` goes through
    };
    /// For how long a commit takes in what comes meanwhile, and how many units at most; it waits for nobody.
    /// Throughput against latency.
    struct Commit {
        Millis wait{20};
        std::uint32_t units = 512;
    };

    Listen listen;
    std::string public_url = "http://127.0.0.1:8080";  ///< no slash at the end; default: made of `listen`
    std::filesystem::path admin = "/run/maillon/admin.sock";
    std::filesystem::path store = "/var/lib/maillon/maillon.db";  ///< the file behind `sqlite:`
    std::string store_url;  ///< of a store on a server, or "${secret.NAME}" that holds it; empty: the file
    std::filesystem::path secrets = "/etc/maillon/secrets";
    std::vector<std::filesystem::path> plugins;  ///< empty: next to the program
    Keep keep;
    Log log;
    Limits limits;
    Commit commit;
    Place place{};
    std::map<std::string, Place> places;  ///< of each key that was written: "listen", "keep.events"
};

}  // namespace maillon::config
