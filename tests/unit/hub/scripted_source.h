#pragma once

#include "core/plugin/connector.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace maillon::hub {

/// A connector that only brings: answers from a script and remembers when it was asked what. Thread-safe.
class ScriptedSource : public plugin::Connector {
public:
    struct Seen {
        std::string verb;  ///< "connect", "poll", "receive", "read"
        std::string what;  ///< cursor, or body of the request
        SteadyPoint at;
    };

    explicit ScriptedSource(const Clock& clock) : clock_(clock) {
        about.id = "scripted";
        about.polls = about.receives = about.reads_directory = true;
    }

    std::vector<Seen> seen(const std::string& verb) const {
        const std::scoped_lock lock(mutex_);
        std::vector<Seen> out;
        for (const auto& one : seen_) {
            if (one.verb == verb) out.push_back(one);
        }
        return out;
    }
    std::vector<std::string> whats(const std::string& verb) const {
        std::vector<std::string> out;
        for (const auto& one : seen(verb)) out.push_back(one.what);
        return out;
    }
    std::vector<std::string> verbs() const {
        const std::scoped_lock lock(mutex_);
        std::vector<std::string> out;
        for (const auto& one : seen_) out.push_back(one.verb);
        return out;
    }
    /// False when it is not asked so often within a minute of real time.
    bool is_asked(const std::string& verb, std::size_t times) const {
        std::unique_lock lock(mutex_);
        return asked_.wait_for(lock, std::chrono::minutes{1}, [&] {
            std::size_t count = 0;
            for (const auto& one : seen_) count += one.verb == verb ? 1 : 0;
            return count >= times;
        });
    }

    const plugin::ConnectorInfo& info() const override { return about; }
    Result<> connect(SteadyPoint) override {
        note("connect", {});
        return on_connect();
    }
    Result<> check(SteadyPoint) override { return {}; }
    plugin::Polled poll(std::string_view cursor, std::uint32_t, SteadyPoint) override {
        note("poll", std::string(cursor));
        return on_poll(std::string(cursor));
    }
    Result<plugin::Received> receive(const plugin::WebRequest& request) override {
        note("receive", request.body);
        return on_receive(request);
    }
    plugin::RecordPage read_directory(std::string_view module, std::span<const std::string> fields,
                                      std::string_view cursor, std::uint32_t, SteadyPoint) override {
        modules.emplace_back(module);
        asked_fields.assign(fields.begin(), fields.end());
        note("read", std::string(cursor));
        return on_read(std::string(cursor));
    }
    std::vector<plugin::CallReport> deliver(std::span<const plugin::OutCall>, SteadyPoint) override {
        return {};
    }
    std::vector<plugin::CallReport> reconcile(std::span<const plugin::OutCall>, SteadyPoint) override {
        return {};
    }
    std::vector<plugin::CallReport> process(std::span<const plugin::OutCall>, SteadyPoint) override {
        return {};
    }
    void cancel() override { on_cancel(); }

    // Set before the lane starts.
    plugin::ConnectorInfo about;
    std::function<Result<>()> on_connect = [] { return Result<>{}; };
    /// Comes back in an hour, so that one poll is one poll.
    std::function<plugin::Polled(const std::string&)> on_poll = [](const auto&) {
        return plugin::Polled{{}, {}, std::chrono::hours{1}, {}};
    };
    std::function<Result<plugin::Received>(const plugin::WebRequest&)> on_receive = [](const auto&) {
        return plugin::Received{};
    };
    std::function<plugin::RecordPage(const std::string&)> on_read = [](const auto&) {
        return plugin::RecordPage{{}, {}, true, {}};
    };
    std::function<void()> on_cancel = [] {};

    // To be looked at when no call is under way.
    std::vector<std::string> modules, asked_fields;

private:
    void note(const char* verb, std::string what) {
        const std::scoped_lock lock(mutex_);
        seen_.push_back({verb, std::move(what), clock_.steady()});
        asked_.notify_all();
    }

    const Clock& clock_;
    mutable std::mutex mutex_;
    mutable std::condition_variable asked_;
    std::vector<Seen> seen_;
};

}  // namespace maillon::hub
