#include "reconcile.h"

#include "records.h"

#include <algorithm>
#include <map>

namespace maillon::sugarcrm {
namespace {

constexpr std::uint64_t kAskAgainAfter = 5'000;

struct Doubt {
    std::size_t index;
    std::string key;
    bool is_repeatable;
};

/// By key, the record that carries it.
using Carriers = std::map<std::string, json::object>;

Carriers by_key(const json::array& records, const std::string& field, const Host& host) {
    Carriers out;
    for (const auto& record : records) {
        auto found = shaped(record);
        const auto key = text_of(found, field);
        if (!out.emplace(key, std::move(found)).second)
            host.warn("two records carry the key of one call", {{"key", key}});
    }
    return out;
}

class Search {
public:
    Search(Wire& wire, Workshop shop, const Host& host, Reporter& reporter)
        : wire_(wire), shop_(shop), host_(host), reporter_(reporter) {}

    void module(const std::string& name, const std::vector<Doubt>& doubts, Deadline deadline) {
        try {
            if (shop_.keys.are_lost(name)) return nobody_knows(doubts, name + " keeps no keys of the hub");
            const auto found = by_key(carriers(name, doubts, deadline), shop_.keys.field(), host_);
            const bool is_sure = are_kept(name, doubts, found, deadline);
            for (const auto& doubt : doubts) tell(name, doubt, found, is_sure);
        } catch (const Failure& failure) {
            if (failure.code() == Code::rejected) return nobody_knows(doubts, failure.what());
            // RETRY would mean "it did not arrive".
            const bool is_passing = failure.code() == Code::retry || failure.code() == Code::in_doubt;
            const auto pause =
                std::max<std::uint64_t>(failure.retry_after_ms(), is_passing ? kAskAgainAfter : 0);
            all(doubts, fail(is_passing ? Code::not_connected : failure.code(), failure.what(), pause));
        }
    }

private:
    /// The records of a module that carry one of the keys.
    json::array carriers(const std::string& module, const std::vector<Doubt>& doubts, Deadline deadline) {
        json::array keys;
        for (const auto& doubt : doubts) keys.emplace_back(json::string(doubt.key));
        const json::array filter{json::object{{shop_.keys.field(), {{"$in", std::move(keys)}}}}};
        json::array records;
        for (std::int64_t offset = 0; offset >= 0;) {
            // Twice as many as there are keys: a record may have a double.
            const auto found =
                found_in(wire_.one(listing(module, filter, doubts.size() * 2, offset), deadline));
            if (found.failed)
                throw Failure(found.failed->code, found.failed->detail, found.failed->retry_after_ms);
            records.insert(records.end(), found.records.begin(), found.records.end());
            if (found.next_offset >= 0 && found.next_offset <= offset)
                throw Failure(Code::retry, "searching " + module + ": the listing does not advance");
            offset = found.next_offset;
        }
        return records;
    }
    /// Whether "no record carries the key" means "there is no record".
    bool are_kept(const std::string& module, const std::vector<Doubt>& doubts, const Carriers& found,
                  Deadline deadline) {
        const bool are_all_found = std::ranges::all_of(
            doubts, [&](const Doubt& doubt) { return doubt.is_repeatable || found.contains(doubt.key); });
        if (are_all_found || shop_.keys.are_kept(module)) return true;
        if (found.empty() && !is_any_key_in(module, deadline)) return false;
        shop_.keys.saw_kept(module);
        return true;
    }
    /// Of earlier times, or of another hub with this user.
    bool is_any_key_in(const std::string& module, Deadline deadline) {
        const auto field = shop_.keys.field();
        auto any = found_in(
            wire_.one(listing(module, {json::object{{field, {{"$starts", kKeyPrefix}}}}}, 1), deadline));
        if (any.failed) throw Failure(any.failed->code, any.failed->detail, any.failed->retry_after_ms);
        // A server that does not know the condition may pass it over.
        return std::ranges::any_of(any.records, [&](const json::value& record) {
            return text_of(shaped(record), field).starts_with(kKeyPrefix);
        });
    }
    void tell(const std::string& module, const Doubt& doubt, const Carriers& found, bool is_sure) {
        const auto at = found.find(doubt.key);
        if (at != found.end()) {
            auto record = at->second;
            record["created"] = true;
            reporter_.report(doubt.index, done_with(std::move(record)));
        } else if (is_sure || doubt.is_repeatable) {
            reporter_.report(doubt.index, fail(Code::retry, "no record carries the key of this call"));
        } else {
            reporter_.report(doubt.index, fail(Code::in_doubt, never_seen(module)));
        }
    }
    std::string never_seen(const std::string& module) const {
        return "no record carries the key of this call, but none of " + module +
               " was ever seen to keep one: look for the record by hand, and whether " + module +
               " has the field '" + shop_.keys.field() + "' and the user may write it";
    }
    void all(const std::vector<Doubt>& doubts, const Outcome& outcome) {
        for (const auto& doubt : doubts) reporter_.report(doubt.index, outcome);
    }
    /// An upsert searches by its own key when it is repeated; a create must not be.
    void nobody_knows(const std::vector<Doubt>& doubts, const std::string& why) {
        for (const auto& doubt : doubts) {
            const auto code = doubt.is_repeatable ? Code::retry : Code::in_doubt;
            reporter_.report(doubt.index, fail(code, why + "; look for the record by hand"));
        }
    }

    Wire& wire_;
    Workshop shop_;
    const Host& host_;
    Reporter& reporter_;
};

}  // namespace

void reconcile_batch(const Batch& batch, Wire& wire, Workshop shop, const Host& host, Reporter& reporter) {
    std::map<std::string, std::vector<Doubt>> by_module;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto call = batch[i];
        const bool makes = call.operation() == "create" || call.operation() == "upsert";
        if (!makes) {
            reporter.report(i, fail(Code::retry, "this operation may be repeated"));
            continue;
        }
        try {
            by_module[Arguments(call).identifier("module")].push_back(
                {i, short_key(call.idempotency_key()), call.operation() == "upsert"});
        } catch (const Failure& failure) {
            reporter.report(i, fail(failure));
        }
    }
    Search search(wire, shop, host, reporter);
    for (const auto& [module, doubts] : by_module) search.module(module, doubts, batch.deadline());
}

}  // namespace maillon::sugarcrm
