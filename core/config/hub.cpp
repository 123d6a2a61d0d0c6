#include "core/config/environment.h"
#include "core/config/scalars.h"
#include "core/config/sections.h"

#include <algorithm>
#include <charconv>

#include <sys/un.h>

namespace maillon::config {
namespace {

template <class T, class U>
void set(T& to, const std::optional<U>& from) {
    if (from) to = static_cast<T>(*from);
}

bool is_loopback_host(std::string_view host) {
    return host.starts_with("127.") || host == "localhost" || host == "::1" || host == "[::1]";
}

void read_listen(Hub& hub, Fields& fields, Reading& reading) {
    const Scalar* scalar = read_scalar(reading, fields.take("listen"));
    if (scalar == nullptr) return;
    const std::string_view text = scalar->text;
    const auto colon = text.rfind(':');
    auto host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    const auto port = colon == std::string_view::npos ? text : text.substr(colon + 1);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    const bool is_port = error == std::errc{} && end == port.data() + port.size();
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        host = {};
    if (is_port && !host.empty() && host.find_first_of(" /[]") == std::string_view::npos) {
        hub.listen = {std::string(host), number};
        return;
    }
    const std::string hint = is_port && (colon == std::string_view::npos || colon == 0)
                                 ? "write 127.0.0.1:" + std::string(port) +
                                       " for this machine only, 0.0.0.0:" + std::string(port) + " for all"
                                 : "write for instance 127.0.0.1:8080 or [::1]:8080";
    reading.diagnostics.error(scalar->place,
                              "'listen' must be an address and a port, not '" + scalar->text + "'", hint);
}

void read_public_url(Hub& hub, Fields& fields, Reading& reading) {
    const std::string host =
        hub.listen.host.find(':') == std::string::npos ? hub.listen.host : '[' + hub.listen.host + ']';
    hub.public_url = "http://" + host + ':' + std::to_string(hub.listen.port);
    const Scalar* scalar = read_scalar(reading, fields.take("public_url"));
    if (scalar == nullptr) return;
    std::string_view url = scalar->text;
    while (url.ends_with('/')) url.remove_suffix(1);
    const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    if (scheme == 0 || url.size() <= scheme || url.find_first_of(" ?#\t\n") != std::string_view::npos) {
        reading.diagnostics.error(
            scalar->place, "'public_url' must be an https:// address, not '" + scalar->text + "'",
            "write the address at which services reach this hub: https://hub.example.com");
        return;
    }
    if (is_in_clear_text(url)) {
        reading.diagnostics.warning(scalar->place, "'public_url' is not encrypted",
                                    "most services call only https:// addresses");
    }
    hub.public_url = url;
}

/// The rest of a text that must begin with `scheme`.
std::optional<std::filesystem::path> read_scheme_path(Reading& reading, const Member* member,
                                                      std::string_view scheme, std::string_view example) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return std::nullopt;
    if (scalar->text.starts_with(scheme) && scalar->text.size() > scheme.size()) {
        return (reading.folder / scalar->text.substr(scheme.size())).lexically_normal();
    }
    const bool is_path = scalar->text.find(':') == std::string::npos;
    reading.diagnostics.error(
        scalar->place, "'" + member->key.text + "' must begin with '" + std::string(scheme) + "'",
        "write for instance " + (is_path ? std::string(scheme) + scalar->text : std::string(example)));
    return std::nullopt;
}

void read_admin(Hub& hub, Fields& fields, Reading& reading) {
    const Member* member = fields.take("admin");
    const auto path = read_scheme_path(reading, member, "unix:", "unix:/run/maillon/admin.sock");
    if (!path) return;
    hub.admin = *path;
    constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;
    if (path->native().size() > kLongest)
        reading.diagnostics.error(member->value.place,
                                  "the path of a socket has at most " + std::to_string(kLongest) + " bytes",
                                  "write for instance unix:/run/maillon/admin.sock");
}

/// Whether the URL of a server has a password: before the '@' of its hosts, or as an option.
bool holds_password(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == url.npos) return false;
    url.remove_prefix(scheme + 3);
    const auto at = url.find('@');
    return (at != url.npos && url.substr(0, at).find(':') != url.npos) || url.find("password=") != url.npos;
}

void refuse_password(const Scalar& scalar, Reading& reading) {
    reading.sources.conceal(scalar.place);
    reading.diagnostics.error(
        scalar.place, "the password of the store must not stand here in clear text",
        "put the whole URL into a file of its own in the folder hub.secrets and write:  store: "
        "\"${secret.store_url}\"\nor leave the password out and name a password file in PGPASSFILE");
}

