#include "core/hub/ingest.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/store/books.h"
#include "core/store/state.h"
#include "core/web/http_server.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <memory>

namespace maillon::hub {
namespace {

/// A source is one stream of events: its one cursor goes by this name.
constexpr std::string_view kStream = "main";
constexpr std::size_t kLongestId = 512;
/// What can be written as a time, and what spans can be added to.
constexpr TimePoint kFirst = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr TimePoint kEnd = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1};

bool is_type(std::string_view type) {
    return !type.empty() && type.size() <= 100 && std::ranges::all_of(type, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

TimePoint moment_of(const config::Since& since, TimePoint now) {
    switch (since.kind) {
        case config::Since::Kind::now: return now;
        case config::Since::Kind::beginning: return TimePoint{};
        case config::Since::Kind::ago: return now - since.ago;
        case config::Since::Kind::moment: return since.moment;
    }
    return now;
}

}  // namespace

Result<> Ingest::add_source(const std::string& instance, const config::Since& since) {
    const std::string key = "since";
    auto known = parts_.database.read(
        [&](db::Reader& reader) { return store::PluginState::get(reader, "hub/" + instance, key); });
    if (!known) return known.error();
    // Whole seconds: many services tell time no finer, and what happened in this very second is not history.
    TimePoint from = std::chrono::floor<std::chrono::seconds>(moment_of(since, parts_.clock.now()));
    if (*known) {
        auto parsed = parse_rfc3339(**known);
        if (!parsed) return parsed.error().in("since of '" + instance + "'");
        from = *parsed;
    } else {
        auto stored = parts_.database.run([&](db::Unit& unit) {
            return store::PluginState::set(unit, "hub/" + instance, key, to_rfc3339(from));
        });
        if (!stored) return stored;
    }
    const Labels labels{{"connector", instance}};
    sources_[instance] = {
        from,
        parts_.metrics.counter("maillon_events_received_total", "Events that connectors brought.", labels),
        parts_.metrics.counter("maillon_events_refused_total",
                               "Events that were no good or older than since.", labels),
        parts_.metrics.counter("maillon_events_kept_out_total",
                               "Events refused since they are from, to or about somebody who was erased.",
                               labels)};
    return {};
}

Result<Event> Ingest::event_of(const std::string& instance, Way way, plugin::RawEvent raw,
                               TimePoint now) const {
    if (raw.id.empty() || raw.id.size() > kLongestId || !is_utf8(raw.id))
        return rejected("an event without a usable id");
    if (!is_type(raw.type)) return rejected("event '" + raw.id + "' has no proper type");
    if (raw.key.size() > kLongestId || !is_utf8(raw.key))
        return rejected("event '" + raw.id + "' has no usable key");
    if (!is_utf8(raw.subject)) return rejected("event '" + raw.id + "' has no usable subject");
    if (!is_utf8(raw.origin)) return rejected("event '" + raw.id + "' has no usable origin");
    auto body = Json::parse(raw.data);
    if (!body) return body.error().in("event '" + raw.id + "'");
    if (!body->element().is_object()) return rejected("the body of event '" + raw.id + "' is not an object");
    // A time that cannot be is none; what somebody wrote is not lost for it.
    const bool has_time = raw.time_ms != 0 && raw.time_ms >= millis(kFirst) && raw.time_ms < millis(kEnd);
    const auto time = has_time ? from_millis(raw.time_ms) : now;
    // Where the source tells no time there is nothing to hold against `since`: our own clock may have been
    // set.
    if (way == Way::asked && has_time && time < sources_.at(instance).since)
        return rejected("event '" + raw.id + "' is older than 'since' of this connector");
    Event out{{}, {}, std::move(*body), std::move(raw.data)};
    out.meta.id = std::move(raw.id);
    out.meta.source = "/connectors/" + instance;
    out.meta.connector = instance;
    out.meta.type = std::move(raw.type);
    out.meta.subject = std::move(raw.subject);
    out.meta.key = raw.key.empty() ? out.meta.id : std::move(raw.key);
    out.meta.time = time;
    out.meta.received = now;
    out.meta.origin = std::move(raw.origin);
    return out;
}

Ingest::Checked Ingest::check(const std::string& instance, Way way,
                              std::vector<plugin::RawEvent> events) const {
    Checked out;
    const auto now = parts_.clock.now();
    for (auto& raw : events) {
        auto event = event_of(instance, way, std::move(raw), now);
        if (event) {
            out.events.push_back(std::move(*event));
        } else {
            ++out.refused;
            parts_.log.warning("ingest.refused", {{"connector", instance}, {"reason", event.error().what}});
        }
    }
    keep_out(out);
    return out;
}

void Ingest::keep_out(Checked& checked) const {
    if (!parts_.erased || parts_.erased->version() == checked.judged_by) return;
    checked.judged_by = parts_.erased->version();
    if (parts_.erased->is_empty()) return;
    std::erase_if(checked.events, [&](Event& event) {
        const auto judgement = parts_.erased->judge(event, *parts_.people);
        if (judgement.masked) ++checked.kept_out[*judgement.masked].events_masked;
        if (!judgement.refused) return false;
        ++checked.kept_out[*judgement.refused].events_refused;
        ++checked.refused;
        return true;
    });
}

void Ingest::take(const std::string& instance, Way way, std::vector<plugin::RawEvent> events,
                  std::optional<std::string> cursor, Done done) {
    if (events.empty() && !cursor) {
        done({});
        return;
    }
    Batch brought;
    brought.push_back({check(instance, way, std::move(events)), std::move(cursor), std::move(done)});
    hand_on(instance, std::move(brought));
}

void Ingest::take(const std::string& instance, std::vector<Told> told) {
    Batch brought;
    brought.reserve(told.size());
    for (auto& one : told) {
        if (one.events.empty())
            one.done({});
        else
            brought.push_back({check(instance, Way::told, std::move(one.events)), {}, std::move(one.done)});
    }
    if (!brought.empty()) hand_on(instance, std::move(brought));
}

void Ingest::hand_on(const std::string& instance, Batch brought) {
    const auto queue = sources_.at(instance).queue;
    const bool is_one = brought.size() == 1;
    {
        const std::scoped_lock lock(queue->mutex);
        // Whoever waits already has a unit on its way that takes these along.
        const bool is_on_its_way = !queue->waiting.empty();
        std::ranges::move(brought, std::back_inserter(queue->waiting));
        if (is_on_its_way) return;
    }
    submit(instance, std::make_shared<Batch>(), is_one);
}

void Ingest::submit(const std::string& instance, std::shared_ptr<Batch> batch, bool waits) {
    const auto queue = sources_.at(instance).queue;
    // Taken at the last moment; also by the answer, when the unit was refused and never began.
    const auto fill = [queue, batch] {
        if (!batch->empty()) return;
        const std::scoped_lock lock(queue->mutex);
        batch->swap(queue->waiting);
    };
    auto work = [this, instance, batch, fill](db::Unit& unit) {
        fill();
        return write(unit, instance, *batch);
    };
    auto done = [this, instance, batch, fill, under_way = under_way_](const Result<>& result) {
        fill();
        written(instance, *batch, result);
        const std::scoped_lock lock(under_way->mutex);
        if (--under_way->units == 0) under_way->none.notify_all();
    };
    {
        const std::scoped_lock lock(under_way_->mutex);
        ++under_way_->units;
    }
    if (waits)
        parts_.database.write_here(std::move(work), std::move(done));
    else
        parts_.database.submit(std::move(work), std::move(done));
}

Result<> Ingest::write(db::Unit& unit, const std::string& instance, Batch& batch) {
    store::EventBook change;
    for (auto& [checked, cursor, done, answers] : batch) {
        // Somebody may have been erased since it was checked.
        keep_out(checked);
        for (const auto& [erasure, more] : checked.kept_out) {
            auto noted = store::Erasures::note_kept_out(unit, erasure, more, parts_.clock.now());
            if (!noted) return noted;
        }
        change.received += static_cast<std::int64_t>(checked.events.size()) + checked.refused;
        change.refused += checked.refused;
        if (!checked.events.empty()) {
            auto appended = parts_.journal.append(unit, checked.events);
            if (!appended) return appended.error();
            change.doubles += std::ranges::count(*appended, false, &Appended::is_new);
            answers = std::move(*appended);
        }
        if (!cursor) continue;
        auto moved = store::Cursors::set(unit, instance, kStream, *cursor, parts_.clock.now());
        if (!moved) return moved;
    }
    return change.received > 0 ? store::Books::add(unit, instance, change) : Result<>{};
}

void Ingest::written(const std::string& instance, Batch& batch, const Result<>& result) {
    if (!result && batch.size() > 1) {
        // One of them may be what the store does not take: the others do not fall with it.
        for (auto& one : batch) {
            auto alone = std::make_shared<Batch>();
            alone->push_back(std::move(one));
            submit(instance, std::move(alone), false);
        }
        return;
    }
    const auto& source = sources_.at(instance);
    auto received = source.received;
    auto refused = source.refused;
    auto kept_out = source.kept_out;
    std::vector<Event> fresh;
    for (auto& [checked, cursor, done, answers] : batch) {
        if (!result) break;
        received.add(static_cast<double>(checked.events.size()) + static_cast<double>(checked.refused));
        refused.add(static_cast<double>(checked.refused));
        for (const auto& [erasure, more] : checked.kept_out)
            kept_out.add(static_cast<double>(more.events_refused));
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (!answers[i].is_new) continue;
            fresh.push_back(std::move(checked.events[i]));
            fresh.back().seq = answers[i].seq;
        }
    }
    if (!fresh.empty()) parts_.on_new(std::move(fresh));
    // Whoever is answered may end this object.
    const web::AnswersTogether together;
    for (const auto& one : batch) one.done(result);
}

Result<> Ingest::take(const std::string& instance, Way way, std::vector<plugin::RawEvent> events,
                      std::optional<std::string> cursor) {
    std::promise<Result<>> promise;
    auto result = promise.get_future();
    take(instance, way, std::move(events), std::move(cursor),
         [&](Result<> done) { promise.set_value(std::move(done)); });
    return result.get();
}

bool Ingest::is_idle_by(std::chrono::steady_clock::time_point until) const {
    std::unique_lock lock(under_way_->mutex);
    return under_way_->none.wait_until(lock, until, [this] { return under_way_->units == 0; });
}

Result<std::string> Ingest::cursor(const std::string& instance) const {
    auto found = parts_.database.read(
        [&](db::Reader& reader) { return store::Cursors::get(reader, instance, kStream); });
    if (!found) return found.error();
    return found->value_or(std::string());
}

}  // namespace maillon::hub
