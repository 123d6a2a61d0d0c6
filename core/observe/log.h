#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace maillon {

/// How much a person should care. `error`: something is lost or stands still; `warning`: it will be if nobody
/// acts; `info`: a normal turn of events, without personal data; `debug`: for the one who looks for a fault.
enum class LogLevel : std::uint8_t { error, warning, info, debug };

/// "error", "warning", "info", "debug".
std::string_view name_of(LogLevel level);
std::optional<LogLevel> log_level_from(std::string_view name);

/// One key with its value. Borrows its texts: it lives for the one call of `Log::write` that it is made for.
struct LogField {
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

    LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
    LogField(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
    LogField(std::string_view name, bool flag) : key(name), value(flag) {}
    LogField(std::string_view name, double number) : key(name), value(number) {}
    template <std::signed_integral T>
    LogField(std::string_view name, T n) : key(name), value(std::int64_t{n}) {}
    template <std::unsigned_integral T>
    LogField(std::string_view name, T n) : key(name), value(std::uint64_t{n}) {}

    std::string_view key;
    Value value;
};

/// Where the rooms say what happens: events with a name and fields, not prose.
///
/// The name is fixed text of the code, `room.what_happened` ("net.connection_reused"); whatever varies is a
/// field. That keeps lines searchable and lets the sink limit the rate per name. Thread-safe; never throws;
/// may block for the length of one write. The sink redacts secrets, yet callers do not hand it any.
class Log {
public:
    using Fields = std::initializer_list<LogField>;

    virtual ~Log() = default;

    /// False when an event of this level would be dropped: ask before preparing costly fields.
    virtual bool takes(LogLevel level) const = 0;
    virtual void write(LogLevel level, std::string_view name, std::span<const LogField> fields) = 0;

    void error(std::string_view name, Fields fields = {}) { say(LogLevel::error, name, fields); }
    void warning(std::string_view name, Fields fields = {}) { say(LogLevel::warning, name, fields); }
    void info(std::string_view name, Fields fields = {}) { say(LogLevel::info, name, fields); }
    void debug(std::string_view name, Fields fields = {}) { say(LogLevel::debug, name, fields); }

private:
    void say(LogLevel level, std::string_view name, Fields fields) {
        if (takes(level)) write(level, name, std::span(fields.begin(), fields.size()));
    }
};

}  // namespace maillon
