#pragma once

#include "core/base/clock.h"
#include "core/observe/log.h"
#include "core/observe/redactor.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace maillon {

/// `json`: one object per line, keys `time`, `level`, `event`, then the fields. `text`: for people on a
/// terminal.
enum class LogFormat : std::uint8_t { json, text };

/// Takes one whole line with its line end. Called by one thread at a time.
using LogOutput = std::function<void(std::string_view line)>;

/// Text when the file descriptor is a terminal, else JSON.
LogFormat log_format_for(int fd);
/// Writes each line with one write(2) to `fd`, which stays the caller's. A full or broken pipe loses lines,
/// not the hub.
LogOutput log_output_to(int fd);

/// The sink of the running hub: formats events into lines.
///
/// Values lose registered secrets, then everything that is not UTF-8 or would break a line or drive a
/// terminal, then what is beyond `longest_value`. Of one name at most `burst` events per `window` get out;
/// the rest are counted and told by one `log.suppressed` event (fields `name`, `suppressed`) when the window
/// is over. Thread-safe.
class LineLog final : public Log {
public:
    struct Options {
        LogLevel level = LogLevel::info;
        LogFormat format = LogFormat::json;
        int burst = 50;  ///< events per name and window; 0 = no limit
        std::chrono::milliseconds window{10'000};
        std::size_t longest_value = 8 * 1024;  ///< bytes
    };

    /// `clock` and `redactor` must outlive this.
    LineLog(Options options, const Clock& clock, const Redactor& redactor, LogOutput output);
    /// Tells what is still suppressed.
    ~LineLog() override;

    bool takes(LogLevel level) const override;
    void write(LogLevel level, std::string_view name, std::span<const LogField> fields) override;
    /// Takes effect at once (SIGHUP, `maillon log debug`).
    void set_level(LogLevel level);

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace maillon
