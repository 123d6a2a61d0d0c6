#include "jobs.h"

#include "records.h"
#include "write_jobs.h"

#include <algorithm>

namespace maillon::sugarcrm {
namespace {

constexpr std::int64_t kUsualLimit = 20;

class FindJob : public Job {
public:
    FindJob(const Arguments& arguments, const Settings& settings) : settings_(settings) {
        module_ = arguments.identifier("module");
        if (const auto* filter = arguments.find("filter")) filter_ = filter_of(*filter);
        const auto* limit = arguments.find("limit");
        limit_ = static_cast<std::uint64_t>(
            std::max<std::int64_t>(1, limit && limit->is_int64() ? limit->as_int64() : kUsualLimit));
    }
    std::vector<Ask> asks() override {
        const auto wanted = std::min<std::uint64_t>(limit_ - found_.size(), settings_.page_size);
        return {listing(module_, filter_, wanted, offset_)};
    }
    void take(std::vector<Reply> replies) override {
        auto found = found_in(std::move(replies.front()));
        if (found.failed) return finish(*found.failed);
        for (auto& record : found.records) {
            if (found_.size() < limit_) found_.push_back(shaped(std::move(record)));
        }
        if (found_.size() >= limit_ || found.next_offset <= offset_) return finish(done(result()));
        offset_ = found.next_offset;
    }

private:
    json::value result() const { return json::object{{"records", found_}, {"count", found_.size()}}; }
    const Settings& settings_;
    std::string module_;
    json::array filter_;
    json::array found_;
    std::uint64_t limit_ = 0;
    std::int64_t offset_ = 0;
};

class GetJob : public Job {
public:
    explicit GetJob(const Arguments& arguments) {
        touch_ = {Touch::By::id, arguments.identifier("module"), arguments.text("id")};
    }
    std::vector<Ask> asks() override {
        return {{"GET", touch_.module + "/" + encoded(touch_.name), {}, Effect::none, {}}};
    }
    void take(std::vector<Reply> replies) override {
        const auto& reply = replies.front();
        finish(reply.ok() ? done_with(shaped(reply.body)) : reply.outcome());
    }
};

[[noreturn]] void refuse(std::string_view name, const char* want) {
    throw Failure(Code::rejected, "the argument '" + std::string(name) + "' " + want);
}

}  // namespace

bool Touch::may_meet(const Touch& other) const {
    if (by == By::nothing || other.by == By::nothing || module != other.module) return false;
    return by != other.by || name == other.name;
}

std::string Arguments::identifier(std::string_view name) const {
    auto value = text(name);
    if (!is_identifier(value)) refuse(name, "is not a name that Sugar uses");
    return value;
}

std::string Arguments::text(std::string_view name) const {
    auto value = text_of(all_, name);
    if (value.empty()) refuse(name, "is missing or empty");
    return value;
}

std::string Arguments::text_or_none(std::string_view name) const {
    return text_of(all_, name);
}

json::object Arguments::object(std::string_view name) const {
    const auto* value = find(name);
    if (!value || !value->is_object()) refuse(name, "must be an object");
    return value->as_object();
}

json::object Arguments::object_or_none(std::string_view name) const {
    const auto* value = find(name);
    return value && !value->is_null() ? object(name) : json::object();
}

json::array Arguments::list(std::string_view name) const {
    const auto* value = find(name);
    if (!value || !value->is_array() || value->as_array().empty())
        refuse(name, "must be a list that is not empty");
    return value->as_array();
}

Outcome done_with(json::object record) {
    auto id = text_of(record, "id");
    auto revision = text_of(record, "date_modified");
    return done(std::move(record), std::move(id), std::move(revision));
}

Ask listing(const std::string& module, json::array filter, std::uint64_t most, std::int64_t offset) {
    json::object body{{"filter", std::move(filter)}, {"max_num", most}, {"offset", offset}};
    return {"POST", module + "/filter", std::move(body), Effect::none, {}};
}

Found found_in(Reply reply) {
    if (!reply.ok()) return {reply.outcome(), {}, -1};
    const auto next_offset = next_offset_in(reply.body);
    auto records = records_in(std::move(reply.body));
    if (!records) return {fail(Code::retry, "the answer to a search is not a listing"), {}, -1};
    return {std::nullopt, std::move(*records), next_offset};
}

std::unique_ptr<Job> make_job(const Call& call, Workshop shop) {
    const auto operation = call.operation();
    const Arguments arguments(call);
    if (operation == "find") return std::make_unique<FindJob>(arguments, shop.settings);
    if (operation == "get") return std::make_unique<GetJob>(arguments);
    if (auto job = make_write_job(call, arguments, shop)) return job;
    throw Failure(Code::unsupported, "there is no operation '" + std::string(operation) + "'");
}

}  // namespace maillon::sugarcrm
