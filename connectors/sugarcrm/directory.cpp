#include "directory.h"

#include "cursor.h"
#include "moments.h"
#include "records.h"

#include <algorithm>
#include <set>
#include <utility>

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
          asked_offset_(cursor_.next_offset()) {}

    Ask ask() const {
        // Two at least: one that is known and one more.
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
        if (!begins_where_it_should(records)) return false;
        const bool is_cut = look_through(std::move(records));
        if (next_offset >= 0 && next_offset <= asked_offset_)
            throw Failure(Code::retry,
                          "reading " + std::string(want_.module) + ": the listing does not advance");
        if (next_offset < 0 && !is_cut) return complete();
        go_on(is_cut ? -1 : next_offset);
        return false;
    }
    void emit(Emitter& out) {
        cursor_.forget_before(std::min({cursor_.since.value_or(0), cursor_.newest - settings_.overlap_ms,
                                        cursor_.changes_from.value_or(cursor_.newest)}));
        events_.empty() ? out.advance(cursor_.text()) : out.emit(events_, cursor_.text());
    }

private:
    /// Otherwise records have moved between the pages. Where some have left, the page is asked for again from
    /// further back, so that it begins on the trail; where some have come in, the second is read anew.
    bool begins_where_it_should(const json::array& records) {
        if (asked_offset_ == 0 || cursor_.trail.empty()) return true;
        const auto first = records.empty() ? json::object() : shaped(records.front());
        const bool is_last_known = text_of(first, "id") == cursor_.trail.back();
        if (is_known(first) && (cursor_.is_lost || is_last_known)) return true;
        if (!cursor_.is_lost && !is_known(first)) {
            cursor_.is_lost = true;
            return false;
        }
        cursor_.begin_anew();
        if (++cursor_.restarts == kMostRestarts)
            host_.warn("a listing keeps moving; reading on by offsets alone", {{"module", want_.module}});
        return false;
    }
    /// Read before, and still in the second that is being read.
    bool is_known(const json::object& record) const {
        const auto date = moment(text_of(record, "date_modified")).value_or(0);
        return cursor_.is_on_trail(text_of(record, "id")) && (date == 0 || !cursor_.is_before(date));
    }
    /// True when it stopped because the host takes no more.
    bool look_through(json::array records) {
        for (auto& value : records) {
            if (events_.size() == most_) return true;
            ++taken_;
            auto record = shaped(std::move(value));
            const auto id = text_of(record, "id");
            if (id.empty()) continue;
            const auto date = moment(text_of(record, "date_modified")).value_or(0);
            cursor_.pass(id);
            last_date_ = date;
            if (cursor_.learn(id, date)) events_.push_back(event_of(std::move(record), id, date));
        }
        return false;
    }
    void go_on(std::int64_t next_offset) {
        if (last_date_ > 0 && cursor_.is_before(last_date_)) {
            if (last_date_ > host_.now_ms() && !cursor_.changes_from) cursor_.changes_from = settled();
            return cursor_.move_to(last_date_);
        }
        const bool is_alone = taken_ <= 1 && asked_offset_ < cursor_.offset;
        cursor_.offset = next_offset >= 0 ? next_offset : reached();
        cursor_.is_lost = false;
        // A server that gives one record at a time shows only the known one, for ever; then it must go on
        // unchecked.
        if (is_alone || cursor_.restarts >= kMostRestarts) cursor_.trail.clear();
    }
    bool complete() {
        if (cursor_.newest <= 0) {
            cursor_.begin_anew();
            return true;
        }
        const bool is_settled = cursor_.newest <= settled();
        const bool is_last_second = cursor_.since && !cursor_.is_before(cursor_.newest);
        const auto ahead_since = std::exchange(cursor_.changes_from, std::nullopt);
        if (is_settled && is_last_second && !ahead_since) {
            stay();
        } else {
            const auto from = is_settled ? cursor_.newest : shown_up_to();
            cursor_.move_to(std::min(from, ahead_since.value_or(from)));
        }
        return true;
    }
    /// A change is visible at most `overlap` after its date. Once that has passed twice, for clocks that
    /// differ, nothing can appear any more that is dated before.
    std::int64_t settled() const { return host_.now_ms() - 2 * settings_.overlap_ms; }
    /// What is dated before surely was visible when the newest record was read. Its date tells what time it
    /// is at the CRM; not so one that is dated ahead.
    std::int64_t shown_up_to() const {
        if (cursor_.newest > host_.now_ms()) return settled();
        return std::max(settled(), cursor_.newest - settings_.overlap_ms);
    }
    /// At the end of the newest second: the next read begins behind what was read of it.
    void stay() {
        cursor_.offset = cursor_.trail.empty() ? 0 : reached();
        cursor_.is_lost = false;
        cursor_.restarts = 0;
    }
    std::int64_t reached() const { return asked_offset_ + taken_; }

    const DirectoryRequest& want_;
    const Settings& settings_;
    const Host& host_;
    Cursor cursor_;
    std::uint32_t most_;
    std::int64_t asked_offset_;
    std::int64_t taken_ = 0;
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
    const auto next_offset = next_offset_in(reply.body);
    auto records = records_in(std::move(reply.body));
    if (!records)
        throw Failure(Code::retry, "reading " + std::string(want.module) + ": the answer is no listing");
    const bool is_complete = page.take(std::move(*records), next_offset);
    page.emit(out);
    return is_complete;
}

}  // namespace maillon::sugarcrm
