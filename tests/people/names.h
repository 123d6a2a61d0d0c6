#pragma once

#include "chance.h"

namespace people {

enum class Origin : std::uint8_t { french, maghreb, english, iberian, german, slavic, italian, asian };

/// A name as its bearer would write it.
struct Name {
    std::string given{}, family{};
    bool is_female = false;
    Origin origin = Origin::french;
};

Name invented_name(Chance& chance);
/// A family name of an origin: often a common one, else made of syllables.
std::string family_name(Chance& chance, Origin origin);
std::string given_name(Chance& chance, Origin origin, bool female);

/// A short form that friends use, or the name itself.
std::string short_form(Chance& chance, std::string_view given);
/// Another spelling of the same name in other letters or another tradition, or the name itself.
std::string other_spelling(Chance& chance, std::string_view name);

/// For addresses: lower-case ASCII letters alone.
std::string plain(std::string_view text);
/// Accents lost, as an old form or a foreign keyboard does it.
std::string without_accents(std::string_view text);
std::string upper(std::string_view text);
std::string first_letter(std::string_view text);
/// One letter wrong: swapped, left out, doubled or replaced.
std::string mistyped(Chance& chance, std::string_view text);

std::string city(Chance& chance);
std::string_view foreign_name_of(std::string_view city);
std::string company(Chance& chance);
std::string_view job(Chance& chance, bool female);
std::string_view hobby(Chance& chance);

}  // namespace people
