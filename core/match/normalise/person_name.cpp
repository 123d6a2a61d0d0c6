#include "core/match/normalise/person_name.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/name_tables.h"
#include "core/match/normalise/placeholder.h"
#include "core/match/normalise/shown_name.h"
#include "core/match/normalise/word_list.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace maillon::match {
namespace {

using Tokens = std::span<const NameToken>;

bool is_particle(std::string_view word) {
    constexpr WordList kParticles({"af",  "al",    "av",     "ben", "bin",  "bint",  "d",     "da",  "das",
                                   "de",  "degli", "dei",    "del", "dela", "della", "delle", "den", "der",
                                   "des", "di",    "do",     "dos", "du",   "e",     "el",    "ibn", "la",
                                   "le",  "les",   "lo",     "los", "o",    "st",    "ste",   "ten", "ter",
                                   "van", "vande", "vander", "vom", "von",  "y",     "zu",    "zum", "zur"});
    return kParticles.has(word);
}

/// One letter, or several ("j p"). "e", "o", "y", "d" are particles between two names and initials elsewhere.
bool is_initial(std::string_view word) {
    for (std::size_t i = 1; i < word.size(); i += 2) {
        if (word[i] != ' ') return false;
    }
    return word.size() % 2 == 1;
}

std::string joined(Tokens tokens) {
    std::string out;
    for (const auto& token : tokens) {
        if (!out.empty()) out += ' ';
        out += token.text;
    }
    return out;
}

/// Puts the family name in place: leading particles apart, unless nothing else is left.
void set_family(PersonName& name, std::string_view family) {
    const auto all = words(family);
    std::size_t first = 0;
    while (first + 1 < all.size() && is_particle(all[first])) ++first;
    if (first == 0) {
        name.family = family;
        return;
    }
    const auto begin = static_cast<std::size_t>(all[first].data() - family.data());
    name.particles = family.substr(0, begin - 1);
    name.family = family.substr(begin);
}

PersonName parts(Tokens given, Tokens family, PersonName::Order order) {
    PersonName out;
    out.order = order;
    out.given = joined(given);
    set_family(out, joined(family));
    return out;
}

/// How much more often `word` is a given than a family name; 1 when neither is known.
double given_odds(std::string_view word) {
    const auto& tables = name_tables();
    if (!tables.is_given(word) && !tables.is_family(word)) return 1;
    return tables.given_share(word) / tables.family_share(word);
}

std::optional<PersonName> by_comma(Tokens tokens) {
    const auto comma = std::ranges::find_if(tokens, &NameToken::ends_with_comma);
    if (comma == tokens.end() || comma + 1 == tokens.end()) return std::nullopt;
    const auto family = static_cast<std::size_t>(comma - tokens.begin()) + 1;
    return parts(tokens.subspan(family), tokens.first(family), PersonName::Order::comma);
}

/// Family names in capitals, at the start or at the end; a particle in between belongs to them.
std::optional<PersonName> by_capitals(Tokens tokens) {
    const auto is_loud = [](const NameToken& t) { return t.is_capitals && !is_initial(t.text); };
    const auto loud = std::ranges::count_if(tokens, is_loud);
    const auto quiet = std::ranges::count_if(
        tokens, [](const NameToken& t) { return !t.is_capitals && !is_particle(t.text); });
    if (loud == 0 || quiet == 0) return std::nullopt;
    std::size_t begin = 0;
    if (is_loud(tokens.front()) ||
        (is_particle(tokens.front().text) && tokens.size() > 1 && is_loud(tokens[1]))) {
        std::size_t end = 0;
        while (end < tokens.size() && (is_loud(tokens[end]) || is_particle(tokens[end].text))) ++end;
        return parts(tokens.subspan(end), tokens.first(end), PersonName::Order::capitals);
    }
    begin = static_cast<std::size_t>(std::ranges::find_if(tokens, is_loud) - tokens.begin());
    while (begin > 1 && is_particle(tokens[begin - 1].text) && !is_initial(tokens[begin - 1].text)) --begin;
    if (!std::ranges::all_of(tokens.subspan(begin),
                             [&](const NameToken& t) { return is_loud(t) || is_particle(t.text); })) {
        return std::nullopt;
    }
    return parts(tokens.first(begin), tokens.subspan(begin), PersonName::Order::capitals);
}

std::optional<PersonName> by_particle(Tokens tokens) {
    for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
        if (!is_particle(tokens[i].text) || is_initial(tokens[i].text)) continue;
        std::size_t begin = i;  // "Garcia de la Vega", but "Jean Luc de Brie"
        while (begin > 1 && given_odds(tokens[begin - 1].text) < 0.5) --begin;
        return parts(tokens.first(begin), tokens.subspan(begin), PersonName::Order::assumed);
    }
    if (tokens.size() > 2 && is_particle(tokens[0].text) && !is_initial(tokens[0].text)) {
        return parts(tokens.subspan(2), tokens.first(2), PersonName::Order::known);
    }
    return std::nullopt;
}

