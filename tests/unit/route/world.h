#pragma once

#include "tests/unit/deliver/scripted_connector.h"

#include <boost/json/object.hpp>

#include <map>
#include <optional>
#include <set>

namespace maillon::route {

/// What lies outside the hub and outlives it: a CRM, two channels and a language processor. It remembers what
/// it did under which idempotency key, and so can tell what became of a call, but it does not drop doubles:
/// they would be seen. Thread-safe.
class World {
public:
    using Report = plugin::CallReport;
    /// May answer in the world's stead: nothing = the call takes its course. Called without the world's lock.
    using Script = std::function<std::optional<Report>(const std::string& instance, const plugin::OutCall&)>;

    /// Lets the hub die at its `n`-th call (from 1): before it has an effect, or after, when nobody learns of
    /// it.
    void die_at(int n, bool after_effect);
    bool is_dead() const;
    void revive();
    /// Calls that had an effect.
    int effects() const;

    Report deliver(const std::string& instance, const plugin::OutCall& call);
    Report reconcile(const plugin::OutCall& call) const;
    Report process(const plugin::OutCall& call) const;

    /// One sorted line per contact, case, link, note and answer, without anything that depends on the order
    /// of threads.
    std::vector<std::string> summary() const;
    /// Names of the notes in the order in which they were made.
    std::vector<std::string> notes() const;
    /// Texts of the answers with their addressees: "x 1: Hello".
    std::vector<std::string> answers() const;
    std::size_t count(const std::string& module) const;

    Script script;  ///< set while no hub runs

private:
    using Object = boost::json::object;
    Report act(const std::string& instance, const plugin::OutCall& call);
    Report create(const std::string& module, Object record);
    Report upsert(const Object& arguments);
    std::string thread_of(const std::string& case_id) const;
    std::string name_of(const std::string& contact_id) const;

    mutable std::mutex mutex_;
    std::map<std::string, std::vector<Object>> records_;  ///< by module
    std::set<std::string> links_;
    std::vector<std::string> answers_;
    std::map<std::string, Report> done_;  ///< by idempotency key
    int calls_ = 0, effects_ = 0;
    int dies_at_ = 0;
    bool dies_after_ = false, dead_ = false;
};

}  // namespace maillon::route
