#include "sugar_service.h"

#include "modules.h"
#include "sugar_errors.h"

namespace sandbox {

using namespace sugar_errors;

SugarService::SugarService(Crm& crm, Tokens::Login login, const maillon::Clock& clock, std::uint64_t seed)
    : crm_(crm), tokens_(std::move(login), clock, seed) {
    crm_.on_saved([this](const auto& module, const Record& record, const json::object& before,
                         bool is_update) { saved(module, record, before, is_update); });
}

std::optional<maillon::HttpResponse> SugarService::handle(Call& call, const maillon::Responder&) {
    return dispatch(call);
}

maillon::HttpResponse SugarService::mishap(Mishap kind, int retry_after_s) {
    if (kind == Mishap::server_error) {
        return error(500, "fatal_error",
                     "Your request failed to complete. A fatal error occurred. Check logs for more details.");
    }
    Answer answer = error(429, "too_many_requests", "Too many requests.");
    answer.headers.add("Retry-After", std::to_string(retry_after_s));
    return answer;
}

std::string SugarService::configure(const json::object& settings) {
    for (const auto& [key, value] : settings) {
        if (key == "password")
            tokens_.login.password = text_of(value);
        else if (key == "token_life_s")
            tokens_.login.token_life_s = int_of(settings, "token_life_s", 3600);
        else if (key == "refresh_life_s")
            tokens_.login.refresh_life_s = int_of(settings, "refresh_life_s", 1'209'600);
        else if (key == "max_num")
            max_num_ = std::max<std::int64_t>(1, int_of(settings, "max_num", 1000));
        else if (key == "max_body")
            max_body_ = int_of(settings, "max_body", 4 << 20);
        else if (key == "utc_offset_minutes")
            utc_offset_minutes_ = int_of(settings, "utc_offset_minutes", 0);
        else if (key == "admin" && value.is_bool())
            admin_ = value.get_bool();
        else if (key == "logic_hooks" && value.is_bool())
            logic_hooks_ = value.get_bool();
        else
            return "sugar." + std::string(key) + " is unknown or of the wrong kind";
    }
    return {};
}

json::object SugarService::settings() const {
    return {{"password", tokens_.login.password},
            {"token_life_s", tokens_.login.token_life_s},
            {"refresh_life_s", tokens_.login.refresh_life_s},
            {"max_num", max_num_},
            {"max_body", max_body_},
            {"admin", admin_},
            {"logic_hooks", logic_hooks_},
            {"utc_offset_minutes", utc_offset_minutes_}};
}

SugarService::Answer SugarService::dispatch(Call& call) {
    if (static_cast<std::int64_t>(call.request.body.size()) > max_body_) {
        return error(413, "request_too_large", "The request body is larger than this server allows.");
    }
    // "/rest/v11_20/…", or "/v11_20/…" inside a bulk request.
    if (!call.path.empty() && call.path.front() == "rest") call.path.erase(call.path.begin());
    if (call.path.empty()) return no_such_path();
    const std::string version = call.path.front();
    call.path.erase(call.path.begin());
    // A server of version 11 still answers to version 10.
    if (version != "v10" && version != "v11" && !version.starts_with("v11_")) {
        return error(301, "incorrect_version",
                     "The version of the API you are using is not correct for the current request.");
    }
    if (call.goes_to({"oauth2", "token"})) return call.is("POST") ? token(call) : no_such_method();

    const std::string bearer = call.bearer();
    const std::string token =
        bearer.empty() ? std::string(call.request.header("OAuth-Token").value_or("")) : bearer;
    if (token.empty()) return need_login();
    if (!tokens_.is_valid(token)) return invalid_grant();
    if (call.goes_to({"oauth2", "logout"})) {
        tokens_.revoke(token);
        return json_answer(200, json::object{{"success", true}});
    }
    if (call.goes_to({"bulk"})) return call.is("POST") ? bulk(call) : no_such_method();
    if (call.goes_to({"metadata"})) return metadata(call);
    if (call.goes_to({"me"})) {
        return json_answer(200,
                           json::object{{"current_user", json::object{{"id", "1"},
                                                                      {"user_name", tokens_.login.user},
                                                                      {"type", admin_ ? "admin" : "user"}}}});
    }
    if (call.path.empty()) return no_such_path();
    if (call.path[0] == "integrate") call.path.erase(call.path.begin());
    if (call.path.empty() || crm_.table(call.path[0]) == nullptr) return no_such_path();
    return module_call(call, call.path[0]);
}

SugarService::Answer SugarService::token(const Call& call) {
    Call with_body = call;
    with_body.read_body_parameters();
    const std::string grant = with_body.parameter("grant_type");
    if (grant == "password") {
        const auto issued =
            tokens_.by_password(with_body.parameter("username"), with_body.parameter("password"),
                                with_body.parameter("platform"));
        return issued ? json_answer(200, *issued) : need_login();
    }
    if (grant == "refresh_token") {
        const auto issued = tokens_.by_refresh(with_body.parameter("refresh_token"));
        return issued ? json_answer(200, *issued) : invalid_grant();
    }
    return error(422, "invalid_parameter", "Grant type '" + grant + "' is not supported.");
}

SugarService::Answer SugarService::metadata(const Call& call) const {
    json::object modules;
    for (const char* name : {"Accounts", "Cases", "Contacts", "Leads", "Notes"}) {
        const std::string wanted = call.parameter("module_filter");
        if (!wanted.empty() && wanted.find(name) == std::string::npos) continue;
        json::object fields;
        for (const std::string_view field : fields_of(name)) {
            fields[view(field)] = {
                {"name", view(field)}, {"type", "varchar"}, {"required", field == required_field(name)}};
        }
        modules[name] = {{"fields", std::move(fields)}};
    }
    return json_answer(200, json::object{{"modules", std::move(modules)}});
}

SugarService::Answer SugarService::bulk(const Call& call) {
    const auto body = parse_object(call.request.body);
    const json::value* requests = body ? body->if_contains("requests") : nullptr;
    if (requests == nullptr || !requests->is_array())
        return error(422, "missing_parameter", "Missing parameter: requests");
    json::array answers;
    for (const json::value& entry : requests->get_array()) {
        const json::object inner = entry.is_object() ? entry.get_object() : json::object();
        maillon::HttpRequest request;
        request.method = inner.contains("method") ? text_of(inner, "method") : "GET";
        request.target = text_of(inner, "url");
        const auto mark = request.target.find('?');
        request.path = request.target.substr(0, mark);
        if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
        if (const json::value* data = inner.if_contains("data"); data != nullptr && !data->is_null()) {
            request.body = data->is_string() ? text_of(*data) : json::serialize(*data);
        }
        request.headers = call.request.headers;
        if (const json::value* headers = inner.if_contains("headers");
            headers != nullptr && headers->is_object()) {
            for (const auto& [name, value] : headers->get_object())
                request.headers.set({name.data(), name.size()}, text_of(value));
        }
        Call one(std::move(request));
        const bool nested = one.path.size() > 1 && one.path.back() == "bulk";
        const Answer answer = nested ? no_such_path() : dispatch(one);
        boost::system::error_code failure;
        json::value contents = json::parse(answer.body, failure);
        answers.push_back({{"contents", std::move(contents)},
                           {"headers", json::object{{"Content-Type", "application/json"}}},
                           {"status", answer.status}});
    }
    return json_answer(200, answers);
}

}  // namespace sandbox
