#include "core/match/normalise/place.h"

#include "core/match/normalise/fold.h"
#include "core/match/normalise/placeholder.h"
#include "core/match/normalise/word_list.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace maillon::match {
namespace {

using Alias = std::pair<std::string_view, std::string_view>;

constexpr auto kAliases = std::to_array<Alias>({{"aix", "aix en provence"},
                                                {"alger", "algiers"},
                                                {"antwerp", "antwerpen"},
                                                {"anvers", "antwerpen"},
                                                {"athenes", "athens"},
                                                {"athina", "athens"},
                                                {"bale", "basel"},
                                                {"barcelone", "barcelona"},
                                                {"beijing", "pekin"},
                                                {"berne", "bern"},
                                                {"bogota dc", "bogota"},
                                                {"boulogne", "boulogne billancourt"},
                                                {"brussel", "bruxelles"},
                                                {"brussels", "bruxelles"},
                                                {"caire", "cairo"},
                                                {"casa", "casablanca"},
                                                {"ciudad de mexico", "mexico"},
                                                {"clermont", "clermont ferrand"},
                                                {"copenhague", "copenhagen"},
                                                {"den haag", "the hague"},
                                                {"edimbourg", "edinburgh"},
                                                {"firenze", "florence"},
                                                {"francfort", "frankfurt"},
                                                {"frankfurt am main", "frankfurt"},
                                                {"gand", "gent"},
                                                {"genf", "geneve"},
                                                {"geneva", "geneve"},
                                                {"genoa", "genova"},
                                                {"genes", "genova"},
                                                {"ghent", "gent"},
                                                {"gothenburg", "goteborg"},
                                                {"hambourg", "hamburg"},
                                                {"kiev", "kyiv"},
                                                {"kobenhavn", "copenhagen"},
                                                {"koln", "cologne"},
                                                {"koeln", "cologne"},
                                                {"la haye", "the hague"},
                                                {"le caire", "cairo"},
                                                {"leuven", "louvain"},
                                                {"lisboa", "lisbonne"},
                                                {"lisbon", "lisbonne"},
                                                {"londres", "london"},
                                                {"luik", "liege"},
                                                {"lyons", "lyon"},
                                                {"marseilles", "marseille"},
                                                {"mexico city", "mexico"},
                                                {"milan", "milano"},
                                                {"moscou", "moskva"},
                                                {"moscow", "moskva"},
                                                {"muenchen", "munchen"},
                                                {"munich", "munchen"},
                                                {"naples", "napoli"},
                                                {"new york city", "new york"},
                                                {"ny", "new york"},
                                                {"nyc", "new york"},
                                                {"prague", "praha"},
                                                {"roma", "rome"},
                                                {"saint petersbourg", "sankt peterburg"},
                                                {"saint petersburg", "sankt peterburg"},
                                                {"seville", "sevilla"},
                                                {"sf", "san francisco"},
                                                {"turin", "torino"},
                                                {"varsovie", "warsaw"},
                                                {"warszawa", "warsaw"},
                                                {"venezia", "venice"},
                                                {"venise", "venice"},
                                                {"wien", "vienna"},
                                                {"zuerich", "zurich"}});

constexpr WordList kNotCities({"africa",
                               "algeria",
                               "algerie",
                               "allemagne",
                               "alsace",
                               "angleterre",
                               "argentina",
                               "argentine",
                               "australia",
                               "australie",
                               "austria",
                               "autriche",
                               "auvergne",
                               "belgie",
                               "belgique",
                               "belgium",
                               "brasil",
                               "brazil",
                               "bresil",
                               "bretagne",
                               "brittany",
                               "california",
                               "cameroun",
                               "canada",
                               "chile",
                               "chili",
                               "china",
                               "chine",
                               "colombia",
                               "colombie",
                               "corse",
                               "cote d azur",
                               "cote divoire",
                               "danemark",
                               "denmark",
                               "deutschland",
                               "earth",
                               "egypt",
                               "egypte",
                               "england",
                               "espagne",
                               "espana",
                               "etats unis",
                               "eu",
                               "europa",
                               "europe",
                               "finland",
                               "finlande",
                               "france",
                               "germany",
                               "grece",
                               "greece",
                               "grande bretagne",
                               "here",
                               "home",
                               "ici",
                               "idf",
                               "ile de france",
                               "in",
                               "india",
                               "inde",
                               "internet",
                               "ireland",
                               "irlande",
                               "italia",
                               "italie",
                               "italy",
                               "japan",
                               "japon",
                               "luxembourg country",
                               "mali",
                               "maroc",
                               "martinique",
                               "morocco",
                               "nederland",
                               "netherlands",
                               "normandie",
                               "norvege",
                               "norway",
                               "nouvelle aquitaine",
                               "occitanie",
                               "online",
                               "paca",
                               "partout",
                               "pays bas",
                               "planet earth",
                               "planete terre",
                               "poland",
                               "pologne",
                               "portugal",
                               "provence",
                               "quebec canada",
                               "remote",
                               "reunion",
                               "romania",
                               "roumanie",
                               "royaume uni",
                               "russia",
                               "russie",
                               "schweiz",
                               "scotland",
                               "senegal",
                               "somewhere",
                               "spain",
                               "suede",
                               "suisse",
                               "sweden",
                               "switzerland",
                               "terre",
                               "texas",
                               "the world",
                               "tunisia",
                               "tunisie",
                               "turkey",
                               "turquie",
                               "uk",
                               "ukraine",
                               "united kingdom",
                               "united states",
                               "us",
                               "usa",
                               "wales",
                               "world",
                               "worldwide"});

bool is_not_city(std::string_view place) {
    return kNotCities.has(place);
}

/// Words that stand around a city's name: "Greater Paris Area", "Ville de Lyon", "Nantes Cedex 2".
bool is_around(std::string_view word) {
    constexpr WordList kAround(
        {"agglomeration", "alentours", "area",    "arr",   "arrondissement", "autour",       "bay",
         "cedex",         "city",      "commune", "de",    "environs",       "et",           "from",
         "grand",         "greater",   "in",      "metro", "metropole",      "metropolitan", "periphery",
         "pres",          "proche",    "region",  "ses",   "ville",          "village"});
    return kAround.has(word);
}

/// "3e", "11eme", "2nd", "75011".
bool is_ordinal(std::string_view word) {
    if (word.front() < '0' || word.front() > '9') return false;
    const auto letters = word.find_first_not_of("0123456789");
    if (letters == std::string_view::npos) return true;
    constexpr auto kEndings =
        std::to_array<std::string_view>({"e", "eme", "er", "ere", "nd", "rd", "st", "th"});
    return std::ranges::find(kEndings, word.substr(letters)) != kEndings.end();
}

std::string joined(const std::vector<std::string_view>& parts) {
    std::string out;
    for (const auto part : parts) (out += out.empty() ? "" : " ") += part;
    return out;
}

std::string_view spelt(std::string_view word) {
    if (word == "st") return "saint";
    return word == "ste" ? "sainte" : word;
}

std::string city_of(std::string_view part) {
    const std::string plain = folded(part);
    auto list = words(plain);
    std::erase_if(list, is_ordinal);
    for (auto& word : list) word = spelt(word);
    const std::string whole = joined(list);
    while (list.size() > 1 && is_around(list.front())) list.erase(list.begin());
    while (list.size() > 1 && is_around(list.back())) list.pop_back();
    std::string name = joined(list);
    // "New York City", "Mexico City": what was taken off may be known with it.
    for (const auto& form : {whole, name}) {
        const auto alias = std::ranges::find(kAliases, std::string_view(form), &Alias::first);
        if (alias != kAliases.end()) return std::string(alias->second);
    }
    return name;
}

}  // namespace

std::string city(std::string_view text) {
    if (text.size() > 400) text = text.substr(0, 400);
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find_first_of(",/|;(&", at), text.size());
        std::string name = city_of(text.substr(at, end - at));
        if (name.size() > 1 && !is_not_city(name) && !is_placeholder(name)) return name;
        at = end + 1;
    }
    return {};
}

}  // namespace maillon::match
