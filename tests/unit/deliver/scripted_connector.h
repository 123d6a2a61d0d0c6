#pragma once

#include "core/plugin/connector.h"

#include <functional>
#include <mutex>
#include <vector>

namespace maillon::deliver {

/// A connector for tests: answers each call from a script and remembers what it saw. Thread-safe.
class ScriptedConnector : public plugin::Connector {
public:
    using Answer = std::function<plugin::CallReport(const plugin::OutCall&)>;
    struct Seen {
        std::string verb;  ///< "deliver", "reconcile", "process"
        std::vector<plugin::OutCall> calls;
        TimePoint at;
    };

    explicit ScriptedConnector(const Clock& clock) : clock_(clock) {
        about.id = "scripted";
        about.delivers = about.reconciles = about.processes = true;
    }

    static plugin::CallReport ok(std::string value = "{}", std::string remote_id = {}) {
        return {{}, std::move(value), std::move(remote_id), {}};
    }
    static plugin::CallReport fails(FaultKind kind, std::string what = "no",
                                    std::optional<std::chrono::milliseconds> after = {}) {
        return {Fault{kind, std::move(what), after}, {}, {}, {}};
    }

    std::vector<Seen> seen() const {
        const std::scoped_lock lock(mutex_);
        return seen_;
    }
    /// How many calls came by `verb`, of one key or of all.
    std::size_t count(const std::string& verb, const std::string& key = {}) const {
        std::size_t out = 0;
        for (const auto& batch : seen()) {
            for (const auto& call : batch.calls)
                out += batch.verb == verb && (key.empty() || call.idempotency_key == key) ? 1 : 0;
        }
        return out;
    }

    const plugin::ConnectorInfo& info() const override { return about; }
    Result<> connect(SteadyPoint) override { return {}; }
    Result<> check(SteadyPoint) override { return {}; }
    plugin::Polled poll(std::string_view, std::uint32_t, SteadyPoint) override { return {}; }
    Result<plugin::Received> receive(const plugin::WebRequest&) override { return plugin::Received{}; }
    plugin::RecordPage read_directory(std::string_view, std::span<const std::string>, std::string_view,
                                      std::uint32_t, SteadyPoint) override {
        return {};
    }
    std::vector<plugin::CallReport> deliver(std::span<const plugin::OutCall> calls, SteadyPoint) override {
        return all("deliver", calls, on_deliver);
    }
    std::vector<plugin::CallReport> reconcile(std::span<const plugin::OutCall> calls, SteadyPoint) override {
        return all("reconcile", calls, on_reconcile);
    }
    std::vector<plugin::CallReport> process(std::span<const plugin::OutCall> calls, SteadyPoint) override {
        return all("process", calls, on_process);
    }
    void cancel() override {
        if (on_cancel) on_cancel();
    }

    // Set before the lanes start.
    plugin::ConnectorInfo about;
    Answer on_deliver = [](const auto&) { return ok(); };
    Answer on_reconcile = [](const auto&) { return fails(FaultKind::in_doubt, "cannot tell"); };
    Answer on_process = [](const auto&) { return ok(); };
    std::function<void()> on_cancel;

private:
    std::vector<plugin::CallReport> all(const char* verb, std::span<const plugin::OutCall> calls,
                                        const Answer& answer) {
        {
            const std::scoped_lock lock(mutex_);
            seen_.push_back({verb, {calls.begin(), calls.end()}, clock_.now()});
        }
        std::vector<plugin::CallReport> out;
        for (const auto& call : calls) out.push_back(answer(call));
        return out;
    }

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<Seen> seen_;
};

}  // namespace maillon::deliver
