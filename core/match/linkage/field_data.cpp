#include "core/match/linkage/field_data.h"

#include "core/match/linkage/image_field.h"
#include "core/match/linkage/name_field.h"
#include "core/match/linkage/names_field.h"
#include "core/match/linkage/number_field.h"
#include "core/match/linkage/phrase_field.h"
#include "core/match/linkage/set_field.h"
#include "core/match/linkage/spelt_field.h"
#include "core/match/linkage/text_field.h"

namespace maillon::match {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a ^ (b + 0x9E37'79B9'7F4A'7C15U + (a << 6) + (a >> 2));
    x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9U;
    x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EBU;
    return x ^ (x >> 31);
}

std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325U ^ seed;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3U;
    return mix(hash, text.size());
}

void FieldData::compare_all(std::span<const Row> lefts, Row right, int shift,
                            std::span<std::uint64_t> levels) const {
    for (std::size_t at = 0; at < lefts.size(); ++at)
        levels[at] |= std::uint64_t{compare(lefts[at], right)} << shift;
}

std::unique_ptr<FieldData> make_field_data(const FieldModel& field, const Model& model) {
    switch (field.kind) {
        case Kind::given_name:
        case Kind::family_name: return std::make_unique<NameField>(field.kind);
        case Kind::email:
        case Kind::phone:
        case Kind::handle:
        case Kind::link:
        case Kind::category:
        case Kind::residue: return std::make_unique<SetField>(field, model.country);
        case Kind::city:
        case Kind::company:
        case Kind::phrase: return std::make_unique<PhraseField>(field.kind);
        case Kind::text: return std::make_unique<TextField>();
        case Kind::names: return std::make_unique<NamesField>();
        case Kind::number:
        case Kind::year: return std::make_unique<NumberField>(field.kind);
        case Kind::date:
        case Kind::code: return std::make_unique<SpeltField>(field.kind);
        case Kind::image_hash: return std::make_unique<ImageField>(field.most_shared);
    }
    return nullptr;
}

}  // namespace maillon::match
