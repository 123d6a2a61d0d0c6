// Any bytes as a configuration file: read, diagnosed, rendered; what loads must load again from its stored
// text.
#include "core/base/assert.h"
#include "core/config/load.h"
#include "core/config/schema_check.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace maillon::config;

void check_scalar(const Scalar& scalar, const Sources& sources) {
    for (std::size_t offset = 0; offset <= scalar.text.size(); offset += 1 + offset / 8) {
        const Place place = place_in(scalar, offset, offset + 3);
        MAILLON_ASSERT(place.is_known() && place.file < sources.size(),
                       "a scalar of a file has a place in it");
        MAILLON_ASSERT(place.column >= 1 && place.length >= 1, "columns and lengths count from 1");
    }
}

void check_tree(const ValueTree& tree, const Sources& sources) {
    if (tree.is_scalar()) check_scalar(tree.scalar, sources);
    for (const auto& item : tree.items) check_tree(item, sources);
    for (const auto& member : tree.members) check_tree(member.value, sources);
}

void check_steps(const Steps& steps, const Sources& sources) {
    for (const auto& step : steps) {
        MAILLON_ASSERT(!step.name.empty(), "every step has a name");
        if (step.when) check_scalar(*step.when, sources);
        if (const auto* call = std::get_if<Call>(&step.action)) check_tree(call->with, sources);
        for (const auto& [failure, handler] : step.on_error) check_steps(handler.steps, sources);
    }
}

void check_loaded(LoadResult& result, const Environment& environment) {
    const Config& config = *result.config;
    for (const auto& [name, route] : config.routes) check_steps(route.steps, *result.sources);
    const boost::json::object schema{
        {"properties", boost::json::object{{"token", boost::json::object{{"x-maillon-secret", true}}}}}};
    for (const auto& [name, connector] : config.connectors) {
        check_against_schema(connector, schema, result.diagnostics, *result.sources);
    }
    const auto again = load_stored(config.text, "/etc/maillon", environment);
    MAILLON_ASSERT(again.ok() && again.config->hash == config.hash,
                   "what has loaded loads again from its stored text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Environment environment{{{"CRM_URL", "https://crm.example.com"}, {"PORT", "8181"}}};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto half = text.find('\f');
    std::vector<SourceText> files{{"maillon.yaml", std::string(text.substr(0, half))}};
    if (half != std::string_view::npos)
        files.push_back({"conf.d/more.yaml", std::string(text.substr(half + 1))});

    auto result = load_texts(std::move(files), "/etc/maillon", environment);

    MAILLON_ASSERT(result.ok() != result.diagnostics.has_errors(), "there is a configuration or an error");
    if (result.ok()) check_loaded(result, environment);
    MAILLON_ASSERT(result.diagnostics.empty() != !render(result.diagnostics, *result.sources).empty(),
                   "every diagnostic is shown");
    MAILLON_ASSERT(!boost::json::serialize(to_json(result.diagnostics, *result.sources)).empty(),
                   "every diagnostic has a JSON form");
    return 0;
}
