#include "core/hub/connect_check.h"

#include "core/hub/instances.h"
#include "core/net/beast_client.h"
#include "core/store/store.h"

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

namespace maillon::hub {
namespace {

using std::chrono::milliseconds;

/// After its deadline a connector gets so long to come back by itself.
constexpr milliseconds kGrace{2'000};

class NoLog final : public Log {
public:
    bool takes(LogLevel) const override { return false; }
    void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

/// A folder for a store that nobody wants afterwards.
class Folder {
public:
    static Result<std::unique_ptr<Folder>> make() {
        auto pattern = (std::filesystem::temp_directory_path() / "maillon-check-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) return internal("cannot make the folder " + pattern);
        return std::unique_ptr<Folder>(new Folder(pattern));
    }
    ~Folder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string store() const { return "sqlite:" + path_ + "/state.db"; }

private:
    explicit Folder(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

/// The logins under way.
class Logins {
public:
    Logins(const Clock& clock, milliseconds patience) : clock_(clock), patience_(patience) {}
    ~Logins() {
        for (auto& [name, thread] : threads_) thread.join();
    }
    Logins(const Logins&) = delete;
    Logins& operator=(const Logins&) = delete;

    void begin(const std::string& name, plugin::Connector& connector) {
        begun_ = clock_.steady();
        connectors_[name] = &connector;
        threads_.emplace(name, std::thread([this, name, &connector] { done(name, log_in(connector)); }));
    }
    /// Those that are done, as they are; the rest when time is over. `wait` says how long at the most.
    void collect(const std::function<void(const std::string&, const Result<>&, milliseconds)>& told) {
        std::unique_lock lock(mutex_);
        const auto until = std::chrono::steady_clock::now() + patience_ + kGrace;
        bool is_cancelled = false;
        while (!connectors_.empty()) {
            if (!changed_.wait_until(lock, until, [this] { return !finished_.empty(); }) && !is_cancelled) {
                is_cancelled = true;
                for (auto& [name, connector] : connectors_) connector->cancel();
            }
            if (finished_.empty()) {
                changed_.wait(lock, [this] { return !finished_.empty(); });
            }
            auto one = std::move(finished_.front());
            finished_.pop_front();
            connectors_.erase(one.name);
            lock.unlock();
            const auto late = Fault{
                FaultKind::retry, "no answer within " + std::to_string(patience_.count() / 1000) + " s", {}};
            told(one.name, is_cancelled && !one.outcome ? Result<>(late) : one.outcome, one.took);
            lock.lock();
        }
    }

private:
    struct Finished {
        std::string name;
        Result<> outcome;
        milliseconds took;
    };
    Result<> log_in(plugin::Connector& connector) const {
        const auto deadline = clock_.steady() + patience_;
        if (auto connected = connector.connect(deadline); !connected) return connected;
        auto checked = connector.check(deadline);
        if (!checked && checked.error().kind == FaultKind::unsupported) return {};
        return checked;
    }
    void done(const std::string& name, Result<> outcome) {
        const auto took = clock_.steady() - begun_;
        const std::scoped_lock lock(mutex_);
        finished_.push_back({name, std::move(outcome), std::chrono::duration_cast<milliseconds>(took)});
        changed_.notify_one();
    }

    const Clock& clock_;
    const milliseconds patience_;
    SteadyPoint begun_{};
    std::map<std::string, plugin::Connector*> connectors_;
    std::map<std::string, std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Finished> finished_;
};

}  // namespace

Result<> connect_all(const Prepared& prepared, milliseconds patience,
                     const std::function<void(const ConnectResult&)>& told) {
    const SystemClock clock;
    Metrics metrics;
    Redactor redactor;
    NoLog log;
    auto folder = Folder::make();
    if (!folder) return folder.error();
    auto database = store::open({.url = (*folder)->store(), .clock = &clock});
    if (!database) return database.error();
    BeastClient::Options options;
    options.proxy = ProxySettings::from_environment([](const char* name) { return std::getenv(name); });
    auto http = BeastClient::make(std::move(options), clock, metrics);
    if (!http) return http.error();
    const auto secrets = config::Secrets::of_process(prepared.config.hub.secrets);
    const Ground ground{**database, secrets,  clock,  log,
                        metrics,    redactor, **http, prepared.config.hub.public_url};
    std::map<std::string, LiveInstance> live;
    Logins logins(clock, patience);
    for (const auto& [name, instance] : prepared.instances) {
        auto made = create_instance(instance, ground);
        if (!made) {
            told({name, instance.settings.plugin.value, made.error(), {}});
            continue;
        }
        auto& connector = *live.emplace(name, std::move(*made)).first->second.connector;
        logins.begin(name, connector);
    }
    logins.collect([&](const std::string& name, const Result<>& outcome, milliseconds took) {
        ConnectResult result{name, prepared.instances.at(name).settings.plugin.value, {}, took};
        if (!outcome) result.fault = outcome.error();
        told(result);
    });
    return {};
}

}  // namespace maillon::hub
