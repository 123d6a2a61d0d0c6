#include "core/hub/manifest.h"

#include "core/base/time.h"

#include <boost/json/parse.hpp>

#include <fstream>
#include <iterator>

namespace maillon::hub {
namespace {

namespace json = boost::json;

constexpr int kForm = 1;

std::string text(const json::object& from, const char* name) {
    const auto* value = from.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number(const json::object& from, const char* name) {
    const auto* value = from.if_contains(name);
    return value && value->is_int64() ? value->get_int64() : 0;
}

Result<Manifest> read(const json::object& from) {
    if (number(from, "maillon_backup") != kForm)
        return rejected("it is not the manifest of a backup that this version knows");
    const auto taken = parse_rfc3339(text(from, "taken"));
    if (!taken) return taken.error();
    Manifest out{.version = text(from, "version"),
                 .taken = *taken,
                 .file = text(from, "file"),
                 .bytes = number(from, "bytes"),
                 .sha256 = text(from, "sha256"),
                 .schema = {},
                 .config = text(from, "config"),
                 .last_event = number(from, "last_event"),
                 .routed = number(from, "routed"),
                 .last_run = number(from, "last_run"),
                 .dead_letters = number(from, "dead_letters"),
                 .in_doubt = number(from, "in_doubt"),
                 .balanced = from.contains("balanced") && from.at("balanced") == true};
    if (const auto* parts = from.if_contains("schema"); parts && parts->is_object()) {
        for (const auto& [part, step] : parts->get_object())
            if (step.is_int64()) out.schema[part] = static_cast<int>(step.get_int64());
    }
    if (out.sha256.size() != 64 || out.bytes <= 0) return rejected("it does not tell size and SHA-256");
    return out;
}

}  // namespace

json::object Manifest::to_json() const {
    json::object parts;
    for (const auto& [part, step] : schema) parts[part] = step;
    return {{"maillon_backup", kForm},
            {"version", version},
            {"taken", to_rfc3339(taken)},
            {"file", file},
            {"bytes", bytes},
            {"sha256", sha256},
            {"schema", std::move(parts)},
            {"config", config},
            {"last_event", last_event},
            {"routed", routed},
            {"last_run", last_run},
            {"dead_letters", dead_letters},
            {"in_doubt", in_doubt},
            {"balanced", balanced}};
}

std::filesystem::path Manifest::name_for(const std::filesystem::path& backup) {
    return backup.string() + ".json";
}

Result<Manifest> Manifest::of(const std::filesystem::path& backup) {
    const auto name = name_for(backup);
    std::ifstream in(name, std::ios::binary);
    if (!in)
        return rejected("the manifest " + name.string() +
                        " is not there: what a backup is can only be told with it");
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    json::error_code error;
    const auto value = json::parse(bytes, error);
    if (error || !value.is_object()) return rejected("the manifest " + name.string() + " is not JSON");
    auto out = read(value.get_object());
    if (!out) return rejected("the manifest " + name.string() + ": " + out.error().what);
    return out;
}

}  // namespace maillon::hub
