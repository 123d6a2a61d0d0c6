#include "core/match/linkage/levels.h"

#include <array>

namespace maillon::match {
namespace {

// The second figure is where true pairs usually come out, the weak prior from which learning starts: about
// nine in ten agree (Winkler 2006 finds 0.8 to 0.95 for names), errors are mostly single ones (Damerau 1964:
// four in five), the rest is different. It weighs as much as a few dozen pairs, see kPriorPairs in em.h.
constexpr std::array kGivenName{
    LevelInfo{"missing"},           LevelInfo{"exact", 0.78, 1},  LevelInfo{"nickname", 0.06, 1},
    LevelInfo{"similar", 0.06, .5}, LevelInfo{"close", 0.02},     LevelInfo{"initial", 0.02},
    LevelInfo{"swapped", 0.02, 1},  LevelInfo{"different", 0.04},
};
constexpr std::array kFamilyName{
    LevelInfo{"missing"},           LevelInfo{"exact", 0.80, 1},
    LevelInfo{"part", 0.02, 1},     LevelInfo{"contained", 0.02, 1},
    LevelInfo{"similar", 0.07, .5}, LevelInfo{"close", 0.02},
    LevelInfo{"initial", 0.02},     LevelInfo{"swapped", 0.02, 1},
    LevelInfo{"different", 0.03},
};
constexpr std::array kEqual{LevelInfo{"missing"}, LevelInfo{"exact", 0.90, 1}, LevelInfo{"different", 0.10}};
constexpr std::array kEmail{LevelInfo{"missing"}, LevelInfo{"exact", 0.70, 1}, LevelInfo{"different", 0.30}};
constexpr std::array kPhone{LevelInfo{"missing"}, LevelInfo{"exact", 0.75, 1}, LevelInfo{"similar", 0.03, .5},
                            LevelInfo{"different", 0.22}};
constexpr std::array kText{
    LevelInfo{"missing"},      LevelInfo{"exact", 0.55},     LevelInfo{"same words", 0.10},
    LevelInfo{"nearly", 0.15}, LevelInfo{"mostly", 0.08},    LevelInfo{"half", 0.05},
    LevelInfo{"some", 0.04},   LevelInfo{"different", 0.03},
};
constexpr std::array kNames{
    LevelInfo{"missing"},    LevelInfo{"exact", 0.60}, LevelInfo{"same family names", 0.20},
    LevelInfo{"most", 0.10}, LevelInfo{"some", 0.06},  LevelInfo{"different", 0.04},
};
constexpr std::array kPlace{LevelInfo{"missing"}, LevelInfo{"exact", 0.75, 1},
                            LevelInfo{"contained", 0.08, 1}, LevelInfo{"similar", 0.05, .5},
                            LevelInfo{"different", 0.12}};
constexpr std::array kNumber{LevelInfo{"missing"}, LevelInfo{"exact", 0.85, 1}, LevelInfo{"near", 0.08},
                             LevelInfo{"different", 0.07}};
constexpr std::array kYear{LevelInfo{"missing"}, LevelInfo{"exact", 0.88}, LevelInfo{"one year", 0.06},
                           LevelInfo{"some years", 0.03}, LevelInfo{"different", 0.03}};
constexpr std::array kDate{LevelInfo{"missing"}, LevelInfo{"exact", 0.86, 1}, LevelInfo{"mistyped", 0.08, .5},
                           LevelInfo{"same year", 0.02}, LevelInfo{"different", 0.04}};
constexpr std::array kCode{LevelInfo{"missing"}, LevelInfo{"exact", 0.86, 1}, LevelInfo{"mistyped", 0.08, .5},
                           LevelInfo{"different", 0.06}};
constexpr std::array kLink{LevelInfo{"missing"}, LevelInfo{"exact", 0.6, 1}, LevelInfo{"same site", 0.1, .5},
                           LevelInfo{"different", 0.3}};
constexpr std::array kImage{LevelInfo{"missing"}, LevelInfo{"same", 0.45, 1}, LevelInfo{"similar", 0.05, .5},
                            LevelInfo{"different", 0.50}};
constexpr std::array kResidue{LevelInfo{"missing"}, LevelInfo{"exact", 0.5, 1}, LevelInfo{"different", 0.5}};

}  // namespace

std::span<const LevelInfo> levels_of(Kind kind) {
    switch (kind) {
        case Kind::given_name: return kGivenName;
        case Kind::family_name: return kFamilyName;
        case Kind::email: return kEmail;
        case Kind::phone: return kPhone;
        case Kind::handle:
        case Kind::category: return kEqual;
        case Kind::text: return kText;
        case Kind::names: return kNames;
        case Kind::city:
        case Kind::company:
        case Kind::phrase: return kPlace;
        case Kind::number: return kNumber;
        case Kind::year: return kYear;
        case Kind::date: return kDate;
        case Kind::code: return kCode;
        case Kind::link: return kLink;
        case Kind::image_hash: return kImage;
        case Kind::residue: return kResidue;
    }
    return kEqual;
}

}  // namespace maillon::match
