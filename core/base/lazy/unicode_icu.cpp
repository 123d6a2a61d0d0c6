#include "core/base/unicode.h"

#include <maillon/post_text.h>
#include <unicode/brkiter.h>
#include <unicode/idna.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>

#include <array>
#include <memory>
#include <utility>

namespace maillon {
namespace {

using icu::UnicodeString;

UnicodeString wide(std::string_view text) {
    return UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string narrow(const UnicodeString& text) {
    std::string out;
    return text.toUTF8String(out);
}

UnicodeString normalised(const icu::Normalizer2* (*form)(UErrorCode&), const UnicodeString& text) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* normaliser = form(error);
    UnicodeString out = U_SUCCESS(error) ? normaliser->normalize(text, error) : UnicodeString();
    return U_SUCCESS(error) ? out : text;
}

/// An accent or an optional vowel point. Marks that spell (kana voicing 8, nuktas 7, viramas 9, the vowel
/// signs of class 0 and the fixed classes 84 to 132 of Indic, Thai and Tibetan) are not.
bool is_accent(UChar32 c) {
    const int combining = u_getCombiningClass(c);
    return (combining >= 10 && combining <= 36) || combining >= 200;
}

/// What a letter without decomposition is folded to, or null.
const char16_t* spelt_out(UChar32 c) {
    constexpr auto kLetters = std::to_array<std::pair<UChar32, const char16_t*>>({{0xE6, u"ae"},
                                                                                  {0xF0, u"d"},
                                                                                  {0xF8, u"o"},
                                                                                  {0xFE, u"th"},
                                                                                  {0x111, u"d"},
                                                                                  {0x127, u"h"},
                                                                                  {0x131, u"i"},
                                                                                  {0x142, u"l"},
                                                                                  {0x153, u"oe"},
                                                                                  {0x167, u"t"}});
    for (const auto& [letter, spelling] : kLetters) {
        if (letter == c) return spelling;
    }
    return nullptr;
}

/// A break iterator of this thread over one UTF-8 text at a time.
class Breaks {
public:
    using Maker = icu::BreakIterator* (*)(const icu::Locale&, UErrorCode&);

    explicit Breaks(Maker make) : iterator_(make(icu::Locale::getRoot(), error_)) {}
    ~Breaks() { utext_close(&text_); }
    Breaks(const Breaks&) = delete;
    Breaks& operator=(const Breaks&) = delete;

    /// False when there is no iterator to be had; then nothing is found.
    bool start(std::string_view text) {
        if (U_FAILURE(error_)) return false;
        UErrorCode error = U_ZERO_ERROR;
        utext_openUTF8(&text_, text.data(), static_cast<int64_t>(text.size()), &error);
        iterator_->setText(&text_, error);
        iterator_->first();
        return U_SUCCESS(error) != 0;
    }
    int32_t next() { return iterator_->next(); }
    /// Whether what ended at the last boundary was a word or a number.
    bool was_word() const { return iterator_->getRuleStatus() >= UBRK_WORD_NONE_LIMIT; }

private:
    UErrorCode error_ = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> iterator_;
    UText text_ = UTEXT_INITIALIZER;
};

class Icu final : public Unicode {
public:
    Icu() {
        UErrorCode error = U_ZERO_ERROR;
        names_.reset(icu::IDNA::createUTS46Instance(
            UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES | UIDNA_NONTRANSITIONAL_TO_ASCII |
                UIDNA_NONTRANSITIONAL_TO_UNICODE,
            error));
    }

    std::string folded(std::string_view text) const override {
        const UnicodeString plain = normalised(icu::Normalizer2::getNFKCCasefoldInstance, wide(text));
        const UnicodeString taken_apart = normalised(icu::Normalizer2::getNFDInstance, plain);
        UnicodeString out;
        for (int32_t at = 0; at < taken_apart.length();) {
            const UChar32 c = taken_apart.char32At(at);
            at += U16_LENGTH(c);
            if (is_accent(c)) continue;
            if (const char16_t* spelling = spelt_out(c)) {
                out.append(spelling, -1);
            } else {
                out.append(c);
            }
        }
        return narrow(normalised(icu::Normalizer2::getNFCInstance, out));
    }

    std::string lower(std::string_view text) const override {
        return narrow(wide(text).toLower(icu::Locale::getRoot()));
    }
    std::string upper(std::string_view text) const override {
        return narrow(wide(text).toUpper(icu::Locale::getRoot()));
    }
    std::string composed(std::string_view text) const override {
        return narrow(normalised(icu::Normalizer2::getNFCInstance, wide(text)));
    }

    std::vector<std::string_view> words(std::string_view text) const override {
        thread_local Breaks breaks(icu::BreakIterator::createWordInstance);
        std::vector<std::string_view> out;
        if (!breaks.start(text)) return out;
        std::size_t begin = 0;
        for (int32_t end = breaks.next(); end != icu::BreakIterator::DONE; end = breaks.next()) {
            const auto stop = static_cast<std::size_t>(end);
            if (breaks.was_word()) out.push_back(text.substr(begin, stop - begin));
            begin = stop;
        }
        return out;
    }

    std::vector<std::size_t> clusters(std::string_view text) const override {
        thread_local Breaks breaks(icu::BreakIterator::createCharacterInstance);
        std::vector<std::size_t> out;
        if (!breaks.start(text)) return out;
        for (int32_t end = breaks.next(); end != icu::BreakIterator::DONE; end = breaks.next())
            out.push_back(static_cast<std::size_t>(end));
        return out;
    }

    std::vector<PostPiece> post_pieces(std::string_view text) const override {
        std::vector<PostPiece> out;
        for (const auto& piece : post_text::pieces(text)) out.push_back({piece.end, piece.weight});
        return out;
    }

    std::optional<std::string> host_to_ascii(std::string_view host) const override {
        if (names_ == nullptr) return std::nullopt;
        UErrorCode error = U_ZERO_ERROR;
        icu::IDNAInfo info;
        UnicodeString out;
        names_->nameToASCII(wide(host), out, info, error);
        if (U_FAILURE(error) || info.hasErrors()) return std::nullopt;
        return narrow(out);
    }

private:
    std::unique_ptr<icu::IDNA> names_;
};

}  // namespace
}  // namespace maillon

extern "C" __attribute__((visibility("default"))) const void* maillon_unicode() {
    static const maillon::Icu kIcu;
    return static_cast<const maillon::Unicode*>(&kIcu);
}
