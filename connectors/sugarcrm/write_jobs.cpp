#include "write_jobs.h"

#include "moments.h"
#include "records.h"

namespace maillon::sugarcrm {
namespace {

constexpr std::uint64_t kNamesOfDoubles = 5;
constexpr const char* kHalfListing = "the search answered with an empty page that is not the last";

std::string record_path(const Touch& touch) {
    return touch.module + "/" + encoded(touch.name);
}

/// The record that a POST or PUT answered with, merged over what is known of it.
json::object merged(json::object known, const json::value& answer) {
    for (auto& [name, value] : shaped(answer)) known[name] = value;
    return known;
}

/// Shared by create and upsert: sends the new record with the hub's key and takes it back.
class Creation {
public:
    Creation(const Call& call, std::string module, const json::object& fields, Workshop shop)
        : module_(std::move(module)), fields_(for_sugar(fields, {})), keys_(&shop.keys) {
        if (!keys_->is_on()) return;
        if (fields_.contains(keys_->field()))
            throw Failure(Code::rejected,
                          "the field '" + keys_->field() +
                              "' holds the hub's own key; see key_field of the configuration");
        key_ = short_key(call.idempotency_key());
        fields_[keys_->field()] = key_;
    }
    Ask post() const { return {"POST", module_, fields_, Effect::once, {}}; }
    Ask search() const {
        return listing(module_, {json::object{{keys_->field(), {{"$equals", key_}}}}}, kNamesOfDoubles);
    }
    bool may_search() const { return !keys_->are_lost(module_); }
    bool made(const json::object& record) const {
        return keys_->is_on() && text_of(record, keys_->field()) == key_;
    }
    Outcome outcome(const Reply& reply) const {
        if (!reply.ok()) return reply.outcome();
        auto record = shaped(reply.body);
        if (text_of(record, "id").empty())
            return fail(Code::in_doubt, "POST " + module_ + ": the answer is no record with an id");
        keys_->saw(module_, record, key_);
        record["created"] = true;
        return done_with(std::move(record));
    }

private:
    std::string module_;
    json::object fields_;
    Keys* keys_;
    std::string key_{};
};

class CreateJob : public Job {
public:
    CreateJob(const Call& call, const Arguments& arguments, Workshop shop)
        : creation_(call, arguments.identifier("module"), arguments.object("fields"), shop),
          is_searching_(call.attempt() > 1 && creation_.may_search()) {}
    std::vector<Ask> asks() override { return {is_searching_ ? creation_.search() : creation_.post()}; }
    void take(std::vector<Reply> replies) override {
        if (!is_searching_) return finish(creation_.outcome(replies.front()));
        const auto found = found_in(std::move(replies.front()));
        if (found.failed) return finish(*found.failed);
        is_searching_ = false;
        if (found.is_surely_none()) return;
        if (found.records.empty()) return finish(fail(Code::retry, kHalfListing));
        auto record = shaped(found.records.front());
        record["created"] = true;
        finish(done_with(std::move(record)));
    }

private:
    Creation creation_;
    bool is_searching_;
};

class UpdateJob : public Job {
public:
    explicit UpdateJob(const Arguments& arguments)
        : fields_(arguments.object("fields")), if_modified_(arguments.text_or_none("if_modified")) {
        touch_ = {Touch::By::id, arguments.identifier("module"), arguments.text("id")};
        is_reading_ = !if_modified_.empty() || fields_.contains("email1") || fields_.empty();
    }
    std::vector<Ask> asks() override {
        if (is_reading_) return {{"GET", record_path(touch_), {}, Effect::none, {}}};
        return {{"PUT", record_path(touch_), for_sugar(fields_, present_), Effect::repeatable, if_modified_}};
    }
    void take(std::vector<Reply> replies) override {
        const auto& reply = replies.front();
        if (!reply.ok()) return finish(reply.outcome());
        if (!is_reading_) return finish(done_with(merged(std::move(present_), reply.body)));
        is_reading_ = false;
        present_ = shaped(reply.body);
        if (holds(present_, fields_)) return finish(done_with(std::move(present_)));
        if (!if_modified_.empty() && !is_unchanged())
            finish(fail(Code::conflict, "the record was changed at " + text_of(present_, "date_modified") +
                                            ", after " + if_modified_));
    }

private:
    bool is_unchanged() const {
        const auto now = text_of(present_, "date_modified");
        const auto there = moment(now);
        const auto known = moment(if_modified_);
        return there && known ? *there == *known : now == if_modified_;
    }
    json::object fields_;
    std::string if_modified_;
    json::object present_{};
    bool is_reading_ = false;
};

class UpsertJob : public Job {
public:
    UpsertJob(const Call& call, const Arguments& arguments, Workshop shop)
        : module_(arguments.identifier("module")),
          key_(checked_key(arguments.object("key"))),
          set_(arguments.object_or_none("set")),
          creation_(call, module_, everything(arguments), shop) {
        touch_ = {Touch::By::key, module_, json::serialize(key_)};
    }
    std::vector<Ask> asks() override {
        if (step_ == Step::search) return {listing(module_, filter_of(key_), kNamesOfDoubles)};
        if (step_ == Step::post) return {creation_.post()};
        const auto path = module_ + "/" + encoded(text_of(present_, "id"));
        return {{"PUT", path, for_sugar(set_, present_), Effect::repeatable, {}}};
    }
    void take(std::vector<Reply> replies) override {
        auto& reply = replies.front();
        if (step_ == Step::search) return choose(found_in(std::move(reply)));
        if (step_ == Step::post) return finish(creation_.outcome(reply));
        reply.ok() ? finish_with(merged(std::move(present_), reply.body), false) : finish(reply.outcome());
    }

private:
    enum class Step { search, post, put };

