#include "fake_sugar.h"

#include "moments.h"
#include "records.h"

#include <gtest/gtest.h>
#include <algorithm>

namespace maillon::sugarcrm {
namespace {

constexpr std::string_view kBase = "https://crm.example.com/rest/v11_20/";

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
        const auto part = path.substr(0, path.find('/'));
        out.push_back(sdk1::detail::percent_decoded(part));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
    }
    return out;
}

bool meets(const json::object& record, std::string_view field, std::string_view op,
           const json::value& wanted) {
    if (field == "email_addresses.email_address") {
        for (const auto& entry : record.at("email").as_array()) {
            if (entry.at("email_address") == wanted) return true;
        }
        return false;
    }
    const auto there = text_of(record, field);
    if (op == "$in") {
        for (const auto& one : wanted.as_array()) {
            if (one == json::value(there)) return true;
        }
        return false;
    }
    if (op == "$gte") return *moment(there) >= *moment(wanted.as_string());
    if (op == "$starts") return there.starts_with(std::string_view(wanted.as_string()));
    if (op == "$equals")
        return there == (wanted.is_string() ? std::string(wanted.as_string()) : json::serialize(wanted));
    ADD_FAILURE() << "the test's CRM knows no " << op;
    return false;
}

bool fits(const json::object& record, const json::array& filter) {
    for (const auto& element : filter) {
        for (const auto& [field, condition] : element.as_object()) {
            for (const auto& [op, wanted] : condition.as_object()) {
                if (!meets(record, field, op, wanted)) return false;
            }
        }
    }
    return true;
}

}  // namespace

json::object sugar_error(std::string_view error, std::string_view message) {
    return {{"error", error}, {"error_message", message}};
}

FakeSugar::FakeSugar(testkit::FakeHost& host) : host_(host) {
    host.secrets["crm_password"] = password;
    host.now_ms = clock_s * 1000;
    host.on_http = [this](const testkit::Sent& sent) {
        if (fault) {
            if (auto answer = fault(sent)) return *answer;
        }
        auto answer = handle(sent);
        if (loss) {
            if (auto lost = loss(sent)) return *lost;
        }
        return answer;
    };
}

json::object FakeSugar::config(json::object more) {
    json::object out{{"url", "https://crm.example.com/"}, {"user", "hub"}, {"password", "crm_password"}};
    for (auto& [name, value] : more) out[name] = value;
    return out;
}

json::object& FakeSugar::put(const std::string& module, json::object record) {
    if (!record.contains("id")) record["id"] = "id-" + std::to_string(++serial_);
    if (!record.contains("date_modified")) record["date_modified"] = sugar_time(clock_s * 1000);
    if (!record.contains("deleted")) record["deleted"] = false;
    record["_acl"] = json::object{{"fields", json::object{}}};
    if (module == "Cases" && !record.contains("case_number")) record["case_number"] = next_number++;
    if (module == "Contacts" && !record.contains("email")) record["email"] = json::array{};
    record.erase(ignored_field);
    auto& there = modules[module][std::string(record.at("id").as_string())];
    there = std::move(record);
    return there;
}

int FakeSugar::count(std::string_view grant_type) const {
    return static_cast<int>(std::count_if(host_.sent.begin(), host_.sent.end(), [&](const auto& sent) {
        return sent.url.ends_with("/oauth2/token") && sent.json().at("grant_type") == json::value(grant_type);
    }));
}

std::vector<std::string> FakeSugar::requests() const {
    std::vector<std::string> out;
    for (const auto& sent : host_.sent) {
        const auto path = sent.url.substr(kBase.size());
        if (path != "oauth2/token") out.push_back(sent.method + " " + path.substr(0, path.find('?')));
    }
    return out;
}

testkit::Scripted FakeSugar::handle(const testkit::Sent& sent) {
    const auto answer = [](const Part& part) {
        return testkit::Scripted{part.status, json::serialize(part.body), {}, Code::ok};
    };
    if (!sent.url.starts_with(kBase)) return answer({404, sugar_error("no_method")});
    const auto path = sent.url.substr(kBase.size());
    if (path == "oauth2/token") return answer(token(sent.json().as_object()));
    if (!tokens.contains(std::string(sent.header("OAuth-Token"))))
        return answer({401, sugar_error("need_login")});
    if (path == "bulk") return answer(bulk(sent));
    const auto body = sent.body.empty() ? json::value() : sent.json();
    return answer(work(sent.method, path, body, sent.header("X-TIMESTAMP")));
}

