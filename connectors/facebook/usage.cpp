#include "usage.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>

namespace maillon::facebook {
namespace {

/// Every object that has counters, at whatever depth: {"call_count", "total_time", …}. One use at a time, so
/// the members of an object never mix with another's.
struct Counters {
    static constexpr std::size_t max_object_size = 4096;
    static constexpr std::size_t max_array_size = 4096;
    static constexpr std::size_t max_key_size = 256;
    static constexpr std::size_t max_string_size = 4096;

    std::vector<Usage> found{};
    Usage current{};
    bool counted = false;
    std::string key{};
    std::string text{};

    bool number(double value) {
        if (key == "call_count" || key == "total_time" || key == "total_cputime") {
            current.percent = std::max(current.percent, value);
            counted = true;
        } else if (key == "estimated_time_to_regain_access" && value > 0) {
            current.minutes = static_cast<std::int64_t>(std::min(value, 1e6));
        }
        return true;
    }
    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) {
        current = {};
        counted = false;
        return true;
    }
    bool on_object_end(std::size_t, json::error_code&) {
        if (counted) found.push_back(current);
        current = {};
        counted = false;
        return true;
    }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t, json::error_code&) { return true; }
    bool on_key_part(json::string_view part, std::size_t size, json::error_code&) {
        if (size == part.size()) key.clear();
        key.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t size, json::error_code& error) {
        return on_key_part(part, size, error);
    }
    bool on_string_part(json::string_view part, std::size_t size, json::error_code&) {
        if (size == part.size()) text.clear();
        text.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t size, json::error_code& error) {
        on_string_part(part, size, error);
        if (key == "type") current.scope = text.substr(0, 40);
        return true;
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
        return number(static_cast<double>(value));
    }
    bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) {
        return number(static_cast<double>(value));
    }
    bool on_double(double value, json::string_view, json::error_code&) { return number(value); }
    bool on_bool(bool, json::error_code&) { return true; }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }
};

void read(std::string_view header, std::string_view scope, std::vector<Usage>& out) {
    if (header.empty()) return;
    json::basic_parser<Counters> parser{json::parse_options{}};
    json::error_code error;
    parser.write_some(false, header.data(), header.size(), error);
    for (auto& usage : parser.handler().found) {
        if (usage.scope.empty()) usage.scope = scope;
        out.push_back(std::move(usage));
    }
}

}  // namespace

std::vector<Usage> usage_of(const Response& response) {
    std::vector<Usage> out;
    read(response.header("X-App-Usage"), "app", out);
    read(response.header("X-Page-Usage"), "page", out);
    read(response.header("X-Business-Use-Case-Usage"), "pages", out);
    return out;
}

}  // namespace maillon::facebook
