#include "core/trial/outcome.h"

#include "core/base/time.h"
#include "core/event/event_name.h"
#include "core/route/why.h"
#include "core/store/approvals.h"
#include "core/store/conversations.h"
#include "core/store/dead_letters.h"
#include "core/store/directory.h"
#include "core/store/links.h"
#include "core/store/reviews.h"
#include "core/store/runs.h"

#include <algorithm>

namespace maillon::trial {
namespace {

namespace json = boost::json;

constexpr std::size_t kMost = 10'000;

template <class State>
std::string word(State state) {
    return std::string(db::kWords<State>[static_cast<std::size_t>(state)]);
}

json::value parsed(const std::string& text) {
    const auto value = Json::parse(text);
    return value ? value->to_boost() : json::value(nullptr);
}

class Gathering {
public:
    Gathering(db::Session& session, const hub::Prepared& prepared, Coverage* coverage, Outcome& out)
        : session_(session), prepared_(prepared), coverage_(coverage), out_(out) {
        for (const auto kind : kListed) out_.lists[std::string(kind)];
    }

    Result<> gather(const std::vector<Event>& events, const std::vector<MadeCall>& calls) {
        for (const auto& event : events) {
            if (auto done = take(event); !done) return done;
        }
        for (const auto& call : calls) out_.calls.push_back({call, key_of(call)});
        if (auto done = letters(); !done) return done;
        if (auto done = conversations(); !done) return done;
        if (auto done = approvals(); !done) return done;
        if (auto done = reviews(); !done) return done;
        if (auto done = links(); !done) return done;
        return records();
    }

private:
    Result<> take(const Event& event) {
        const auto& meta = event.meta;
        if (meta.connector == "hub" && meta.type != config::kCronDue) {
            out_.lists["events"].push_back(json::object{{"type", meta.type},
                                                        {"body", event.body.to_boost()},
                                                        {"key", meta.key},
                                                        {"subject", meta.subject},
                                                        {"hops", meta.hops}});
        }
        auto rows = store::Runs::of_event(session_, event.seq);
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            prefixes_[meta.connector + ':' + meta.id + '/' + row.route + '/'] = row.key;
            out_.lists["runs"].push_back(json::object{{"route", row.route},
                                                      {"state", word(row.state)},
                                                      {"reason", row.reason},
                                                      {"key", row.key},
                                                      {"event", event_name(meta.connector, meta.type)}});
        }
        auto explained = route::why(event, {}, {prepared_.plan, {}, session_, {}, {}});
        if (!explained) return explained.error();
        tell_coverage(*explained);
        out_.why.push_back(std::move(*explained));
        return {};
    }

    void tell_coverage(const json::object& explained) {
        if (!coverage_) return;
        for (const auto& one : explained.at("routes").as_array()) {
            const auto& route = one.as_object();
            if (!route.at("trigger").as_bool()) continue;
            coverage_->asked(std::string(route.at("route").as_string()),
                             !route.at("runs").as_array().empty());
        }
    }

    /// Of the run that made the call.
    std::string key_of(const MadeCall& call) const {
        std::string out;
        std::size_t longest = 0;
        for (const auto& [prefix, key] : prefixes_) {
            if (!call.key.starts_with(prefix) || prefix.size() <= longest) continue;
            longest = prefix.size();
            out = key;
        }
        return out;
    }

    Result<> letters() {
        auto rows = store::DeadLetters::list(session_, {.state = std::nullopt, .limit = kMost});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            out_.lists["dead_letters"].push_back(json::object{{"route", row.route},
                                                              {"step", row.step},
                                                              {"class", name_of(row.kind)},
                                                              {"reason", row.reason},
                                                              {"instance", row.instance},
                                                              {"attempts", row.attempts}});
        }
        return {};
    }

    Result<> conversations() {
        auto rows = store::Conversations::list(session_, {}, false, kMost);
        if (!rows) return rows.error();
        std::ranges::reverse(*rows);  // the oldest first, as they began
        for (const auto& row : *rows) {
            auto refs = store::Conversations::refs(session_, row.id);
            if (!refs) return refs.error();
            json::object tied;
            for (const auto& ref : *refs) tied[ref.kind] = ref.value;
            out_.lists["conversations"].push_back(json::object{{"name", row.name},
                                                               {"channel", row.instance},
                                                               {"thread", row.thread},
                                                               {"closed", row.closed.has_value()},
                                                               {"answered", row.first_answer.has_value()},
                                                               {"refs", std::move(tied)}});
        }
        return {};
    }

    Result<> approvals() {
        auto rows = store::Approvals::list(session_, {.state = std::nullopt, .limit = kMost});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            out_.lists["approvals"].push_back(json::object{{"role", row.role},
                                                           {"state", word(row.state)},
                                                           {"route", row.route},
                                                           {"step", row.step},
                                                           {"call", row.instance + '.' + row.operation},
                                                           {"arguments", parsed(row.args)},
                                                           {"reason", row.reason}});
        }
        return {};
    }

    Result<> reviews() {
        auto rows = store::Reviews::list(session_, {.state = std::nullopt, .limit = kMost});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            out_.lists["reviews"].push_back(json::object{{"directory", row.directory},
                                                         {"kind", word(row.kind)},
                                                         {"state", word(row.state)},
                                                         {"profile", row.identity.text()},
                                                         {"rule", row.rule},
                                                         {"class", row.evidence_class},
                                                         {"candidates", parsed(row.candidates)},
                                                         {"record", said(row.record)},
                                                         {"asked", row.asked}});
        }
        return {};
    }

    Result<> links() {
        for (const auto& [name, directory] : prepared_.config.directories) {
            auto rows = store::Links::page(session_, name, {}, kMost);
            if (!rows) return rows.error();
            for (const auto& row : *rows) {
                out_.lists["links"].push_back(json::object{{"directory", row.directory},
                                                           {"profile", row.identity.text()},
                                                           {"record", row.record},
                                                           {"rule", row.rule},
                                                           {"class", row.evidence_class},
                                                           {"by", said(row.decided_by)}});
            }
        }
        return {};
    }

    /// What nobody said is not there.
    static json::value said(const std::string& text) {
        return text.empty() ? json::value() : json::value(text);
    }

    Result<> records() {
        for (const auto& [name, directory] : prepared_.config.directories) {
            auto rows = store::Directory::page(session_, name, {}, kMost);
            if (!rows) return rows.error();
            auto& list = out_.records[name];
            for (const auto& row : *rows) {
                auto data = parsed(row.data);
                json::object record = data.is_object() ? std::move(data.get_object()) : json::object{};
                record["id"] = row.id;
                list.push_back(std::move(record));
            }
        }
        return {};
    }

    db::Session& session_;
    const hub::Prepared& prepared_;
    Coverage* coverage_;
    Outcome& out_;
    std::map<std::string, std::string> prefixes_;  ///< of idempotency keys → the key of the run
};

}  // namespace

Result<Outcome> outcome_of(Stage& stage, const hub::Prepared& prepared, const Script& script,
                           Coverage* coverage) {
    // Whatever a lane has still to write down about a try.
    if (auto done = stage.database().run([](db::Unit&) -> Result<> { return {}; }); !done)
        return done.error();
    auto events = stage.journal().read(EventSeq{}, kMost);
    if (!events) return events.error();
    Outcome out;
    auto done = stage.database().read([&](db::Reader& reader) -> Result<> {
        return Gathering(reader, prepared, coverage, out).gather(*events, script.calls());
    });
    if (!done) return done.error();
    return out;
}

}  // namespace maillon::trial
