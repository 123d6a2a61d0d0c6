#include "core/match/normalise/link.h"

#include "core/base/text.h"
#include "core/base/unicode.h"
#include "core/match/normalise/word_list.h"

#include <algorithm>
#include <array>
#include <vector>

namespace maillon::match {
namespace {

struct Parts {
    std::string host;
    std::string_view port, path, query;
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kAround = " \t\r\n<>\"'";
    const auto first = text.find_first_not_of(kAround);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kAround) - first + 1);
}

std::optional<std::string> ascii_host(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    const bool plain = std::ranges::all_of(host, [](char c) { return static_cast<signed char>(c) >= 0; });
    if (plain) return ascii_lower(host);
    const Unicode* tables = unicode().face;
    return tables != nullptr && is_utf8(host) ? tables->host_to_ascii(host) : std::nullopt;
}

bool is_host(std::string_view host) {
    const auto dot = host.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 2 >= host.size() || host.size() > 253)
        return false;
    if (host.find("..") != std::string_view::npos || host.front() == '-') return false;
    if (host[dot + 1] >= '0' && host[dot + 1] <= '9') return false;  // an address names nobody
    return std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

std::optional<Parts> parts_of(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || text.size() > 2000) return std::nullopt;
    if (const auto scheme = text.find("://");
        scheme != std::string_view::npos && scheme < text.find_first_of("/?#")) {
        const std::string name = ascii_lower(text.substr(0, scheme));
        if (name != "http" && name != "https") return std::nullopt;
        text.remove_prefix(scheme + 3);
    }
    text = text.substr(0, text.find('#'));
    Parts out;
    const auto end = std::min(text.find_first_of("/?"), text.size());
    std::string_view host = text.substr(0, end);
    text.remove_prefix(end);
    if (host.find('@') != std::string_view::npos) return std::nullopt;
    if (const auto colon = host.find(':'); colon != std::string_view::npos) {
        out.port = host.substr(colon + 1);
        host = host.substr(0, colon);
    }
    auto ascii = ascii_host(host);
    if (!ascii || !is_host(*ascii)) return std::nullopt;
    out.host = std::move(*ascii);
    if (out.host.starts_with("www.") && out.host.find('.', 4) != std::string::npos) out.host.erase(0, 4);
    const auto query = std::min(text.find('?'), text.size());
    out.path = text.substr(0, query);
    out.query = text.substr(std::min(query + 1, text.size()));
    return out;
}

bool is_tracking(std::string_view name) {
    constexpr WordList kTracking({"_ga",
                                  "dclid",
                                  "fb_action_ids",
                                  "fb_source",
                                  "fbclid",
                                  "gbraid",
                                  "gclid",
                                  "gclsrc",
                                  "hsctatracking",
                                  "igsh",
                                  "igshid",
                                  "mc_cid",
                                  "mc_eid",
                                  "mibextid",
                                  "msclkid",
                                  "originalsubdomain",
                                  "ref",
                                  "ref_src",
                                  "ref_url",
                                  "share_id",
                                  "si",
                                  "spm",
                                  "trk",
                                  "ttclid",
                                  "twclid",
                                  "wbraid",
                                  "wt_mc",
                                  "yclid"});
    return name.starts_with("utm_") || name.starts_with("pk_") || name.starts_with("mtm_") ||
           kTracking.has(name);
}

/// What of a query tells one page from another.
std::string told_by(std::string_view query) {
    std::string out;
    while (!query.empty()) {
        const auto part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(part.size() + 1, query.size()));
        if (part.empty() || is_tracking(ascii_lower(part.substr(0, part.find('='))))) continue;
        (out += out.empty() ? '?' : '&') += part;
    }
    return out;
}

std::string path_of(std::string_view path) {
    constexpr auto kHomes = std::to_array<std::string_view>({"/index.html", "/index.htm", "/index.php"});
    for (const auto home : kHomes) {
        if (path.ends_with(home)) path.remove_suffix(home.size());
    }
    while (path.ends_with('/')) path.remove_suffix(1);
    return std::string(path);
}

