#pragma once
#include "keys.h"
#include "wire.h"

#include <memory>

namespace maillon::sugarcrm {

/// What a call touches, for the order within a batch.
struct Touch {
    enum class By { nothing, id, key };
    By by = By::nothing;
    std::string module{};
    std::string name{};  ///< the id, or the key's fields and values

    /// False only when the two surely are different records.
    bool may_meet(const Touch& other) const;
};

/// One call on its way: rounds of requests until it has an outcome. Between two rounds nothing is pending at
/// Sugar that a repeat of the call would do twice.
class Job {
public:
    virtual ~Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    /// The requests of the next round, at least one; asked only while there is no outcome.
    virtual std::vector<Ask> asks() = 0;
    /// The answers to those, in their order.
    virtual void take(std::vector<Reply> replies) = 0;

    const Touch& touch() const { return touch_; }
    const std::optional<Outcome>& outcome() const { return outcome_; }
    void finish(Outcome outcome) { outcome_ = std::move(outcome); }

protected:
    Job() = default;
    Touch touch_{};

private:
    std::optional<Outcome> outcome_{};
};

/// What jobs work with; lives as long as the connector.
struct Workshop {
    const Settings& settings;
    Keys& keys;
};

/// Throws Failure: rejected = the arguments cannot be used, unsupported = no such operation.
std::unique_ptr<Job> make_job(const Call& call, Workshop shop);

/// Arguments of a call, read with the name of what is wrong.
class Arguments {
public:
    explicit Arguments(const Call& call) : all_(call.arguments()) {}
    std::string identifier(std::string_view name) const;  ///< module, link: goes into a path
    std::string text(std::string_view name) const;        ///< not empty
    std::string text_or_none(std::string_view name) const;
    json::object object(std::string_view name) const;
    json::object object_or_none(std::string_view name) const;
    json::array list(std::string_view name) const;  ///< not empty
    const json::value* find(std::string_view name) const { return all_.if_contains(name); }

private:
    json::object all_;
};

/// A record as a call's result, with its id and date_modified as remote id and revision.
Outcome done_with(json::object record);

/// The listing of `module` by conditions that all must hold.
Ask listing(const std::string& module, json::array filter, std::uint64_t most, std::int64_t offset = 0);

/// The records that a listing found, or the outcome with which the call ends.
struct Found {
    std::optional<Outcome> failed{};
    json::array records{};
    std::int64_t next_offset = -1;  ///< -1: that was all

    bool is_surely_none() const { return records.empty() && next_offset < 0; }
};
Found found_in(Reply reply);

}  // namespace maillon::sugarcrm