PersonName by_odds(Tokens tokens) {
    constexpr double kSure = 30;
    const double first = given_odds(tokens.front().text), last = given_odds(tokens.back().text);
    if (tokens.size() == 2 && !is_initial(tokens[0].text) && !is_initial(tokens[1].text) &&
        last > first * kSure && last > 1) {
        return parts(tokens.last(1), tokens.first(1), PersonName::Order::known);
    }
    std::size_t given = 1;
    while (given + 1 < tokens.size() &&
           (is_initial(tokens[given].text) || given_odds(tokens[given].text) > 1)) {
        ++given;
    }
    const bool sure = first > last * kSure && first > 1;
    return parts(tokens.first(given), tokens.subspan(given),
                 sure ? PersonName::Order::known : PersonName::Order::assumed);
}

PersonName one_word(const NameToken& token) {
    PersonName out;
    out.order = PersonName::Order::one_word;
    const auto& tables = name_tables();
    const bool only_family = tables.is_family(token.text) && !tables.is_given(token.text);
    (only_family ? out.family : out.given) = token.text;
    return out;
}

PersonName read(const ShownName& shown) {
    const Tokens tokens(shown.tokens);
    if (tokens.empty()) return {};
    if (tokens.size() == 1) return one_word(tokens.front());
    for (const auto rule : {by_comma, by_capitals, by_particle}) {
        if (auto name = rule(tokens)) return *name;
    }
    return by_odds(tokens);
}

std::string given_of(std::string_view first) {
    return joined(shown_name(first).tokens);
}

}  // namespace

std::string PersonName::whole_family() const {
    if (particles.empty()) return family;
    return particles + ' ' + family;
}

std::string PersonName::full() const {
    const std::string last = whole_family();
    if (given.empty()) return last;
    return last.empty() ? given : given + ' ' + last;
}

PersonName split_name(std::string_view text) {
    const ShownName shown = shown_name(text);
    PersonName out = read(shown);
    out.suffix = shown.suffix;
    return out;
}

PersonName person_name(std::string_view first, std::string_view last) {
    if (is_placeholder(first)) first = {};
    if (is_placeholder(last)) last = {};
    if (first.empty() || last.empty()) return split_name(first.empty() ? last : first);
    const ShownName family = shown_name(last);
    PersonName out;
    out.order = PersonName::Order::stated;
    out.given = given_of(first);
    set_family(out, joined(family.tokens));
    out.suffix = family.suffix.empty() ? shown_name(first).suffix : family.suffix;
    if (out.given.empty()) out.given = folded(first);
    if (out.family.empty()) set_family(out, folded(last));
    return out;
}

PersonName swapped(const PersonName& name) {
    PersonName out = name;
    out.given = name.whole_family();
    out.particles.clear();
    set_family(out, name.given);
    return out;
}

}  // namespace maillon::match