bool is_shortener(std::string_view host) {
    constexpr WordList kShort({"beacons.ai", "bio.link", "bit.ly", "buff.ly", "fb.me", "goo.gl", "is.gd",
                               "linktr.ee", "lnkd.in", "ow.ly", "rebrand.ly", "t.co", "t.ly", "tinyurl.com"});
    return kShort.has(host);
}

struct Network {
    std::string_view host, name;
    std::string_view before;  ///< stands in front of the name
};

constexpr auto kNetworks = std::to_array<Network>({{"facebook.com", "facebook", ""},
                                                   {"fb.com", "facebook", ""},
                                                   {"x.com", "x", ""},
                                                   {"twitter.com", "x", ""},
                                                   {"instagram.com", "instagram", ""},
                                                   {"linkedin.com", "linkedin", "in/"},
                                                   {"tiktok.com", "tiktok", "@"},
                                                   {"youtube.com", "youtube", "@"},
                                                   {"threads.net", "threads", "@"},
                                                   {"threads.com", "threads", "@"},
                                                   {"t.me", "telegram", ""},
                                                   {"github.com", "github", ""},
                                                   {"bsky.app", "bluesky", "profile/"},
                                                   {"pinterest.com", "pinterest", ""},
                                                   {"snapchat.com", "snapchat", "add/"}});

/// Pages of the networks themselves.
bool is_reserved(std::string_view name) {
    constexpr WordList kReserved({"about",       "accounts",      "business", "events",     "explore",
                                  "groups",      "hashtag",       "help",     "home",       "i",
                                  "intent",      "jobs",          "legal",    "login",      "marketplace",
                                  "messages",    "notifications", "p",        "pages",      "people",
                                  "photo",       "photo.php",     "photos",   "pin",        "privacy",
                                  "profile.php", "reel",          "reels",    "s",          "search",
                                  "settings",    "share",         "sharer",   "sharer.php", "shop",
                                  "signup",      "status",        "stories",  "tos",        "tv",
                                  "video",       "videos",        "watch"});
    return kReserved.has(name);
}

std::optional<Handle> profile_of(std::string_view host, std::string_view path, std::string_view query) {
    const auto network = std::ranges::find_if(kNetworks, [&](const Network& n) {
        return host == n.host || (host.ends_with(n.host) && host[host.size() - n.host.size() - 1] == '.');
    });
    if (network == kNetworks.end() || path.size() < 2) return std::nullopt;
    path.remove_prefix(1);
    Handle out;
    out.network = network->name;
    if (network->name == "facebook" && path == "profile.php" && query.starts_with("?id=")) {
        out.id = query.substr(4, query.find('&') - 4);
        return out;
    }
    if (!path.starts_with(network->before)) return std::nullopt;
    path.remove_prefix(network->before.size());
    path = path.substr(0, path.find('/'));
    while (path.starts_with('@')) path.remove_prefix(1);
    out.name = ascii_lower(path);
    if (out.name.empty() || out.name.size() > 100 || is_reserved(out.name)) return std::nullopt;
    return out;
}

bool is_nobody(std::string_view host) {
    return host == "example.com" || host == "example.org" || host == "example.net" ||
           host.ends_with(".localhost") || host.ends_with(".invalid") || host.ends_with(".test") ||
           host.ends_with(".example");
}

}  // namespace

std::optional<Link> link(std::string_view text) {
    const auto parts = parts_of(text);
    if (!parts || is_nobody(parts->host)) return std::nullopt;
    Link out;
    out.host = parts->host;
    const std::string path = path_of(parts->path), query = told_by(parts->query);
    out.profile = profile_of(out.host, path, query);
    out.key = out.host;
    if (!parts->port.empty() && parts->port != "80" && parts->port != "443") (out.key += ':') += parts->port;
    out.key += path + query;
    if (out.profile) out.key = out.profile->name.empty() ? out.profile->id_key() : out.profile->name_key();
    out.is_shortener = is_shortener(out.host);
    return out;
}

}  // namespace maillon::match