FakeSugar::Part FakeSugar::token(const json::object& grant) {
    const auto refresh = text_of(grant, "refresh_token");
    const bool is_good = grant.at("grant_type") == "password"
                             ? text_of(grant, "username") == "hub" && text_of(grant, "password") == password
                             : refresh_tokens.erase(refresh) == 1;
    if (!is_good) return {401, sugar_error("need_login", "no such user with " + text_of(grant, "password"))};
    const auto n = std::to_string(++serial_);
    tokens = {"access-" + n};
    refresh_tokens = {"refresh-" + n};
    return {200, json::object{{"access_token", "access-" + n},
                              {"expires_in", token_life},
                              {"refresh_token", "refresh-" + n}}};
}

FakeSugar::Part FakeSugar::bulk(const testkit::Sent& sent) {
    json::array out;
    const auto whole = sent.json();
    for (const auto& item : whole.at("requests").as_array()) {
        const auto& request = item.as_object();
        auto url = text_of(request, "url");
        EXPECT_TRUE(url.starts_with("/v11_20/")) << url;
        const auto data = text_of(request, "data");
        const auto part = work(text_of(request, "method"), url.substr(8),
                               data.empty() ? json::value() : json::parse(data), {});
        // As text for every other item: both forms occur.
        const auto contents = out.size() % 2 == 0 ? part.body : json::value(json::serialize(part.body));
        out.push_back(
            json::object{{"contents", contents}, {"headers", json::object{}}, {"status", part.status}});
    }
    return {200, out};
}

FakeSugar::Part FakeSugar::work(std::string_view method, std::string path, const json::value& body,
                                std::string_view timestamp) {
    path = path.substr(0, path.find('?'));
    const auto parts = parts_of(path);
    const auto module = modules.find(parts.at(0));
    if (module == modules.end()) return {404, sugar_error("no_method")};
    if (parts.size() == 1 && method == "POST") return {200, put(parts[0], body.as_object())};
    if (parts.size() == 1)
        return list(module->second, {{"filter", json::array{}}, {"max_num", 1}, {"offset", 0}});
    if (parts[1] == "filter") return list(module->second, body.as_object());
    if (!module->second.contains(parts[1]))
        return {404, sugar_error("not_found", "Could not find record: " + parts[1])};
    const auto& record = module->second.at(parts[1]);
    if (parts.size() == 2 && method == "GET") return {200, record};
    if (parts.size() == 2 && method == "PUT") return change(parts[0], parts[1], body, timestamp);
    if (parts.size() == 3 && method == "POST")
        return {200, json::object{{"record", record}, {"related_records", json::array{}}}};
    if (parts.size() == 5 && method == "DELETE") {
        if (parts[4] == "apart") return {404, sugar_error("not_found")};
        return {200, json::object{{"record", record}}};
    }
    return {404, sugar_error("no_method")};
}

FakeSugar::Part FakeSugar::change(const std::string& module, const std::string& id, const json::value& body,
                                  std::string_view timestamp) {
    auto record = modules[module][id];
    if (!timestamp.empty() && text_of(record, "date_modified") != timestamp)
        return {409, sugar_error("edit_conflict")};
    for (const auto& [name, value] : body.as_object()) record[name] = value;
    record["date_modified"] = sugar_time(++clock_s * 1000);
    return {200, put(module, record)};
}

FakeSugar::Part FakeSugar::list(const Records& records, const json::object& query) const {
    std::vector<const json::object*> rows;
    for (const auto& [id, record] : records) {
        if (fits(record, query.at("filter").as_array())) rows.push_back(&record);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
        return *moment(text_of(*a, "date_modified")) < *moment(text_of(*b, "date_modified"));
    });
    const auto from = std::min(rows.size(), query.at("offset").to_number<std::size_t>());
    const auto size = std::min({page_cap, query.at("max_num").to_number<std::size_t>(), rows.size() - from});
    json::array page;
    for (std::size_t i = from; i < from + size; ++i) page.push_back(*rows[i]);
    const bool is_last = from + size >= rows.size();
    const auto next = is_last ? std::int64_t{-1} : static_cast<std::int64_t>(from + size);
    return {200, json::object{{"next_offset", next}, {"records", std::move(page)}}};
}

}  // namespace maillon::sugarcrm
