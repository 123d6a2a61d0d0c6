#include "core/observe/line_log.h"

#include "core/base/time.h"
#include "core/observe/json_text.h"
#include "core/observe/rate_limit.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <utility>

namespace maillon {
namespace {

constexpr std::string_view kSuppressed = "log.suppressed";

/// Keys that every line has; a field of that name gets a '_' behind.
bool is_reserved(std::string_view key) {
    return key == "time" || key == "level" || key == "event";
}

/// Text for a terminal: no control character (C0, DEL, C1) gets through, so no value can move a cursor.
void append_visible(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        const auto code = c1 ? static_cast<unsigned char>(text[++i]) : byte;
        if (!c1 && code >= 0x20 && code != 0x7F) {
            out.push_back(text[i]);
            continue;
        }
        out += "\\x";
        out += digits[code >> 4];
        out += digits[code & 15];
    }
}

bool needs_quotes(std::string_view text) {
    return text.empty() || text.find_first_of(" =\"") != std::string_view::npos;
}

void append_number(std::string& out, const LogField::Value& value) {
    if (const auto* i = std::get_if<std::int64_t>(&value)) out += std::to_string(*i);
    if (const auto* u = std::get_if<std::uint64_t>(&value)) out += std::to_string(*u);
    if (const auto* d = std::get_if<double>(&value)) append_json_number(out, *d);
    if (const auto* b = std::get_if<bool>(&value)) out += *b ? "true" : "false";
}

}  // namespace

class LineLog::State {
public:
    State(Options options, const Clock& clock, const Redactor& redactor, LogOutput output)
        : options_(options),
          clock_(clock),
          redactor_(redactor),
          output_(std::move(output)),
          level_(options.level),
          limit_(options.burst, options.window) {}

    bool takes(LogLevel level) const { return level <= level_.load(std::memory_order_relaxed); }
    void set_level(LogLevel level) { level_.store(level, std::memory_order_relaxed); }

    void write(LogLevel of, std::string_view name, std::span<const LogField> fields) {
        const auto now = clock_.steady();
        const std::scoped_lock lock(mutex_);
        tell(limit_.take_over(now));
        if (limit_.passes(name, now)) output_(line(of, name, fields));
    }

    void tell_rest() {
        const std::scoped_lock lock(mutex_);
        tell(limit_.take_all());
    }

private:
    void tell(const std::vector<RateLimit::Suppressed>& suppressed) {
        for (const auto& [name, count] : suppressed) {
            const std::array<LogField, 2> fields{LogField{"name", name}, LogField{"suppressed", count}};
            output_(line(LogLevel::warning, kSuppressed, fields));
        }
    }

    std::string safe(std::string_view text) const {
        return cut_utf8(make_utf8(redactor_.clean(text)), options_.longest_value);
    }

    std::string line(LogLevel of, std::string_view name, std::span<const LogField> fields) const {
        return options_.format == LogFormat::json ? json_line(of, name, fields) : text_line(of, name, fields);
    }

    std::string json_line(LogLevel of, std::string_view name, std::span<const LogField> fields) const {
        std::string out =
            R"({"time":")" + to_rfc3339(clock_.now()) + R"(","level":")" + std::string(name_of(of));
        out += R"(","event":)";
        append_json_string(out, safe(name));
        for (const auto& field : fields) {
            out += ',';
            append_json_string(out, safe(field.key) + (is_reserved(field.key) ? "_" : ""));
            out += ':';
            const auto* text = std::get_if<std::string_view>(&field.value);
            text ? append_json_string(out, safe(*text)) : append_number(out, field.value);
        }
        return out += "}\n";
    }

    std::string text_line(LogLevel of, std::string_view name, std::span<const LogField> fields) const {
        std::string out = to_rfc3339(clock_.now()) + " ";
        out += name_of(of);
        out.resize(out.size() + 8 - name_of(of).size(), ' ');
        append_visible(out, safe(name));
        for (const auto& field : fields) {
            out += ' ';
            append_visible(out, safe(field.key));
            out += '=';
            append_text_value(out, field.value);
        }
        return out += '\n';
    }

    void append_text_value(std::string& out, const LogField::Value& value) const {
        const auto* text = std::get_if<std::string_view>(&value);
        if (!text) return append_number(out, value);
        std::string visible;
        append_visible(visible, safe(*text));
        needs_quotes(visible) ? append_json_string(out, visible) : void(out += visible);
    }

    const Options options_;
    const Clock& clock_;
    const Redactor& redactor_;
    const LogOutput output_;
    std::atomic<LogLevel> level_;
    std::mutex mutex_;
    RateLimit limit_;  // guarded by mutex_, as is the right to call output_
};

LineLog::LineLog(Options options, const Clock& clock, const Redactor& redactor, LogOutput output)
    : state_(std::make_unique<State>(options, clock, redactor, std::move(output))) {}

LineLog::~LineLog() {
    state_->tell_rest();
}

bool LineLog::takes(LogLevel level) const {
    return state_->takes(level);
}

void LineLog::write(LogLevel level, std::string_view name, std::span<const LogField> fields) {
    if (takes(level)) state_->write(level, name, fields);
}

void LineLog::set_level(LogLevel level) {
    state_->set_level(level);
}

}  // namespace maillon
