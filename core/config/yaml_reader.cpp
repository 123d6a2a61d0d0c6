#include "core/config/yaml_reader.h"

#include "core/config/yaml_bytes.h"
#include "core/config/yaml_syntax.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

namespace maillon::config {
namespace {

constexpr int kMostMistakes = 20;  // syntax errors of one file that are stepped over

void parse(const std::string& text, TreeBuilder& builder) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
}

/// One attempt. Gives the mistake that stopped it, or nothing when the tree is complete or hopeless.
std::optional<Mistake> attempt(const std::string& text, TreeBuilder& builder, bool& is_stopped) {
    try {
        parse(text, builder);
    } catch (const YAML::DeepRecursion& deep) {
        const auto at = static_cast<std::size_t>(std::max(0, deep.mark.pos));
        return Mistake{{at, at + 1}, "this is nested too deep", {}, false};
    } catch (const YAML::Exception& wrong) {
        return explain_syntax(text, static_cast<std::size_t>(std::max(0, wrong.mark.pos)), wrong.msg,
                              builder);
    } catch (const StopReading&) {
        is_stopped = true;
    }
    return std::nullopt;
}

void add_all(Diagnostics& to, const Diagnostics& from) {
    for (const auto& diagnostic : from.sorted()) to.add(diagnostic);
    for (const auto& place : from.muted()) to.mute(place);
}

void report(const Sources& sources, std::uint32_t file, const Mistake& mistake, Diagnostics& diagnostics) {
    const Place place = sources.place_of(file, mistake.extent.begin, mistake.extent.end);
    diagnostics.error(place, mistake.message, mistake.hint);
    if (mistake.is_mendable) diagnostics.mute(place);
}

}  // namespace

std::optional<ValueTree> read_yaml(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics) {
    if (!check_bytes(sources, file, diagnostics)) return std::nullopt;
    std::string text = sources.text(file);
    for (int mistakes = 0; mistakes < kMostMistakes; ++mistakes) {
        Diagnostics found;
        TreeBuilder builder(sources, file, text, found);
        bool is_stopped = false;
        const auto mistake = attempt(text, builder, is_stopped);
        if (mistake) report(sources, file, *mistake, diagnostics);
        if (mistake && mistake->is_mendable) {
            const auto length = mistake->extent.end - mistake->extent.begin;
            text.replace(mistake->extent.begin, length, std::string(length, 'x'));
            continue;
        }
        if (!mistake) check_comments(sources, file, builder, found);
        add_all(diagnostics, found);
        if (mistake || is_stopped) return std::nullopt;
        ValueTree empty;
        empty.kind = ValueTree::Kind::map;
        empty.place = {file, 1, 1, 1};
        return builder.root() && !builder.root()->is_null() ? std::move(*builder.root()) : empty;
    }
    return std::nullopt;
}

}  // namespace maillon::config
