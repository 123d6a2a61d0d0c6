#include "core/observe/testing/captured_log.h"

#include "core/observe/json_text.h"

namespace maillon::testing {
namespace {

std::string as_text(const LogField::Value& value) {
    struct {
        std::string operator()(std::string_view text) const { return std::string(text); }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(std::uint64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const {
            std::string out;
            append_json_number(out, number);
            return out;
        }
    } const visitor;
    return std::visit(visitor, value);
}

}  // namespace

void CapturedLog::write(LogLevel level, std::string_view name, std::span<const LogField> fields) {
    Event event{level, std::string(name), {}};
    for (const auto& field : fields) event.fields[std::string(field.key)] = as_text(field.value);
    const std::scoped_lock lock(mutex_);
    events_.push_back(std::move(event));
}

std::vector<CapturedLog::Event> CapturedLog::events() const {
    const std::scoped_lock lock(mutex_);
    return events_;
}

std::vector<CapturedLog::Event> CapturedLog::of(std::string_view name) const {
    std::vector<Event> out;
    for (auto& event : events()) {
        if (event.name == name) out.push_back(std::move(event));
    }
    return out;
}

}  // namespace maillon::testing
