#include "core/base/latin.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <memory>
#include <mutex>

namespace maillon {
namespace {

class LatinOfIcu final : public Latin {
public:
    LatinOfIcu() {
        UErrorCode error = U_ZERO_ERROR;
        rules_.reset(
            icu::Transliterator::createInstance("Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, error));
    }

    std::string latin(std::string_view text) const override {
        if (!rules_) return std::string(text);
        auto wide =
            icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
        {
            // ICU keeps one position per transliterator while it works.
            const std::scoped_lock lock(one_at_a_time_);
            rules_->transliterate(wide);
        }
        std::string out;
        return wide.toUTF8String(out);
    }

private:
    std::unique_ptr<icu::Transliterator> rules_;
    mutable std::mutex one_at_a_time_;
};

}  // namespace
}  // namespace maillon

extern "C" __attribute__((visibility("default"))) const void* maillon_latin() {
    static const maillon::LatinOfIcu kLatin;
    return static_cast<const maillon::Latin*>(&kLatin);
}
