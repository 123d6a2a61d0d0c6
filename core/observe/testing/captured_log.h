#pragma once

#include "core/observe/log.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace maillon::testing {

/// A Log for tests: keeps every event. Thread-safe.
class CapturedLog final : public Log {
public:
    struct Event {
        LogLevel level;
        std::string name;
        std::map<std::string, std::string> fields;  ///< values as text: "3", "true", "0.5"
    };

    bool takes(LogLevel) const override { return true; }
    void write(LogLevel level, std::string_view name, std::span<const LogField> fields) override;

    std::vector<Event> events() const;
    /// The events of this name, in order.
    std::vector<Event> of(std::string_view name) const;

private:
    mutable std::mutex mutex_;
    std::vector<Event> events_;
};

}  // namespace maillon::testing
