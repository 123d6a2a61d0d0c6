#include "core/config/yaml_bytes.h"
#include "core/config/yaml_lines.h"
#include "core/config/yaml_tree.h"

#include <algorithm>
#include <cctype>

namespace maillon::config {
namespace {

/// What stands before a comment on its line.
struct CutValue {
    Extent value;  // as YAML reads it; empty when nothing is left of it
    std::size_t comment = 0;
    bool is_missing() const { return value.begin == value.end; }
};

bool is_glued(std::string_view comment) {
    return comment.size() > 1 && std::isalnum(static_cast<unsigned char>(comment[1])) != 0;
}

void report(const Sources& sources, std::uint32_t file, const CutValue& cut, Diagnostics& diagnostics) {
    const std::string_view text = sources.text(file);
    const Extent comment{cut.comment, line_around(text, cut.comment).end};
    const bool is_lost_expression = slice(text, comment).find("${") != std::string_view::npos;
    if (!is_lost_expression && !is_glued(slice(text, comment))) return;
    const Extent meant{cut.is_missing() ? cut.comment : cut.value.begin, comment.end};
    const std::string hint =
        corrected_by_quotes(text, meant) + "\nor, for a comment:  " +
        (is_lost_expression ? "put it on a line of its own" : "put a space after the '#'");
    const Place place = sources.place_of(file, comment.begin, comment.end);
    if (cut.is_missing()) {
        diagnostics.error(place, "the value is missing: what begins with '#' is a comment to YAML", hint);
        const Extent line = line_around(text, cut.comment);
        diagnostics.mute(sources.place_of(file, line.begin, line.end));
    } else if (is_lost_expression) {
        diagnostics.error(place, "this is a comment to YAML, so the text before it loses its end", hint);
    } else {
        diagnostics.warning(place, "this is a comment to YAML, not part of the text before it", hint);
    }
}

/// Calls `found` with the offset of each comment that has something before it on its line.
template <class Found>
void each_trailing_comment(std::string_view text, const std::vector<Extent>& opaque, Found found) {
    auto skip = opaque.begin();
    for (std::size_t i = 0; i < text.size(); ++i) {
        while (skip != opaque.end() && skip->end <= i) ++skip;
        if (skip != opaque.end() && i >= skip->begin) {
            i = skip->end - 1;
            continue;
        }
        if (text[i] != '#' || (i > 0 && text[i - 1] != ' ' && text[i - 1] != '\t' && text[i - 1] != '\n'))
            continue;
        const Extent line = line_around(text, i);
        if (text.find_first_not_of(" \t", line.begin) != i) found(i);
        i = line.end;
    }
}

}  // namespace

void check_comments(const Sources& sources, std::uint32_t file, const TreeBuilder& read,
                    Diagnostics& diagnostics) {
    const std::string_view text = sources.text(file);
    each_trailing_comment(text, read.opaque(), [&](std::size_t comment) {
        const auto last = text.find_last_not_of(" \t", comment - 1);
        const auto cut = read.plain_ends().find(last + 1);
        if (cut == read.plain_ends().end()) return;
        report(sources, file, {{cut->second, cut->first}, comment}, diagnostics);
    });
}

}  // namespace maillon::config
