#include "core/trial/compare.h"

#include <boost/json/serialize.hpp>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using config::ValueTree;

bool is_equal(const json::value& a, const json::value& b) {
    if (a.is_double() || b.is_double()) {
        json::error_code wrong_a, wrong_b;
        return a.is_number() && b.is_number() && a.to_number<double>(wrong_a) == b.to_number<double>(wrong_b);
    }
    return a == b;  // of integers, signed and unsigned alike
}

class Comparing {
public:
    void compare(const ValueTree& expected, const json::value* got, const std::string& path) {
        if (expected.is_map()) return compare_map(expected, got, path);
        if (expected.is_list()) return compare_list(expected, got, path);
        if (expected.is_null() && (!got || got->is_null())) return;
        if (!got || !is_equal(config::natural_value(expected.scalar), *got)) differs(expected, got, path);
    }
    std::vector<Difference> out;

private:
    void compare_map(const ValueTree& expected, const json::value* got, const std::string& path) {
        const auto* object = got ? got->if_object() : nullptr;
        if (!object) return differs(expected, got, path);
        for (const auto& member : expected.members) {
            const auto inside = path.empty() ? member.key.text : path + '.' + member.key.text;
            compare(member.value, object->if_contains(member.key.text), inside);
        }
    }

    void compare_list(const ValueTree& expected, const json::value* got, const std::string& path) {
        const auto* array = got ? got->if_array() : nullptr;
        if (!array || array->size() != expected.items.size()) return differs(expected, got, path);
        for (std::size_t i = 0; i < expected.items.size(); ++i)
            compare(expected.items[i], &(*array)[i], path + '[' + std::to_string(i) + ']');
    }

    void differs(const ValueTree& expected, const json::value* got, const std::string& path) {
        out.push_back({path, expected.place, json::serialize(config::natural_value(expected)),
                       got ? json::serialize(*got) : "nothing"});
    }
};

}  // namespace

std::vector<Difference> differences(const ValueTree& expected, const json::value& got) {
    Comparing comparing;
    comparing.compare(expected, &got, {});
    return std::move(comparing.out);
}

}  // namespace maillon::trial
