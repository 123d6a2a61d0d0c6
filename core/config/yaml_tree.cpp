#include "core/config/yaml_tree.h"

#include "core/base/text.h"
#include "core/config/yaml_lines.h"

#include <algorithm>

namespace maillon::config {
namespace {

/// `&name` in front of a map or list: an anchor, and not text that looks like one.
bool is_before_structure(std::string_view text, const Extent& word) {
    const auto next = text.find_first_not_of(" \t", word.end);
    return next == std::string_view::npos ||
           std::string_view("\n\r{[#").find(text[next]) != std::string_view::npos;
}

Extent word_at(std::string_view text, std::size_t begin) {
    return {begin, std::min(text.find_first_of(" \t\r\n,{}[]", begin), text.size())};
}

/// The word that stands for null at `begin`, if it does. yaml-cpp reports a value that is not there at the
/// next token, which may be a key of that name. What Null and NULL mean is for Scalar to say: here they are a
/// person's name.
std::string_view null_word(std::string_view text, std::size_t begin) {
    const auto word = slice(text, word_at(text, begin));
    if (word != "~" && word != "null" && word != "Null" && word != "NULL") return {};
    const auto next = text.find_first_not_of(' ', begin + word.size());
    return next != std::string_view::npos && text[next] == ':' ? std::string_view{} : word;
}

std::string message_for(char property) {
    if (property == '!') return "a value that begins with '!' is a tag to YAML, not text";
    if (property == '*')
        return "a value that begins with '*' is an alias to YAML, not text; there are no aliases here";
    return "a value that begins with '&' is an anchor to YAML, not text; there are no anchors here";
}

}  // namespace

std::optional<std::size_t> TreeBuilder::open_flow() const {
    if (frames_.empty() || !frames_.back().is_flow) return std::nullopt;
    return frames_.back().begin;
}

Place TreeBuilder::place_at(const YAML::Mark& mark) const {
    const auto begin = static_cast<std::size_t>(std::max(0, mark.pos));
    return sources_.place_of(file_, begin, begin + 1);
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
    if (++documents_ == 1) return;
    const auto line = line_around(text_, static_cast<std::size_t>(mark.pos));
    const auto place = sources_.place_of(file_, line.begin, line.end);
    if (slice(text_, line).starts_with("---")) {
        diagnostics_.error(place, "a second YAML document begins here; a file holds one",
                           "take the '---' out, or move what follows into a file of its own in conf.d");
    } else {
        diagnostics_.error(place, "this line belongs to nothing above it",
                           "a list and the keys of a map cannot stand side by side: check the indentation");
    }
    throw StopReading{};
}

/// Reports a tag, anchor or alias at `begin`, once. What follows is taken for text that has been dealt with.
bool TreeBuilder::refuse_properties(std::size_t begin) {
    const char property = begin < text_.size() ? text_[begin] : '\0';
    if (property != '!' && property != '&' && property != '*') return false;
    if (!refused_.insert(begin).second) return true;
    const bool is_flow = !frames_.empty() && frames_.back().is_flow;
    const Extent word = word_at(text_, begin);
    const bool is_real = property == '&' && is_before_structure(text_, word);
    const Extent meant = is_real ? word : meant_value(text_, begin, is_flow);
    std::string hint =
        is_real ? "take " + std::string(slice(text_, word)) + " out" : corrected_by_quotes(text_, meant);
    if (property == '*') hint += "\nor, if it is to stand for other values, write these out";
    if (property != '!')
        hint += "\nsteps that several routes share go into 'blocks:' and are called with 'do:'";
    const Place place = sources_.place_of(file_, meant.begin, meant.end);
    diagnostics_.error(place, message_for(property), std::move(hint));
    diagnostics_.mute(place);
    return true;
}

/// The '-' of an item with nothing behind it.
Place TreeBuilder::dash_before(std::size_t begin) const {
    const Extent line = content_line_before(text_, begin);
    const auto last = slice(text_, line).find_last_not_of(" \t");
    const bool is_dash = last != std::string_view::npos && text_[line.begin + last] == '-';
    const std::size_t at = is_dash ? line.begin + last : begin;
    return sources_.place_of(file_, at, at + 1);
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const auto begin = static_cast<std::size_t>(mark.pos);
    if (const auto word = null_word(text_, begin); !word.empty())
        return OnScalar(mark, {}, anchor, std::string(word));
    ValueTree tree;
    tree.place = place_at(mark);
    if (!refuse_properties(begin) && !frames_.empty()) {
        Frame& frame = frames_.back();
        if (frame.tree.is_list()) tree.place = dash_before(begin);
        if (frame.key) tree.place = frame.key->place;
        const auto colon = frame.key ? text_.find(':', frame.key_end) : std::string_view::npos;
        if (colon != std::string_view::npos) plain_ends_[colon + 1] = colon + 1;
    }
    tree.scalar.place = tree.place;
    add(std::move(tree), {begin, begin, true});
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
    const auto begin = static_cast<std::size_t>(mark.pos);
    refuse_properties(begin);
    ValueTree tree;
    tree.place = tree.scalar.place = place_at(mark);
    tree.scalar.text = "alias";
    add(std::move(tree), {begin, begin, true});
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                           const std::string& value) {
    ValueTree tree;
    tree.scalar.text = value;
    const auto begin = static_cast<std::size_t>(mark.pos);
    const bool is_refused = refuse_properties(begin);
    const Extent extent = locate_scalar(sources_, file_, text_, begin, tree.scalar);
    tree.place = tree.scalar.place;
    if (is_refused) tree.place = tree.scalar.place = place_at(mark);
    if (!extent.is_closed) {
        diagnostics_.error(sources_.place_of(file_, extent.begin, extent.begin + 1),
                           "this quote is never closed",
                           std::string("put a ") + text_[extent.begin] + " at the end of the text");
        throw StopReading{};
    }
    check_decoded(value, tree.scalar.place);
    last_ = extent;
    is_last_quoted_ = !tree.scalar.is_plain();
    if (is_last_quoted_) opaque_.push_back(extent);
    if (tree.scalar.is_plain() && !expects_key()) plain_ends_[extent.end] = extent.begin;
    add(std::move(tree), extent);
}

/// What yaml-cpp makes of \\N and \\_ is not UTF-8.
void TreeBuilder::check_decoded(const std::string& value, const Place& place) {
    if (!is_utf8(value)) {
        diagnostics_.error(place, "the escapes \\N and \\_ do not work", "write \\u0085 or \\u00a0");
        throw StopReading{};
    }
    if (value.find('\0') == std::string::npos) return;
    diagnostics_.error(place, "a text cannot hold the character U+0000", "take the escape \\0 out");
    throw StopReading{};
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                                  YAML::EmitterStyle::value style) {
    open(mark, ValueTree::Kind::list, style);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                             YAML::EmitterStyle::value style) {
    open(mark, ValueTree::Kind::map, style);
}

void TreeBuilder::open(const YAML::Mark& mark, ValueTree::Kind kind, YAML::EmitterStyle::value style) {
    const auto begin = static_cast<std::size_t>(mark.pos);
    refuse_properties(begin);
    if (frames_.size() >= kDeepest) {
        diagnostics_.error(place_at(mark),
                           "this is nested more than " + std::to_string(kDeepest) + " levels deep");
        throw StopReading{};
    }
    Frame frame;
    frame.tree.kind = kind;
    frame.tree.place = place_at(mark);
    frame.begin = begin;
    frame.is_flow = style == YAML::EmitterStyle::Flow;
    frames_.push_back(std::move(frame));
}

void TreeBuilder::close() {
    ValueTree tree = std::move(frames_.back().tree);
    const auto begin = frames_.back().begin;
    frames_.pop_back();
    add(std::move(tree), {begin, begin, true});
}

void TreeBuilder::add(ValueTree tree, const Extent& extent) {
    if (frames_.empty()) {
        root_ = std::move(tree);
    } else if (frames_.back().tree.is_list()) {
        frames_.back().tree.items.push_back(std::move(tree));
    } else if (!has_key()) {
        add_key(std::move(tree), extent);
    } else {
        add_value(frames_.back(), std::move(tree));
    }
}

void TreeBuilder::add_key(ValueTree tree, const Extent& extent) {
    Frame& map = frames_.back();
    map.key_end = extent.end;
    if (!tree.is_scalar() || tree.scalar.is_null()) {
        diagnostics_.error(tree.place, "a key must be a word", "texts with '{' or '[' in front need quotes");
        map.is_dropped = true;
    } else if (tree.scalar.is_plain() && tree.scalar.text == "<<") {
        diagnostics_.error(tree.place, "there are no merge keys ('<<') here",
                           "steps that several routes share go into 'blocks:' and are called with 'do:'");
        map.is_dropped = true;
        if (frames_.size() > 1 && frames_[frames_.size() - 2].key) {
            diagnostics_.mute(frames_[frames_.size() - 2]
                                  .key->place);  // what is missing there would have come by the merge
        }
        const auto meant = meant_value(text_, std::min(text_.size(), extent.end + 1), map.is_flow);
        diagnostics_.mute(sources_.place_of(file_, meant.begin, meant.end));
    } else if (const auto [first, is_new] = map.seen.try_emplace(tree.scalar.text, tree.place); !is_new) {
        diagnostics_.error(tree.place, "'" + tree.scalar.text + "' stands twice in the same map",
                           "the first one is on line " + std::to_string(first->second.line) +
                               "; only one of them could count");
        map.is_dropped = true;
    } else {
        map.key = std::move(tree.scalar);
    }
}

void TreeBuilder::add_value(Frame& map, ValueTree tree) {
    if (!map.is_dropped) map.tree.members.push_back({std::move(*map.key), std::move(tree)});
    map.is_dropped = false;
    map.key.reset();
}

}  // namespace maillon::config