void read_store(Hub& hub, Fields& fields, Reading& reading) {
    const Member* member = fields.take("store");
    const bool is_server = member != nullptr && member->value.is_scalar() &&
                           (member->value.scalar.text.starts_with("postgres") ||
                            !secret_reference(member->value.scalar.text).empty());
    if (!is_server)
        return set(hub.store,
                   read_scheme_path(reading, member, "sqlite:", "sqlite:/var/lib/maillon/maillon.db"));
    const Scalar& scalar = member->value.scalar;
    hub.store_url = scalar.text;
    if (!scalar.is_substituted && holds_password(scalar.text)) refuse_password(scalar, reading);
}

void remember(Hub& hub, std::string_view prefix, const ValueTree& tree) {
    for (const auto& [key, value] : tree.members) {
        hub.places.emplace(std::string(prefix) + key.text, value.place);
        if (prefix.empty()) remember(hub, key.text + '.', value);
    }
}

void read_keep(Hub::Keep& keep, const ValueTree& tree, Reading& reading) {
    Fields fields(tree, "'keep'", reading, kKeepShape);
    const auto events = read_span(reading, fields, "events");
    set(keep.events, events);
    if (events && *events < std::chrono::days{1})
        reading.diagnostics.warning(
            fields.take("events")->value.place,
            "'events' is less than a day: what comes again later than that counts as new",
            "services send again what they are not sure of for a day and longer");
    set(keep.traces, read_span(reading, fields, "traces"));
    set(keep.dead_letters, read_span(reading, fields, "dead_letters"));
    fields.finish();
}

void read_log(Hub::Log& log, const ValueTree& tree, Reading& reading) {
    Fields fields(tree, "'log'", reading, kLogShape);
    set(log.level, read_choice(reading, fields.take("level"), fields.about("level").choices));
    set(log.format, read_choice(reading, fields.take("format"), fields.about("format").choices));
    fields.finish();
}

void read_limits(Hub::Limits& limits, const ValueTree& tree, Reading& reading) {
    Fields fields(tree, "'limits'", reading, kLimitsShape);
    set(limits.max_body, read_size(reading, fields.take("max_body")));
    set(limits.max_hops, read_integer(reading, fields.take("max_hops"), fields.about("max_hops")));
    set(limits.max_runs, read_integer(reading, fields.take("max_runs"), fields.about("max_runs")));
    set(limits.max_items, read_integer(reading, fields.take("max_items"), fields.about("max_items")));
    fields.finish();
}

void read_commit(Hub::Commit& commit, const ValueTree& tree, Reading& reading) {
    Fields fields(tree, "'commit'", reading, kCommitShape);
    set(commit.wait, read_span(reading, fields, "wait"));
    set(commit.units, read_integer(reading, fields.take("units"), fields.about("units")));
    fields.finish();
}

void read_plugins(Hub& hub, Fields& fields, Reading& reading) {
    const Member* member = fields.take("plugins");
    if (member == nullptr) return;
    if (!member->value.is_list()) {
        if (auto path = read_path(reading, member)) hub.plugins.push_back(std::move(*path));
        return;
    }
    for (const auto& item : member->value.items) {
        const Member entry{member->key, item};
        if (auto path = read_path(reading, &entry)) hub.plugins.push_back(std::move(*path));
    }
}

}  // namespace

bool Hub::Listen::is_loopback() const {
    return is_loopback_host(host);
}

Hub read_hub(const ValueTree& section, Reading& reading) {
    Hub hub;
    hub.place = section.place;
    remember(hub, "", section);
    Fields fields(section, "hub", reading, kHubShape);
    read_listen(hub, fields, reading);
    read_public_url(hub, fields, reading);
    read_admin(hub, fields, reading);
    read_store(hub, fields, reading);
    set(hub.secrets, read_path(reading, fields.take("secrets")));
    read_plugins(hub, fields, reading);
    if (const Member* keep = fields.take("keep")) read_keep(hub.keep, keep->value, reading);
    if (const Member* log = fields.take("log")) read_log(hub.log, log->value, reading);
    if (const Member* limits = fields.take("limits")) read_limits(hub.limits, limits->value, reading);
    if (const Member* commit = fields.take("commit")) read_commit(hub.commit, commit->value, reading);
    fields.unavailable({"journal", "tls", "cluster"});
    fields.finish();
    return hub;
}

}  // namespace maillon::config
