#include "directory.h"

#include "cursor.h"
#include "moments.h"
#include "records.h"

#include <algorithm>
#include <set>

namespace maillon::sugarcrm {
namespace {

constexpr int kMostRestarts = 3;

std::string fields_of(const DirectoryRequest& want) {
    std::set<std::string> names{"id", "date_modified", "deleted"};
    for (const auto& name : want.fields) names.insert(name == "email1" ? "email" : name);
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ",") + name;
    return out;
}

NewEvent event_of(json::object record, const std::string& id, std::int64_t date) {
    const bool is_deleted = is_true(record, "deleted");
    NewEvent event;
    event.id = id + (is_deleted ? ":deleted:" : ":read:") + std::to_string(date);
    event.type = is_deleted ? "record.deleted" : "record.read";
    event.key = id;
    event.time_ms = date;
    event.subject = id;
    event.data = is_deleted ? json::value(json::object{{"id", id}}) : json::value(std::move(record));
    return event;
}

/// One page: asked for, looked through, and the cursor moved past it.
class Page {
public:
    Page(const DirectoryRequest& want, const Settings& settings, const Host& host)
        : want_(want),
          settings_(settings),
          host_(host),
          cursor_(Cursor::parse(want.cursor)),
          most_(want.max_records > 0 ? want.max_records : settings.page_size),
          asked_offset_(cursor_.anchor.empty() ? cursor_.offset : cursor_.offset - 1) {}

    Ask ask() const {
        // Two at least: the anchor and one more.
        const auto size = std::max<std::uint32_t>(2, std::min(settings_.page_size, most_));
        json::array filter;
        if (cursor_.since)
            filter.push_back(json::object{{"date_modified", {{"$gte", sugar_time(*cursor_.since)}}}});
        return {"POST",
                std::string(want_.module) + "/filter",
                json::object{{"filter", std::move(filter)},
                             {"max_num", size},
                             {"offset", asked_offset_},
                             {"fields", fields_of(want_)},
                             {"order_by", "date_modified:ASC,id:ASC"}},
                Effect::none,
                {}};
    }
    /// True when nothing is left for now.
    bool take(json::array records, std::int64_t next_offset) {
        if (!cursor_.anchor.empty() && !drop_anchor(records)) return restart();
        const bool is_cut = look_through(records);
        if (next_offset >= 0 && next_offset <= asked_offset_)
            throw Failure(Code::retry,
                          "reading " + std::string(want_.module) + ": the listing does not advance");
        if (next_offset < 0 && !is_cut) return complete();
        go_on(is_cut ? -1 : next_offset);
        return false;
    }
    void emit(Emitter& out) {
        cursor_.forget_before(std::min(cursor_.since.value_or(0), cursor_.newest - settings_.overlap_ms));
        events_.empty() ? out.advance(cursor_.text()) : out.emit(events_, cursor_.text());
    }

private:
    bool drop_anchor(json::array& records) {
        if (records.empty() || text_of(shaped(records.front()), "id") != cursor_.anchor) return false;
        records.erase(records.begin());
        had_anchor_ = true;
        return true;
    }
    /// Records have moved. What was read of this second is known and will be dropped.
    bool restart() {
        cursor_.offset = 0;
        cursor_.anchor.clear();
        if (++cursor_.restarts == kMostRestarts)
            host_.warn("a listing keeps moving; reading on by offsets alone", {{"module", want_.module}});
        return false;
    }
    /// True when it stopped because the host takes no more.
    bool look_through(const json::array& records) {
        for (const auto& value : records) {
            if (events_.size() == most_) return true;
            ++taken_;
            auto record = shaped(value);
            const auto id = text_of(record, "id");
            if (id.empty()) continue;
            const auto date = moment(text_of(record, "date_modified")).value_or(0);
            last_id_ = id;
            last_date_ = date;
            if (cursor_.learn(id, date)) events_.push_back(event_of(std::move(record), id, date));
        }
        return false;
    }
    void go_on(std::int64_t next_offset) {
        if (last_date_ > 0 && cursor_.is_before(last_date_)) return cursor_.move_to(last_date_);
        cursor_.offset = next_offset >= 0 ? next_offset : reached();
        const bool is_checked = cursor_.restarts < kMostRestarts && taken_ > 0;
        cursor_.anchor = is_checked ? last_id_ : std::string();
    }
    bool complete() {
        if (cursor_.newest <= 0) {
            cursor_.offset = 0;
            cursor_.anchor.clear();
            return true;
        }
        // A change is visible at most `overlap` after its date. Once that has passed twice, for clocks that
        // differ, nothing can appear behind the newest record any more.
        const auto settled = host_.now_ms() - 2 * settings_.overlap_ms;
        const bool is_settled = cursor_.newest <= settled;
        const bool is_last_second = cursor_.since && !cursor_.is_before(cursor_.newest);
        if (is_settled && is_last_second) {
            stay();
        } else {
            cursor_.move_to(is_settled ? cursor_.newest
                                       : std::max(settled, cursor_.newest - settings_.overlap_ms));
        }
        return true;
    }
    /// At the end of the newest second: the next read begins behind what was read of it.
    void stay() {
        if (taken_ > 0) cursor_.anchor = last_id_;
        cursor_.offset = cursor_.anchor.empty() ? 0 : reached();
        cursor_.restarts = 0;
    }
    std::int64_t reached() const { return asked_offset_ + (had_anchor_ ? 1 : 0) + taken_; }

    const DirectoryRequest& want_;
    const Settings& settings_;
    const Host& host_;
    Cursor cursor_;
    std::uint32_t most_;
    std::int64_t asked_offset_;
    bool had_anchor_ = false;
    std::int64_t taken_ = 0;
    std::string last_id_{};
    std::int64_t last_date_ = 0;
    std::vector<NewEvent> events_{};
};

}  // namespace

bool read_page(const DirectoryRequest& want, Wire& wire, const Settings& settings, const Host& host,
               Emitter& out) {
    if (!is_identifier(want.module))
        throw Failure(Code::config, "'" + std::string(want.module) + "' is not the name of a module");
    Page page(want, settings, host);
    auto reply = wire.one(page.ask(), want.deadline);
    if (!reply.ok()) throw Failure(reply.code, reply.detail, reply.retry_after_ms);
    auto records = records_in(reply.body);
    if (!records)
        throw Failure(Code::retry, "reading " + std::string(want.module) + ": the answer is no listing");
    const bool is_complete = page.take(std::move(*records), next_offset_in(reply.body));
    page.emit(out);
    return is_complete;
}

}  // namespace maillon::sugarcrm
