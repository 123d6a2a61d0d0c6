#include "core/hub/source_lane.h"

#include "core/deliver/retry.h"

#include <algorithm>
#include <utility>

namespace maillon::hub {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCallTime{60'000};
constexpr milliseconds kDirectoryPause{60'000};
constexpr milliseconds kDefaultPoll{15'000};
constexpr milliseconds kHeldPause{500};
constexpr std::uint32_t kMaxEvents = 2'000;
constexpr milliseconds kFirstPause{250}, kLongestPause{60'000};
constexpr milliseconds kFirstRefusedPause{60'000}, kLongestRefusedPause{3'600'000};

}  // namespace

SourceLane::SourceLane(Parts parts, const config::Instance& settings, plugin::Connector& connector)
    : parts_(std::move(parts)),
      name_(settings.name.value),
      every_(settings.every),
      connector_(connector),
      component_(parts_.health.component("connector." + name_)),
      intake_({parts_.clock, parts_.log, parts_.ingest}, name_) {
    state_.instance = name_;
    state_.state = "starting";
}

SourceLane::~SourceLane() {
    ask_to_stop();
    join(std::chrono::steady_clock::now());
}

void SourceLane::add_directory(std::unique_ptr<DirectoryReader> directory) {
    auto component = parts_.health.component("directory." + directory->name());
    directories_.push_back({std::move(directory), {}, std::move(component)});
}

Result<> SourceLane::load() {
    for (auto& reading : directories_) {
        if (auto done = reading.reader->load(); !done) return done;
        look_at(reading);
    }
    return {};
}

void SourceLane::start() {
    thread_ = std::thread([this] { loop(); });
}

void SourceLane::ask_to_stop(bool finish_waiting) {
    WebQueue refused;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        finishing_ = finish_waiting;
        if (!finish_waiting) std::swap(refused, web_);
        wake_.notify_all();
    }
    // Not by the lane's thread: its call under way may take longer than the server waits for the answers.
    refused.refuse_all("the hub is stopping\n");
}

bool SourceLane::ends_by(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    return !thread_.joinable() || end_.wait_until(lock, until, [this] { return ended_; });
}

void SourceLane::cancel() {
    if (thread_.joinable()) connector_.cancel();
}

void SourceLane::join(std::chrono::steady_clock::time_point until) {
    if (!ends_by(until)) cancel();
    if (thread_.joinable()) thread_.join();
    web_.refuse_all("the hub is stopping\n");
}

void SourceLane::receive(plugin::WebRequest request, std::function<void(WebAnswer)> answer) {
    WaitingRequest web{std::move(request), std::move(answer)};
    {
        const std::scoped_lock lock(mutex_);
        if (!stopping_ && web_.add(web)) return;
    }
    web.answer({503, "busy; try again later\n"});
}

void SourceLane::hold(std::string reason) {
    // As ready as a person wants it, however it was before: its webhooks are taken in.
    component_.ok();
    const std::scoped_lock lock(mutex_);
    held_ = std::move(reason);
}

void SourceLane::release() {
    const std::scoped_lock lock(mutex_);
    held_.clear();
    wake_.notify_one();
}

void SourceLane::try_again() {
    again_ = true;
    const std::scoped_lock lock(mutex_);
    wake_.notify_one();
}

void SourceLane::forget_pauses() {
    // One that is logged in has been refused nothing: its pauses are its pace, or the service's wish.
    if (connected_) return;
    connect_due_ = poll_due_ = {};
    for (auto& reading : directories_) reading.due = {};
}

bool SourceLane::is_refresh_wanted() const {
    return std::ranges::any_of(directories_,
                               [](const Reading& reading) { return reading.reader->is_refresh_wanted(); });
}

Result<> SourceLane::refresh(const std::string& directory) {
    const auto found = std::ranges::find_if(
        directories_, [&](const Reading& reading) { return reading.reader->name() == directory; });
    if (found == directories_.end())
        return internal("connector '" + name_ + "' does not read '" + directory + "'");
    if (auto done = found->reader->want_refresh(); !done) return done;
    const std::scoped_lock lock(mutex_);
    wake_.notify_one();
    return {};
}

void SourceLane::begin_refreshes() {
    for (auto& reading : directories_) {
        const auto is_due = reading.reader->is_refresh_due();
        if (is_due && !*is_due) continue;
        const auto done = is_due ? reading.reader->refresh() : Result<>(is_due.error());
        if (!done) failed(done.error(), "refreshing directory '" + reading.reader->name() + "'");
        // Where the store did not say, it is asked again before long; the service is not for that.
        if (is_due) reading.due = parts_.clock.steady();
    }
}

void SourceLane::look_at(Reading& reading) {
    const auto& directory = *reading.reader;
    if (directory.unmet().empty())
        reading.component.ok();
    else
        reading.component.failing(directory.unmet());
    const auto came = reading.reader->take_refreshed();
    if (!came) return;
    if (came->unmet.empty())
        parts_.log.info("directory.refreshed",
                        {{"directory", directory.name()}, {"records", came->records}, {"gone", came->gone}});
    else
        parts_.log.warning("directory.records_left",
                           {{"directory", directory.name()}, {"reason", came->unmet}});
}

bool SourceLane::is_held() const {
    const std::scoped_lock lock(mutex_);
    return !held_.empty();
}

SourceState SourceLane::state() const {
    const std::scoped_lock lock(mutex_);
    SourceState out = state_;
    if (!held_.empty()) {
        out.state = "paused";
        out.reason = "paused by a person: " + held_;
    }
    out.web_waiting = web_.size();
    if (const auto* doing = doing_.load()) {
        out.doing = doing;
        out.since = doing_since_.load();
    }
    return out;
}

bool SourceLane::is_busy() const {
    if (doing_ != nullptr) return true;
    const std::scoped_lock lock(mutex_);
    return !web_.empty();
}

template <class Call>
auto SourceLane::watched(const char* what, const Call& call) {
    doing_since_ = parts_.clock.now();
    doing_ = what;
    auto answer = call();
    doing_ = nullptr;
    ++calls_done_;
    return answer;
}

void SourceLane::loop() {
    SteadyPoint due = parts_.clock.steady();
    for (;;) {
        take_requests();
        const bool again = again_.exchange(false);
        if (again) forget_pauses();
        if (again || parts_.clock.steady() >= due || is_refresh_wanted()) due = turn();
        std::unique_lock lock(mutex_);
        if (stopping_ && (web_.empty() || !finishing_)) break;
        if (!web_.empty()) continue;
        const auto left = std::clamp(std::chrono::duration_cast<milliseconds>(due - parts_.clock.steady()),
                                     milliseconds{0}, milliseconds{1'000});
        wake_.wait_for(lock, left);
    }
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    end_.notify_all();
}

void SourceLane::take_requests() {
    // Where the processor is shared, requests that are on their way come while this thread makes room for
    // them, and then none of them has to wake it up.
    while (take_waiting()) std::this_thread::yield();
    intake_.pass_on();
}

bool SourceLane::take_waiting() {
    bool any = false;
    while (auto web = next_request()) {
        any = true;
        auto received = watched("a web request", [&] { return connector_.receive(web->request); });
        intake_.add(std::move(*web), std::move(received));
        if (intake_.is_time_to_pass_on()) intake_.pass_on();
    }
    return any;
}

bool SourceLane::is_stopping() const {
    const std::scoped_lock lock(mutex_);
    return stopping_;
}

std::optional<WaitingRequest> SourceLane::next_request() {
    const std::scoped_lock lock(mutex_);
    if (stopping_ && !finishing_) return std::nullopt;
    return web_.next();
}

SteadyPoint SourceLane::turn() {
    const auto now = parts_.clock.steady();
    if (is_held()) {
        component_.ok();  // also after a question that was under way when it was paused
        return now + kHeldPause;
    }
    if (!connected_) {
        if (now < connect_due_) return connect_due_;
        connect();
        if (!connected_) return connect_due_;
    }
    begin_refreshes();
    SteadyPoint next = now + kDirectoryPause;
    for (auto& reading : directories_) {
        if (reading.due <= now) read(reading);
        next = std::min(next, reading.due);
    }
    if (connector_.info().polls && connected_) {
        if (poll_due_ <= now) poll();
        next = std::min(next, poll_due_);
    }
    return next;
}

void SourceLane::connect() {
    const auto done =
        watched("connect", [&] { return connector_.connect(parts_.clock.steady() + kCallTime); });
    if (!done) {
        failed(done.error(), "connect");
        connect_due_ = parts_.clock.steady() + pause(done.error());
        return;
    }
    connected_ = true;
    ok();  // no end of the failures yet: a service may let in whom it then refuses every question
    parts_.log.info("source.connected", {{"instance", name_}});
    parts_.on_connected();
}

bool SourceLane::is_affordable() {
    auto wait = parts_.afford ? parts_.afford() : std::nullopt;
    if (!wait) return true;
    const auto left = std::max(wait->until - parts_.clock.now(), milliseconds{1'000});
    // Looked at again now and then: a clock may be set, and a budget may be given more.
    poll_due_ = parts_.clock.steady() + std::min(left, kLongestPause);
    const std::scoped_lock lock(mutex_);
    state_.state = "waiting";
    state_.reason = wait->why;
    return false;
}

void SourceLane::poll() {
    if (!is_affordable()) return;
    const auto cursor = parts_.ingest.cursor(name_);
    if (!cursor) {
        failed(cursor.error(), "reading the cursor");
        poll_due_ = parts_.clock.steady() + pause(cursor.error());
        return;
    }
    auto polled = watched(
        "poll", [&] { return connector_.poll(*cursor, kMaxEvents, parts_.clock.steady() + kCallTime); });
    // What brings events but moves no cursor would bring the same ones again at once, and for ever.
    const bool brings_more = !polled.events.empty() && polled.cursor && *polled.cursor != *cursor;
    if (const auto taken =
            parts_.ingest.take(name_, Ingest::Way::asked, std::move(polled.events), std::move(polled.cursor));
        !taken) {
        failed(taken.error(), "storing events");
        poll_due_ = parts_.clock.steady() + pause(taken.error());
        return;
    }
    if (polled.fault) {
        if (polled.fault->kind == FaultKind::cancelled && is_stopping()) return;
        failed(*polled.fault, "poll");
        connected_ = polled.fault->kind != FaultKind::not_connected && polled.fault->kind != FaultKind::auth;
        poll_due_ = parts_.clock.steady() + pause(*polled.fault);
        connect_due_ = poll_due_;
        return;
    }
    failures_ = 0;
    ok();
    const bool at_once = polled.next.count() == 0;
    const auto wish = at_once && !brings_more ? kDefaultPoll : polled.next;
    poll_due_ = parts_.clock.steady() + (at_once && brings_more ? milliseconds{0} : every_.value_or(wish));
}

void SourceLane::read(Reading& reading) {
    const auto more = watched("reading a directory", [&] {
        return reading.reader->read_page(connector_, parts_.clock.steady() + kCallTime);
    });
    if (!more) {
        if (more.error().kind == FaultKind::cancelled && is_stopping()) return;
        failed(more.error(), "reading directory '" + reading.reader->name() + "'");
        connected_ = more.error().kind != FaultKind::not_connected && more.error().kind != FaultKind::auth;
        reading.due = parts_.clock.steady() + pause(more.error());
        connect_due_ = reading.due;
        return;
    }
    failures_ = 0;
    ok();
    look_at(reading);
    reading.due = parts_.clock.steady() + (*more ? every_.value_or(kDirectoryPause) : milliseconds{0});
}

void SourceLane::ok() {
    component_.ok();
    const std::scoped_lock lock(mutex_);
    state_.state = "ok";
    state_.reason.clear();
    state_.last_success = parts_.clock.now();
    state_.directories.clear();
    for (const auto& reading : directories_) {
        state_.directories.push_back({reading.reader->name(), reading.reader->is_complete(),
                                      reading.reader->is_refreshing(), reading.reader->records()});
    }
}

void SourceLane::failed(const Fault& fault, std::string_view what) {
    ++failures_;
    parts_.log.warning("source.failing", {{"instance", name_},
                                          {"doing", what},
                                          {"kind", name_of(fault.kind)},
                                          {"reason", fault.what},
                                          {"failures", failures_}});
    component_.failing(fault.what);
    const std::scoped_lock lock(mutex_);
    state_.state = "failing";
    state_.reason = std::string(what) + ": " + fault.what;
}

milliseconds SourceLane::pause(const Fault& fault) const {
    // A service may lock an account that comes with the wrong password again and again.
    const bool is_refused = fault.kind == FaultKind::auth;
    const deliver::RetrySchedule schedule({.first = is_refused ? kFirstRefusedPause : kFirstPause,
                                           .longest = is_refused ? kLongestRefusedPause : kLongestPause,
                                           .until_given_up = milliseconds::max()},
                                          parts_.chance);
    return fault.retry_after.value_or(schedule.pause(failures_));
}

}  // namespace maillon::hub
