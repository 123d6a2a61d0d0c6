#include "core/config/yaml_scalar.h"

#include <algorithm>
#include <charconv>

namespace maillon::config {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
bool is_break(char c) {
    return c == '\n' || c == '\r';
}

/// A stretch that was copied as it stands: `decoded` in the scalar's text, `source` in the file.
struct Copied {
    std::size_t decoded;
    std::size_t source;
};

/// Follows plain or quoted text through the file, as YAML decodes it.
class FlowWalk {
public:
    FlowWalk(std::string_view text, Extent& extent, const Scalar& scalar)
        : text_(text), extent_(extent), style_(scalar.style), wanted_(scalar.text.size()) {}

    std::vector<Copied> run() {
        at_ = extent_.begin + (is_quoted() ? 1 : 0);
        copied_.push_back({0, at_});
        while (at_ < text_.size() && !is_at_end()) step();
        extent_.is_closed = !is_quoted() || at_ < text_.size();
        extent_.end = std::min(text_.size(), at_ + (is_quoted() ? 1 : 0));
        return std::move(copied_);
    }

private:
    bool is_quoted() const { return style_ != Scalar::Style::plain; }
    char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    bool is_at_end() const {
        if (style_ == Scalar::Style::plain) return decoded_ >= wanted_;
        if (style_ == Scalar::Style::single_quoted) return peek(0) == '\'' && peek(1) != '\'';
        return peek(0) == '"';
    }

    void step() {
        if (style_ == Scalar::Style::double_quoted && peek(0) == '\\') return escape();
        if (style_ == Scalar::Style::single_quoted && peek(0) == '\'') return jump(2, 1);
        if (is_blank(peek(0)) || is_break(peek(0))) return white_space();
        ++at_;
        ++decoded_;
    }

    /// `from` bytes of the file stand for `to` bytes of the text.
    void jump(std::size_t from, std::size_t to) {
        copied_.push_back({decoded_, at_});
        at_ += from;
        decoded_ += to;
        copied_.push_back({decoded_, at_});
    }

    void escape() {
        const char c = peek(1);
        if (is_break(c)) return continued_line();
        if (c == 'x') return jump(4, utf8_length(2));
        if (c == 'u') return jump(6, utf8_length(4));
        if (c == 'U') return jump(10, utf8_length(8));
        const bool is_two = c == 'N' || c == '_';
        const bool is_three = c == 'L' || c == 'P';
        jump(2, is_three ? 3 : is_two ? 2 : 1);
    }

    std::size_t utf8_length(std::size_t digits) const {
        std::uint32_t code = 0;
        const auto hex = text_.substr(std::min(text_.size(), at_ + 2), digits);
        std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
        return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }

    void continued_line() {
        ++at_;
        while (at_ < text_.size() && (is_blank(text_[at_]) || is_break(text_[at_]))) ++at_;
        copied_.push_back({decoded_, at_});
    }

    /// Blanks within a line stay; a line break takes the blanks around it along and becomes one blank, or the
    /// empty lines.
    void white_space() {
        std::size_t end = at_;
        std::size_t breaks = 0;
        for (; end < text_.size() && (is_blank(text_[end]) || is_break(text_[end])); ++end)
            breaks += text_[end] == '\n';
        const std::size_t length = breaks == 0 ? end - at_ : breaks == 1 ? 1 : breaks - 1;
        at_ = end;
        decoded_ += length;
        if (breaks > 0) copied_.push_back({decoded_, at_});
    }

    std::string_view text_;
    Extent& extent_;
    Scalar::Style style_;
    std::size_t wanted_;
    std::size_t at_ = 0;
    std::size_t decoded_ = 0;
    std::vector<Copied> copied_;
};

std::string_view line_at(std::string_view text, std::size_t start) {
    auto line = text.substr(start, text.find('\n', start) - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::size_t leading_blanks(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

std::size_t next_line(std::string_view text, std::size_t start) {
    return std::min(text.find('\n', start), text.size() - 1) + 1;
}

/// Follows a `|` or `>` block: each line of it stands in the text as it is, behind the indentation.
std::vector<Copied> walk_block(std::string_view text, Extent& extent, std::string_view value) {
    std::vector<Copied> copied;
    extent.end = extent.begin + line_at(text, extent.begin).size();
    const auto first = std::min(value.find_first_not_of('\n'), value.size());
    const auto extra = leading_blanks(value.substr(first, value.find('\n', first) - first));
    std::size_t indent = 0;
    std::size_t decoded = 0;
    for (auto start = next_line(text, extent.begin); start < text.size(); start = next_line(text, start)) {
        const auto line = line_at(text, start);
        const auto blanks = leading_blanks(line);
        if (blanks == line.size()) continue;
        if (copied.empty()) indent = blanks - std::min(extra, blanks);
        if (blanks < indent) break;
        const auto content = line.substr(indent);
        const auto found = value.find(content, decoded);
        if (found == std::string_view::npos) break;
        copied.push_back({found, start + indent});
        decoded = found + content.size();
        extent.end = start + line.size();
    }
    return copied;
}

Scalar::Style style_at(std::string_view text, std::size_t begin) {
    switch (begin < text.size() ? text[begin] : '\0') {
        case '"': return Scalar::Style::double_quoted;
        case '\'': return Scalar::Style::single_quoted;
        case '|': return Scalar::Style::literal;
        case '>': return Scalar::Style::folded;
        default: return Scalar::Style::plain;
    }
}

/// Behind tags and anchors, at which yaml-cpp says that the scalar begins.
std::size_t skip_properties(std::string_view text, std::size_t begin) {
    while (begin < text.size() && (text[begin] == '!' || text[begin] == '&')) {
        while (begin < text.size() && !is_blank(text[begin]) && !is_break(text[begin])) ++begin;
        while (begin < text.size() && is_blank(text[begin])) ++begin;
    }
    return begin;
}

}  // namespace

Extent locate_scalar(const Sources& sources, std::uint32_t file, std::string_view text, std::size_t mark,
                     Scalar& scalar) {
    Extent extent;
    extent.begin = extent.end = skip_properties(text, std::min(mark, text.size()));
    scalar.style = style_at(text, extent.begin);
    std::vector<Copied> copied;
    if (scalar.style == Scalar::Style::literal || scalar.style == Scalar::Style::folded) {
        copied = walk_block(text, extent, scalar.text);
        scalar.place = sources.place_of(file, extent.begin, extent.begin + 1);
    } else {
        copied = FlowWalk(text, extent, scalar).run();
        scalar.place = sources.place_of(file, extent.begin, extent.end);
    }
    const bool is_simple = scalar.is_plain() && copied.size() == 1;
    if (is_simple) copied.clear();
    for (const auto& stretch : copied) {
        const Place place = sources.place_of(file, stretch.source, stretch.source + 1);
        scalar.runs.push_back({stretch.decoded, place.line, place.column});
    }
    return extent;
}

std::string quoted(std::string_view text) {
    if (text.find_first_of("\"\\") == std::string_view::npos) return '"' + std::string(text) + '"';
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + '\'';
}

}  // namespace maillon::config
