#pragma once
#include "maillon/testkit.hpp"

#include <map>
#include <set>

namespace maillon::sugarcrm {

/// A CRM in memory behind the scripted host: tokens, records, filters, links, bulk, and faults on demand.
class FakeSugar {
public:
    explicit FakeSugar(testkit::FakeHost& host);

    /// The settings that let a Driver in.
    static json::object config(json::object more = {});

    using Records = std::map<std::string, json::object>;
    std::map<std::string, Records> modules{{"Contacts", {}}, {"Cases", {}}, {"Notes", {}}};
    std::string password = "s3cret-pass";
    std::set<std::string> tokens;          ///< that are good now
    std::set<std::string> refresh_tokens;  ///< that are good now
    std::int64_t token_life = 3600;
    std::size_t page_cap = 1000;
    std::string ignored_field;  ///< silently not kept, as Sugar does with fields it does not know
    std::int64_t clock_s = 1'789'375'000;
    int next_number = 100;

    /// Asked before anything else; what it returns is the answer.
    std::function<std::optional<testkit::Scripted>(const testkit::Sent&)> fault;
    /// Asked after the work was done; replaces the answer (a lost one).
    std::function<std::optional<testkit::Scripted>(const testkit::Sent&)> loss;

    json::object& put(const std::string& module, json::object record);
    int count(std::string_view grant_type) const;
    /// Requests other than for tokens, as "POST Cases/filter".
    std::vector<std::string> requests() const;

    testkit::Scripted handle(const testkit::Sent& sent);

private:
    struct Part {
        std::uint32_t status = 200;
        json::value body{};
    };
    Part token(const json::object& grant);
    Part bulk(const testkit::Sent& sent);
    Part work(std::string_view method, std::string path, const json::value& body, std::string_view timestamp);
    Part list(const Records& records, const json::object& query) const;
    Part change(const std::string& module, const std::string& id, const json::value& body,
                std::string_view timestamp);

    testkit::FakeHost& host_;
    int serial_ = 0;
};

/// {"error": …, "error_message": …}
json::object sugar_error(std::string_view error, std::string_view message = "from the test");

}  // namespace maillon::sugarcrm
