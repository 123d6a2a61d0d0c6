#include "core/hub/connect_check.h"

#include "core/deliver/deliver.h"
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
    using Told = std::function<void(const std::string&, const Result<>&, milliseconds)>;

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
    /// Tells of those that are done, and of the rest when time is over. False when some did not come back,
    /// not even when they were cancelled: then this must not be destroyed.
    bool collect(const Told& told) {
        const auto until = std::chrono::steady_clock::now() + patience_ + kGrace;
        tell_until(until, told, {});
        if (connectors_.empty()) return true;
        for (auto& [name, connector] : connectors_) connector->cancel();
        const auto late = retry("no answer within " + std::to_string(patience_.count() / 1000) + " s");
        tell_until(std::chrono::steady_clock::now() + deliver::kCancelTime, told, late);
        for (const auto& [name, connector] : connectors_)
            told(name, retry("it has not come back from its login, though it was cancelled"),
                 std::chrono::duration_cast<milliseconds>(clock_.steady() - begun_));
        return connectors_.empty();
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
    /// A failure is told as `instead`, where that is given.
    void tell_until(std::chrono::steady_clock::time_point until, const Told& told,
                    const std::optional<Fault>& instead) {
        std::unique_lock lock(mutex_);
        while (!connectors_.empty() &&
               changed_.wait_until(lock, until, [this] { return !finished_.empty(); })) {
            auto one = std::move(finished_.front());
            finished_.pop_front();
            connectors_.erase(one.name);
            lock.unlock();
            told(one.name, instead && !one.outcome ? Result<>(*instead) : one.outcome, one.took);
            lock.lock();
        }
    }

    const Clock& clock_;
    const milliseconds patience_;
    SteadyPoint begun_{};
    std::map<std::string, plugin::Connector*> connectors_;  ///< those that nobody was told of
    std::map<std::string, std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Finished> finished_;
};

/// What connectors need to log in. Members are destroyed after those that use them.
struct Stage {
    Stage(std::unique_ptr<Folder> f, const Prepared& prepared, milliseconds patience)
        : folder(std::move(f)),
          secrets(config::Secrets::of_process(prepared.config.hub.secrets)),
          logins(clock, patience) {}

    Result<> open() {
        auto opened = store::open({.url = folder->store(), .clock = &clock});
        if (!opened) return opened.error();
        database = std::move(*opened);
        BeastClient::Options options;
        options.proxy = ProxySettings::from_environment([](const char* name) { return std::getenv(name); });
        auto client = BeastClient::make(std::move(options), clock, metrics);
        if (!client) return client.error();
        http = std::move(*client);
        return {};
    }

    std::unique_ptr<Folder> folder;
    SystemClock clock;
    Metrics metrics;
    Redactor redactor;
    NoLog log;
    config::Secrets secrets;
    std::unique_ptr<db::Database> database;
    std::unique_ptr<BeastClient> http;
    std::map<std::string, LiveInstance> live;
    Logins logins;
};

}  // namespace

Result<> connect_all(const Prepared& prepared, milliseconds patience,
                     const std::function<void(const ConnectResult&)>& told) {
    auto folder = Folder::make();
    if (!folder) return folder.error();
    auto stage = std::make_unique<Stage>(std::move(*folder), prepared, patience);
    if (auto opened = stage->open(); !opened) return opened;
    const Ground ground{*stage->database, stage->secrets,  stage->clock, stage->log,
                        stage->metrics,   stage->redactor, *stage->http, prepared.config.hub.public_url};
    for (const auto& [name, instance] : prepared.instances) {
        auto made = create_instance(instance, ground);
        if (!made) {
            told({name, instance.settings.plugin.value, made.error(), {}});
            continue;
        }
        auto& connector = *stage->live.emplace(name, std::move(*made)).first->second.connector;
        stage->logins.begin(name, connector);
    }
    const bool all =
        stage->logins.collect([&](const std::string& name, const Result<>& outcome, milliseconds took) {
            ConnectResult result{name, prepared.instances.at(name).settings.plugin.value, {}, took};
            if (!outcome) result.fault = outcome.error();
            told(result);
        });
    if (!all) {
        // Threads are still in there, for ever perhaps: what they use stays until the process ends.
        stage->folder.reset();
        (void)stage.release();
    }
    return {};
}

}  // namespace maillon::hub
