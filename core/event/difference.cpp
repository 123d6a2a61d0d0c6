#include "core/event/difference.h"

namespace maillon {
namespace {

namespace json = boost::json;

class Differences {
public:
    void compare(const std::string& path, const json::value& was, const json::value& now) {
        if (was.is_object() && now.is_object()) return objects(path, was.get_object(), now.get_object());
        if (was.is_array() && now.is_array()) return arrays(path, was.get_array(), now.get_array());
        if (!are_equal(was, now)) out.push_back({path, was, now});
    }

    std::vector<JsonDifference> out;

private:
    static bool are_equal(const json::value& a, const json::value& b) {
        if (a == b) return true;
        const bool is_mixed = a.is_number() && b.is_number() && (a.is_double() || b.is_double());
        return is_mixed && a.to_number<double>() == b.to_number<double>();
    }

    static std::string inside(const std::string& path, std::string_view name) {
        return path.empty() ? std::string(name) : path + '.' + std::string(name);
    }

    void objects(const std::string& path, const json::object& was, const json::object& now) {
        for (const auto& [name, value] : was) {
            if (const auto* other = now.if_contains(name))
                compare(inside(path, name), value, *other);
            else
                out.push_back({inside(path, name), value, {}});
        }
        for (const auto& [name, value] : now) {
            if (!was.contains(name)) out.push_back({inside(path, name), {}, value});
        }
    }

    void arrays(const std::string& path, const json::array& was, const json::array& now) {
        for (std::size_t i = 0; i < was.size() || i < now.size(); ++i) {
            const auto at = path + '[' + std::to_string(i) + ']';
            if (i >= now.size())
                out.push_back({at, was[i], {}});
            else if (i >= was.size())
                out.push_back({at, {}, now[i]});
            else
                compare(at, was[i], now[i]);
        }
    }
};

}  // namespace

std::vector<JsonDifference> differences(const json::value& was, const json::value& now) {
    Differences all;
    all.compare({}, was, now);
    return std::move(all.out);
}

}  // namespace maillon
