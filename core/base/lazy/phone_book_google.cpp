#include "core/base/phone_book.h"

#include <phonenumbers/phonenumberutil.h>

namespace maillon {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;

std::string_view kind_of(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
        case PhoneNumberUtil::FIXED_LINE: return "fixed";
        case PhoneNumberUtil::MOBILE: return "mobile";
        case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return "fixed_or_mobile";
        case PhoneNumberUtil::TOLL_FREE: return "toll_free";
        case PhoneNumberUtil::PREMIUM_RATE: return "premium";
        case PhoneNumberUtil::SHARED_COST: return "shared_cost";
        case PhoneNumberUtil::VOIP: return "voip";
        case PhoneNumberUtil::PERSONAL_NUMBER: return "personal";
        case PhoneNumberUtil::PAGER: return "pager";
        case PhoneNumberUtil::UAN: return "company";
        case PhoneNumberUtil::VOICEMAIL: return "voicemail";
        default: return "unknown";
    }
}

class Plans final : public PhoneBook {
public:
    Plans() {
        std::set<std::string> regions;
        plans_.GetSupportedRegions(&regions);
        countries_ = std::move(regions);
    }

    bool knows(std::string_view country) const override { return countries_.contains(std::string(country)); }

    std::optional<PhoneNumber> read(std::string_view text, std::string_view country) const override {
        i18n::phonenumbers::PhoneNumber number;
        const std::string region(country.empty() ? "ZZ" : country);
        if (plans_.Parse(std::string(text), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
            !plans_.IsPossibleNumber(number)) {
            return std::nullopt;
        }
        PhoneNumber out;
        plans_.Format(number, PhoneNumberUtil::E164, &out.e164);
        plans_.GetRegionCodeForNumber(number, &out.country);
        if (out.country == "ZZ") out.country.clear();
        out.kind = kind_of(plans_.GetNumberType(number));
        out.is_assigned = plans_.IsValidNumber(number);
        return out;
    }

private:
    const PhoneNumberUtil& plans_ = *PhoneNumberUtil::GetInstance();
    std::set<std::string> countries_;
};

}  // namespace
}  // namespace maillon

extern "C" __attribute__((visibility("default"))) const void* maillon_phone() {
    static const maillon::Plans kPlans;
    return static_cast<const maillon::PhoneBook*>(&kPlans);
}
