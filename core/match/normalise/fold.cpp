#include "core/match/normalise/fold.h"

#include "core/base/latin.h"
#include "core/base/text.h"
#include "core/base/unicode.h"
#include "core/match/normalise/letters.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace maillon::match {
namespace {

constexpr std::uint32_t kFirst = 0x80, kLast = 0x530;  // Latin, Greek, Cyrillic, combining accents

/// What one letter is written as.
struct Spelling {
    enum class Kind : std::uint8_t { separator, dropped, letters, foreign };
    Kind kind = Kind::separator;
    std::uint8_t size = 0;
    std::array<char, 6> text{};
};

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
}

Spelling spelling_of(std::uint32_t point, const Unicode& unicode) {
    const std::string letter = utf8(point);
    std::string latin = in_latin_letters(unicode.folded(letter));
    std::erase(latin, '\'');
    Spelling out;
    if (latin.empty()) {
        out.kind = Spelling::Kind::dropped;
    } else if (latin.size() <= out.text.size() && std::ranges::all_of(latin, is_plain)) {
        out.kind = Spelling::Kind::letters;
        out.size = static_cast<std::uint8_t>(latin.size());
        std::ranges::copy(latin, out.text.begin());
    } else if (!unicode.words(letter).empty()) {
        out.kind = Spelling::Kind::foreign;
    }
    return out;
}

/// How the letters of Europe are written, asked of Unicode once.
const std::array<Spelling, kLast - kFirst>& spellings() {
    static const auto kSpellings = [] {
        std::array<Spelling, kLast - kFirst> out;
        const Unicode* tables = unicode().face;
        if (tables == nullptr) return out;
        for (std::uint32_t point = kFirst; point < kLast; ++point) {
            out[point - kFirst] = spelling_of(point, *tables);
        }
        return out;
    }();
    return kSpellings;
}

/// Writes words, one blank between them.
class Words {
public:
    explicit Words(std::size_t expected) { out_.reserve(expected); }
    void add(char c) {
        if (gap_ && !out_.empty()) out_ += ' ';
        gap_ = false;
        out_ += c;
    }
    void add(std::string_view text) {
        for (const char c : text) add(c);
    }
    void part() { gap_ = true; }
    /// The word that is being written; views until the next call.
    std::string_view word() const {
        if (gap_) return {};
        const auto blank = out_.rfind(' ');
        return std::string_view(out_).substr(blank == std::string::npos ? 0 : blank + 1);
    }
    void take_back(std::size_t bytes) { out_.resize(out_.size() - bytes); }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
    bool gap_ = false;
};

class Folder {
public:
    explicit Folder(std::size_t size) : words_(size) {}

    std::string fold(std::string_view text) {
        read(text);
        end_word();
        return words_.take();
    }

private:
    void read(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t begin = at;
            const std::uint32_t point = next_point(text, at);
            if (point == kNoPoint) {
                end_word();
            } else if (point < kFirst) {
                ascii(text[begin]);
            } else if (point < kLast && spellings()[point - kFirst].kind != Spelling::Kind::foreign) {
                european(point, text, at);
            } else if (point == 0x2019 || point == 0x02BC || point == 0x200D) {  // ’ ʼ and joiners
            } else {
                foreign(text, begin, at);
            }
        }
    }

    void ascii(char c) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (is_plain(c)) {
            words_.add(c);
        } else if (c != '\'' && c != '`') {
            end_word();
            return;
        }
        last_ = static_cast<std::uint32_t>(c);
    }

    void european(std::uint32_t point, std::string_view text, std::size_t at) {
        const Spelling& letter = spellings()[point - kFirst];
        if (letter.kind == Spelling::Kind::separator) {
            end_word();
        } else if (letter.kind == Spelling::Kind::letters) {
            std::size_t behind = at;
            const std::uint32_t next = at < text.size() ? next_point(text, behind) : kNoPoint;
            if (const auto pair = greek_pair(last_, point, next); !pair.empty()) {
                words_.add(pair);
            } else {
                words_.add(std::string_view(letter.text.data(), letter.size));
            }
            last_ = point;
        }
    }

    /// Russian and Ukrainian names end in -ii for most tables and in -y for those who bear them.
    void end_word() {
        if (is_cyrillic(last_)) {
            const std::string_view word = words_.word();
            if (word.size() > 3 && (word.ends_with("ii") || word.ends_with("yi"))) {
                words_.take_back(2);
                words_.add('y');
            }
        }
        words_.part();
        last_ = 0;
    }

    /// A run of letters that the table does not know, from `begin`; `at` stands behind the first of them.
    void foreign(std::string_view text, std::size_t begin, std::size_t& at) {
        std::size_t end = at;
        while (end < text.size()) {
            std::size_t behind = end;
            const std::uint32_t point = next_point(text, behind);
            const bool known = point == kNoPoint || point < kFirst ||
                               (point < kLast && spellings()[point - kFirst].kind != Spelling::Kind::foreign);
            if (known && point != 0x307) break;
            end = behind;
        }
        at = end;
        const std::string_view run = text.substr(begin, end - begin);
        const Unicode* tables = unicode().face;
        if (tables == nullptr) return end_word();
        const std::string plain = tables->folded(run);
        if (plain != run && !is_inner_) {  // 𝓙𝓮𝓪𝓷 has become letters that the table knows
            is_inner_ = true;
            read(plain);
            is_inner_ = false;
        } else {
            transliterate(plain, *tables);
        }
    }

    void transliterate(std::string_view text, const Unicode& tables) {
        const auto found = tables.words(text);
        if (found.empty()) return end_word();
        const Latin* rules = latin().face;
        bool first = true;
        for (const auto word : found) {
            if (!std::exchange(first, false)) end_word();
            if (rules == nullptr) continue;
            for (const char c : rules->latin(word)) {
                if (is_plain(c)) words_.add(c);
                if (c == ' ') words_.part();
            }
        }
        last_ = 0;
    }

    Words words_;
    std::uint32_t last_ = 0;  ///< the letter before, 0 at the start of a word
    bool is_inner_ = false;
};

std::string folded_ascii(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool gap = false;
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (is_plain(c)) {
            if (gap && !out.empty()) out += ' ';
            gap = false;
            out += c;
        } else if (c != '\'' && c != '`') {
            gap = true;
        }
    }
    return out;
}

}  // namespace

std::string folded(std::string_view text) {
    return is_ascii(text) ? folded_ascii(text) : Folder(text.size()).fold(text);
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string compact(std::string_view text) {
    std::string out(text);
    std::erase(out, ' ');
    return out;
}

const std::string& folding_problem() {
    return unicode().face == nullptr ? unicode().problem : latin().problem;
}

}  // namespace maillon::match
