// Names, cities and companies as strangers write them: whatever comes, the parts are folded text, and folding
// them again changes nothing.
#include "core/match/normalise/fold.h"
#include "core/match/normalise/name_tables.h"
#include "core/match/normalise/person_name.h"
#include "core/match/normalise/phonetic.h"
#include "core/match/normalise/place.h"
#include "core/match/normalise/placeholder.h"

#include <cstdlib>

using namespace maillon::match;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void must_be_folded(std::string_view text) {
    must(folded(text) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const PersonName name = split_name(text);
    for (const auto& part : {name.given, name.family, name.particles, name.suffix, name.full()})
        must_be_folded(part);
    must(swapped(swapped(name)).full().size() <= 2 * name.full().size() + 1);
    const auto half = text.substr(0, size / 2), rest = text.substr(size / 2);
    const PersonName stated = person_name(half, rest);
    must_be_folded(stated.given);
    must_be_folded(stated.family);
    must(name_tables().relation(name.given, stated.given) ==
         name_tables().relation(stated.given, name.given));
    must(name_tables().family_share(name.family) > 0);
    must(phonetic_key(name.family).size() <= 2 * name.family.size() + 4);
    must_be_folded(city(text));
    must_be_folded(company(text));
    is_placeholder(text);
    return 0;
}
