#include "core/observe/health.h"

#include "core/base/time.h"
#include "core/observe/json_text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace maillon {

using std::chrono::milliseconds;

std::string_view name_of(HealthState state) {
    constexpr std::array<std::string_view, 3> names{"starting", "ok", "failing"};
    return names[static_cast<std::size_t>(state)];
}

Health::Component::Component(Component&& other) noexcept : health_(other.health_), id_(other.id_) {
    other.health_ = nullptr;
}

Health::Component::~Component() {
    if (health_) health_->remove(id_);
}

void Health::Component::starting(std::string_view sentence) {
    health_->set(id_, HealthState::starting, sentence, {});
}

void Health::Component::ok(std::optional<milliseconds> valid_for) {
    health_->set(id_, HealthState::ok, "", valid_for);
}

void Health::Component::failing(std::string_view sentence) {
    health_->set(id_, HealthState::failing, sentence, {});
}

Health::Component Health::component(std::string_view name, Weight weight) {
    const std::scoped_lock lock(mutex_);
    const auto id = next_id_++;
    lines_[id] = {.name = std::string(name), .weight = weight, .since = clock_.now()};
    return {this, id};
}

void Health::set(std::uint64_t id, HealthState state, std::string_view reason,
                 std::optional<milliseconds> valid_for) {
    const std::scoped_lock lock(mutex_);
    auto& line = lines_.at(id);
    // A state that came by expiry began then, not at the last word.
    if (seen_now(line).state != state) line.since = clock_.now();
    line.state = state;
    line.reason = make_utf8(reason);
    line.valid_until.reset();
    if (valid_for) {
        line.valid_until = clock_.steady() + *valid_for;
        line.valid_until_wall = clock_.now() + *valid_for;
    }
}

void Health::remove(std::uint64_t id) {
    const std::scoped_lock lock(mutex_);
    lines_.erase(id);
}

/// The line with an expired "ok" turned into "failing".
Health::Line Health::seen_now(Line line) const {
    if (!line.valid_until || clock_.steady() < *line.valid_until) return line;
    line.state = HealthState::failing;
    line.since = line.valid_until_wall;
    line.reason = "has not reported in time: it may be stuck";
    return line;
}

Health::Report Health::alive() const {
    return report(true);
}

Health::Report Health::ready() const {
    return report(false);
}

std::map<std::string, bool> Health::components() const {
    std::map<std::string, bool> out;
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, line] : lines_) {
        auto& is_ok = out.try_emplace(line.name, true).first->second;
        is_ok = is_ok && seen_now(line).state == HealthState::ok;
    }
    return out;
}

Health::Report Health::report(bool vital_only) const {
    std::vector<Line> lines;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [id, line] : lines_) {
            if (!vital_only || line.weight == Weight::vital) lines.push_back(seen_now(line));
        }
    }
    std::ranges::stable_sort(lines, {}, &Line::name);
    const auto any = [&](HealthState state) {
        return std::ranges::find(lines, state, &Line::state) != lines.end();
    };
    HealthState whole = HealthState::ok;
    if (any(HealthState::starting) || (lines.empty() && !vital_only)) whole = HealthState::starting;
    if (any(HealthState::failing)) whole = HealthState::failing;

    Report out;
    out.good = whole == HealthState::ok || (vital_only && whole == HealthState::starting);
    out.json = R"({"status":")" + std::string(name_of(whole)) + R"(","components":[)";
    for (const auto& line : lines) out.json += (&line == lines.data() ? "" : ",") + as_json(line);
    out.json += "]}";
    return out;
}

std::string Health::as_json(const Line& line) {
    std::string out = R"({"name":)";
    append_json_string(out, make_utf8(line.name));
    out += R"(,"state":")" + std::string(name_of(line.state));
    out += R"(","since":")" + to_rfc3339(line.since) + R"(","reason":)";
    append_json_string(out, line.reason);
    return out + '}';
}

}  // namespace maillon
