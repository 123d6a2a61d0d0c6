#include "core/config/environment.h"

#include "core/config/secrets.h"

#include <algorithm>

extern char** environ;

namespace maillon::config {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Behind the `}` that closes the `${` at `begin`; text in quotes does not count. npos when there is none.
std::size_t closing(std::string_view text, std::size_t begin) {
    char quote = '\0';
    for (std::size_t i = begin + 2; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '}') {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

/// `${` in a value of the environment is no reference.
std::string escaped(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value.substr(i).starts_with("${")) out += '$';
        out += value[i];
    }
    return out;
}

class Substitution {
public:
    Substitution(std::string_view section, bool takes_secrets, Reading& reading)
        : section_(section), takes_secrets_(takes_secrets), reading_(reading) {}

    void apply(ValueTree& tree) {
        if (tree.is_scalar()) apply(tree.scalar);
        for (auto& item : tree.items) apply(item);
        for (auto& member : tree.members) apply(member.value);
    }

private:
    void apply(Scalar& scalar) {
        if (!has_expression(scalar.text)) return;
        const std::size_t errors_before = reading_.diagnostics.errors();
        std::string out;
        std::size_t done = 0;
        bool is_substituted = false;
        for (auto at = scalar.text.find("${"); at != std::string::npos; at = scalar.text.find("${", done)) {
            if (at > 0 && scalar.text[at - 1] == '$') {
                out += scalar.text.substr(done, at + 2 - done);
                done = at + 2;
                continue;
            }
            const auto end = closing(scalar.text, at);
            if (end == std::string::npos) return report_open(scalar, at);
            out += scalar.text.substr(done, at - done);
            const auto inside = trimmed(std::string_view(scalar.text).substr(at + 2, end - at - 3));
            out += inside.starts_with("secret.") ? secret(scalar, inside.substr(7), at, end)
                                                 : variable(scalar, inside, at, end);
            is_substituted = is_substituted || inside.starts_with("env.");
            done = end;
        }
        if (reading_.diagnostics.errors() > errors_before) reading_.diagnostics.mute(scalar.place);
        scalar.text = out + scalar.text.substr(done);
        scalar.is_substituted = is_substituted;
    }

    void report_open(const Scalar& scalar, std::size_t at) {
        reading_.diagnostics.error(place_in(scalar, at, at + 2), "this '${' is not closed",
                                   "put a '}' after the name");
    }

    std::string secret(const Scalar& scalar, std::string_view name, std::size_t at, std::size_t end) {
        const Place place = place_in(scalar, at, end);
        if (!takes_secrets_) {
            const bool is_hub = section_ == "hub";
            reading_.diagnostics.error(place,
                                       is_hub ? "of the keys of hub only 'store' takes a secret"
                                              : "no key of " + std::string(section_) + " takes a secret",
                                       "write the value itself, or ${env.NAME}");
        } else if (!is_secret_name(name)) {
            reading_.diagnostics.error(place, "'" + std::string(name) + "' cannot be the name of a secret",
                                       "names of secrets are letters, digits, '_', '-' and '.'");
        } else if (at != 0 || end != scalar.text.size()) {
            reading_.diagnostics.error(
                place, "a secret must be the whole value",
                "put the whole text into the secret and write only \"${secret." + std::string(name) + "}\"");
        } else {
            reading_.secrets.push_back({std::string(name), place});
        }
        return "${secret." + std::string(name) + '}';
    }

    std::string variable(const Scalar& scalar, std::string_view inside, std::size_t at, std::size_t end) {
        const Place place = place_in(scalar, at, end);
        if (!inside.starts_with("env.")) {
            reading_.diagnostics.error(
                place, "expressions do not work in " + std::string(section_) + ", where there is no event",
                "only ${env.NAME} and ${secret.name} do; write $${ for a literal ${");
            return {};
        }
        const auto split = inside.find("??");
        const std::string name(
            trimmed(inside.substr(4, split == std::string_view::npos ? split : split - 4)));
        if (const auto found = reading_.environment.variables.find(name);
            found != reading_.environment.variables.end()) {
            return escaped(found->second);
        }
        if (split != std::string_view::npos) return fallback(trimmed(inside.substr(split + 2)), place);
        reading_.diagnostics.error(place, "the environment variable " + name + " is not set",
                                   "set it where the hub is started (systemd: Environment=" + name +
                                       "=… in 'systemctl edit maillon'),\nor give a default: ${env." + name +
                                       " ?? 'default'}");
        return "unset";
    }

    std::string fallback(std::string_view written, const Place& place) {
        const char quote = written.empty() ? '\0' : written.front();
        // What stands between two texts is no text: 'a' + b + 'c'.
        if (written.size() >= 2 && (quote == '\'' || quote == '"') &&
            written.find(quote, 1) == written.size() - 1)
            return escaped(written.substr(1, written.size() - 2));
        reading_.diagnostics.error(place, "the default must be a text in quotes",
                                   "write for instance ${env.NAME ?? 'default'}");
        return "unset";
    }

    std::string_view section_;
    bool takes_secrets_;
    Reading& reading_;
};

}  // namespace

Environment Environment::of_process() {
    Environment out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string_view::npos)
            out.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

void put_in_environment(ValueTree& tree, std::string_view section, bool takes_secrets, Reading& reading) {
    Substitution(section, takes_secrets, reading).apply(tree);
}

std::string_view secret_reference(std::string_view text) {
    constexpr std::string_view kBegin = "${secret.";
    if (!text.starts_with(kBegin) || !text.ends_with('}')) return {};
    const auto name = text.substr(kBegin.size(), text.size() - kBegin.size() - 1);
    return is_secret_name(name) ? name : std::string_view{};
}

}  // namespace maillon::config
