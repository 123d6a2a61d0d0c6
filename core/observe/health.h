#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace maillon {

enum class HealthState : std::uint8_t { starting, ok, failing };

/// "starting", "ok", "failing".
std::string_view name_of(HealthState state);

/// What depends on a component. A `vital` one that fails makes the process not alive: only a restart helps.
/// Every one, vital or not, must be ok for the hub to be ready.
enum class Weight : std::uint8_t { normal, vital };

/// Where components report how they are, and where /healthz and /readyz look. Thread-safe.
class Health {
public:
    /// A component's own line. Removes itself when it goes; the Health must outlive it.
    class Component {
    public:
        Component(Component&& other) noexcept;
        Component& operator=(Component&&) = delete;
        ~Component();

        void starting(std::string_view sentence = "");
        /// With `valid_for`, the word must be renewed in that time or the component counts as failing: this
        /// is how a stuck thread is seen.
        void ok(std::optional<std::chrono::milliseconds> valid_for = {});
        /// `sentence` tells the administrator what is wrong and since what; no secret, no personal data.
        void failing(std::string_view sentence);

    private:
        friend class Health;
        Component(Health* health, std::uint64_t id) : health_(health), id_(id) {}
        Health* health_;
        std::uint64_t id_;
    };

    struct Report {
        bool good = false;  ///< HTTP 200 if true, else 503
        /// {"status":"ok|starting|failing","components":[{"name","state","since","reason"}]}
        std::string json;
    };

    /// `clock` must outlive this.
    explicit Health(const Clock& clock) : clock_(clock) {}

    /// A new line, in state `starting`. Names need not be unique; they sort the report.
    Component component(std::string_view name, Weight weight = Weight::normal);

    /// Good unless a vital component fails. Lists the vital components.
    Report alive() const;
    /// Good when there are components and all are ok. Lists all.
    Report ready() const;
    /// Each name, and whether all that bear it are ok.
    std::map<std::string, bool> components() const;

private:
    struct Line {
        std::string name;
        Weight weight = Weight::normal;
        HealthState state = HealthState::starting;
        TimePoint since{};
        std::string reason{};
        std::optional<SteadyPoint> valid_until{};
        TimePoint valid_until_wall{};
    };

    void set(std::uint64_t id, HealthState state, std::string_view reason,
             std::optional<std::chrono::milliseconds> valid_for);
    void remove(std::uint64_t id);
    Line seen_now(Line line) const;
    Report report(bool vital_only) const;
    static std::string as_json(const Line& line);

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, Line> lines_;
    std::uint64_t next_id_ = 1;
};

}  // namespace maillon
