#include "core/db/postgres_url.h"

#include <algorithm>
#include <array>
#include <utility>

namespace maillon::db {
namespace {

constexpr std::array<std::string_view, 2> kSchemes{"postgresql://", "postgres://"};

bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Characters of a URL, with each % followed by two digits.
bool is_sound(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);  // char has no sign on some machines
        if (byte <= ' ' || byte >= 0x7f || c == '"' || c == '#') return false;
        if (c != '%') continue;
        if (i + 2 >= text.size() || !is_hexadecimal(text[i + 1]) || !is_hexadecimal(text[i + 2]))
            return false;
        if (text.substr(i, 3) == "%00") return false;
    }
    return true;
}

bool is_port(std::string_view text) {
    return text.empty() ||
           (text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }));
}

/// One "host:port" or "[::1]:port".
bool is_host(std::string_view text) {
    const auto bracket = text.find(']');
    if (text.starts_with('[') != (bracket != text.npos)) return false;
    const auto colon = text.find(':', bracket == text.npos ? 0 : bracket);
    return colon == text.npos || is_port(text.substr(colon + 1));
}

template <class F>
bool all_parts(std::string_view text, char between, const F& good) {
    while (true) {
        const auto end = text.find(between);
        if (!good(text.substr(0, end))) return false;
        if (end == text.npos) return true;
        text.remove_prefix(end + 1);
    }
}

bool are_options(std::string_view text) {
    return text.empty() || all_parts(text, '&', [](std::string_view option) {
               return option.find('=') != option.npos && option.find('=') > 0 &&
                      std::ranges::count(option, '=') == 1;
           });
}

bool has_option(std::string_view options, std::string_view name) {
    return !options.empty() && !all_parts(options, '&', [&](std::string_view option) {
        return option.substr(0, option.find('=')) != name;
    });
}

bool stays_here(std::string_view hosts) {
    return all_parts(hosts, ',', [](std::string_view host) {
        return host.empty() || host.starts_with("localhost") || host.starts_with("127.") ||
               host.starts_with("[::1]") || host.starts_with("%2F") || host.starts_with("%2f");
    });
}

/// The parts of a sound URL.
struct Parts {
    explicit Parts(std::string_view rest) {
        const auto query = rest.find('?');
        if (query != rest.npos) options = rest.substr(query + 1);
        rest = rest.substr(0, query);
        const auto slash = rest.find('/');
        if (slash != rest.npos) database = rest.substr(slash);
        hosts = rest.substr(0, slash);
        const auto at = hosts.find('@');
        if (at == hosts.npos) return;
        user = hosts.substr(0, at);
        hosts.remove_prefix(at + 1);
        const auto colon = user.find(':');
        if (colon == user.npos) return;
        password = user.substr(colon + 1);
        user = user.substr(0, colon);
    }
    std::string_view user, password, hosts, database, options;
};

std::string_view behind_scheme(std::string_view text) {
    for (const auto scheme : kSchemes)
        if (text.starts_with(scheme)) return text.substr(scheme.size());
    return {};
}

}  // namespace

Result<PostgresUrl> PostgresUrl::of(std::string_view text) {
    const auto rest = behind_scheme(text);
    const Parts parts(rest);
    const bool good = !rest.empty() && is_sound(rest) && std::ranges::count(rest, '@') <= 1 &&
                      parts.database.find_first_of("@/:", 1) == rest.npos &&
                      all_parts(parts.hosts, ',', is_host) && are_options(parts.options) &&
                      parts.options.find('@') == rest.npos;
    if (!good)
        return config_fault(
            "the store's URL is not of the form postgresql://user@host:port/database?option=value; special"
            " characters in its parts are written as % and two digits");
    PostgresUrl url;
    url.text = text;
    url.has_password = !parts.password.empty() || has_option(parts.options, "password");
    url.place = "postgresql://";
    if (!parts.user.empty()) url.place.append(parts.user) += '@';
    url.place.append(parts.hosts).append(parts.database);
    return url;
}

std::string PostgresUrl::for_connecting() const {
    const Parts parts(behind_scheme(text));
    std::string out = text;
    if (out.find('?') == out.npos) out += '?';
    const auto add = [&](std::string_view name, std::string_view value) {
        if (has_option(parts.options, name)) return;
        if (!out.ends_with('?')) out += '&';
        out.append(name).append("=").append(value);
    };
    add("connect_timeout", "10");
    add("keepalives_idle", "10");
    add("keepalives_interval", "5");
    add("keepalives_count", "3");
    add("tcp_user_timeout", "30000");
    if (!stays_here(parts.hosts) || has_option(parts.options, "host") ||
        has_option(parts.options, "hostaddr"))
        add("sslmode", "require");
    return out;
}

}  // namespace maillon::db