    static json::object checked_key(json::object key) {
        if (key.empty()) throw Failure(Code::rejected, "the argument 'key' names no field");
        for (const auto& [name, value] : key) {
            if (!is_identifier(name) || text_of(key, name).empty())
                throw Failure(Code::rejected,
                              "the key '" + std::string(name) +
                                  "' is empty: it would match records that have nothing there");
        }
        return key;
    }
    json::object everything(const Arguments& arguments) const {
        auto fields = arguments.object_or_none("create");
        for (const auto& [name, value] : set_) fields[name] = value;
        for (const auto& [name, value] : key_) fields[name] = value;
        return fields;
    }
    void choose(const Found& found) {
        if (found.failed) return finish(*found.failed);
        for (const auto& record : found.records) {
            // An earlier attempt of this very call: all was set then, and people may have worked on it since.
            if (creation_.made(shaped(record))) return finish_with(shaped(record), true);
        }
        if (found.records.size() > 1) return finish(fail(Code::rejected, doubles(found.records)));
        if (found.is_surely_none()) {
            step_ = Step::post;
            return;
        }
        if (found.records.empty()) return finish(fail(Code::retry, kHalfListing));
        present_ = shaped(found.records.front());
        if (holds(present_, set_)) return finish_with(std::move(present_), false);
        step_ = Step::put;
    }
    std::string doubles(const json::array& records) const {
        std::string ids;
        for (const auto& record : records) ids += (ids.empty() ? "" : ", ") + text_of(shaped(record), "id");
        return "more than one record of " + module_ + " has this key: " + ids + "; merge them";
    }
    void finish_with(json::object record, bool is_created) {
        record["created"] = is_created;
        finish(done_with(std::move(record)));
    }

    std::string module_;
    json::object key_;
    json::object set_;
    Creation creation_;
    json::object present_{};
    Step step_ = Step::search;
};

class LinkJob : public Job {
public:
    explicit LinkJob(const Arguments& arguments)
        : link_(arguments.identifier("link")), ids_(arguments.list("ids")) {
        touch_ = {Touch::By::id, arguments.identifier("module"), arguments.text("id")};
    }
    std::vector<Ask> asks() override {
        json::object body{{"link_name", link_}, {"ids", ids_}};
        return {{"POST", record_path(touch_) + "/link", std::move(body), Effect::repeatable, {}}};
    }
    void take(std::vector<Reply> replies) override {
        const auto& reply = replies.front();
        if (!reply.ok()) return finish(reply.outcome());
        finish(done(json::object{{"id", touch_.name}, {"link", link_}, {"ids", ids_}}, touch_.name));
    }

private:
    std::string link_;
    json::array ids_;
};

class UnlinkJob : public Job {
public:
    explicit UnlinkJob(const Arguments& arguments)
        : link_(arguments.identifier("link")), ids_(arguments.list("ids")) {
        touch_ = {Touch::By::id, arguments.identifier("module"), arguments.text("id")};
    }
    std::vector<Ask> asks() override {
        std::vector<Ask> out;
        for (const auto& id : ids_) {
            const auto other = id.is_string() ? std::string(id.as_string()) : std::string();
            if (other.empty())
                throw Failure(Code::rejected, "the argument 'ids' holds something that is no id");
            out.push_back({"DELETE",
                           record_path(touch_) + "/link/" + link_ + "/" + encoded(other),
                           {},
                           Effect::repeatable,
                           {}});
        }
        return out;
    }
    void take(std::vector<Reply> replies) override {
        for (const auto& reply : replies) {
            // Not linked any more is what was wanted.
            if (!reply.ok() && said(reply.body).find("not_found") != 0) return finish(reply.outcome());
        }
        finish(done(json::object{{"id", touch_.name}, {"link", link_}, {"ids", ids_}}, touch_.name));
    }

private:
    std::string link_;
    json::array ids_;
};

}  // namespace

std::unique_ptr<Job> make_write_job(const Call& call, const Arguments& arguments, Workshop shop) {
    const auto operation = call.operation();
    if (operation == "create") return std::make_unique<CreateJob>(call, arguments, shop);
    if (operation == "update") return std::make_unique<UpdateJob>(arguments);
    if (operation == "upsert") return std::make_unique<UpsertJob>(call, arguments, shop);
    if (operation == "link") return std::make_unique<LinkJob>(arguments);
    if (operation == "unlink") return std::make_unique<UnlinkJob>(arguments);
    return nullptr;
}

}  // namespace maillon::sugarcrm
