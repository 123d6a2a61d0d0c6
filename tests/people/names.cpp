#include "names.h"

#include "lists.h"

#include <algorithm>
#include <array>
#include <utility>

namespace people {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr Pair kShort[] = {
    {"Nicolas", "Nico"},       {"Nathalie", "Nath"},      {"Nathalie", "Nathou"},  {"Philippe", "Phil"},
    {"Isabelle", "Isa"},       {"Thomas", "Tom"},         {"Christophe", "Chris"}, {"Christophe", "Tof"},
    {"Catherine", "Cathy"},    {"Sébastien", "Seb"},      {"Laurent", "Lolo"},     {"Frédéric", "Fred"},
    {"Alexandre", "Alex"},     {"Stéphane", "Steph"},     {"Stéphanie", "Steph"},  {"Camille", "Cam"},
    {"Valérie", "Val"},        {"Virginie", "Vir"},       {"Christine", "Chris"},  {"Guillaume", "Guigui"},
    {"Julie", "Ju"},           {"Michel", "Mich"},        {"Sophie", "So"},        {"Maxime", "Max"},
    {"Caroline", "Caro"},      {"Véronique", "Véro"},     {"Mathieu", "Math"},     {"Delphine", "Del"},
    {"Benjamin", "Ben"},       {"Élodie", "Elo"},         {"Florence", "Flo"},     {"Emmanuel", "Manu"},
    {"Charlotte", "Cha"},      {"Patricia", "Pat"},       {"Cédric", "Ced"},       {"François", "Fanfan"},
    {"Jean-Pierre", "JP"},     {"Jean-Pierre", "Jean"},   {"Ludovic", "Ludo"},     {"Anthony", "Antho"},
    {"Mickaël", "Mika"},       {"Clémence", "Clem"},      {"Florian", "Flo"},      {"Benoît", "Ben"},
    {"Jean-François", "Jeff"}, {"Magali", "Mag"},         {"Xavier", "Xav"},       {"Grégory", "Greg"},
    {"Jean-Luc", "JL"},        {"Élisabeth", "Babeth"},   {"Béatrice", "Béa"},     {"Valentin", "Val"},
    {"Dominique", "Dom"},      {"Jean-Baptiste", "JB"},   {"Raphaël", "Raph"},     {"Gabriel", "Gab"},
    {"Anne-Sophie", "Anso"},   {"Marie-Claude", "Marie"}, {"Antoine", "Toine"},    {"Mélanie", "Mel"},
    {"Noémie", "Nono"},        {"Mohamed", "Momo"},       {"Mohamed", "Med"},      {"Mustapha", "Mous"},
    {"Abdelkader", "Kader"},   {"Samira", "Sam"},         {"Fatima", "Faty"},      {"James", "Jim"},
    {"Jennifer", "Jen"},       {"Robert", "Bob"},         {"Robert", "Rob"},       {"Elizabeth", "Liz"},
    {"Elizabeth", "Beth"},     {"Michael", "Mike"},       {"William", "Bill"},     {"William", "Will"},
    {"Jessica", "Jess"},       {"David", "Dave"},         {"Richard", "Rick"},     {"Margaret", "Maggie"},
    {"Joseph", "Joe"},         {"Katherine", "Kate"},     {"Charles", "Charlie"},  {"Rebecca", "Becky"},
    {"Christopher", "Chris"},  {"Susan", "Sue"},          {"Daniel", "Dan"},       {"Patricia", "Trish"},
    {"Matthew", "Matt"},       {"Deborah", "Debbie"},     {"Andrew", "Andy"},      {"Amanda", "Mandy"},
    {"Edward", "Ted"},         {"Victoria", "Vicky"},     {"Benjamin", "Ben"},     {"Samuel", "Sam"},
    {"Abigail", "Abby"},       {"José", "Pepe"},          {"Francisco", "Paco"},   {"Antonio", "Toni"},
    {"Aleksandr", "Sacha"},    {"Natalia", "Natacha"},    {"Katharina", "Kathi"},  {"Giuseppe", "Beppe"}};

constexpr Pair kSpelt[] = {{"Mohamed", "Mohammed"},    {"Mohamed", "Muhammad"},    {"Mohamed", "محمد"},
                           {"Ahmed", "Ahmad"},         {"Youssef", "Yusuf"},       {"Youssef", "Youcef"},
                           {"Khadija", "Khadidja"},    {"Leïla", "Layla"},         {"Rachid", "Rashid"},
                           {"Mustapha", "Moustafa"},   {"Meriem", "Maryam"},       {"Hassan", "Hasan"},
                           {"Omar", "Oumar"},          {"Fatima", "Fatma"},        {"Karim", "Kareem"},
                           {"Khaled", "Khalid"},       {"Zineb", "Zaynab"},        {"Aïcha", "Aisha"},
                           {"Aleksandr", "Alexander"}, {"Aleksandr", "Александр"}, {"Natalia", "Наталья"},
                           {"Natalia", "Natalya"},     {"Dmitri", "Dmitry"},       {"Dmitri", "Дмитрий"},
                           {"Olga", "Ольга"},          {"Sergei", "Сергей"},       {"Sergei", "Sergey"},
                           {"Tatiana", "Татьяна"},     {"Ivan", "Иван"},           {"Irina", "Ирина"},
                           {"Mikhail", "Михаил"},      {"Ekaterina", "Екатерина"}, {"Ivanov", "Иванов"},
                           {"Petrov", "Петров"},       {"Smirnov", "Смирнов"},     {"Sokolov", "Соколов"},
                           {"Lebedev", "Лебедев"},     {"Kuznetsov", "Кузнецов"},  {"Novikov", "Новиков"},
                           {"Morozov", "Морозов"},     {"Müller", "Mueller"},      {"Schäfer", "Schaefer"},
                           {"Köhler", "Koehler"},      {"Groß", "Gross"},          {"Günther", "Guenther"},
                           {"Jürgen", "Juergen"},      {"Katherine", "Catherine"}, {"Mathieu", "Matthieu"},
                           {"Lefebvre", "Lefèvre"},    {"Gauthier", "Gautier"}};

constexpr std::pair<std::string_view, char> kAccents[] = {
    {"à", 'a'}, {"á", 'a'}, {"â", 'a'}, {"ã", 'a'}, {"ä", 'a'}, {"ç", 'c'}, {"è", 'e'}, {"é", 'e'},
    {"ê", 'e'}, {"ë", 'e'}, {"í", 'i'}, {"î", 'i'}, {"ï", 'i'}, {"ñ", 'n'}, {"ó", 'o'}, {"ô", 'o'},
    {"õ", 'o'}, {"ö", 'o'}, {"ù", 'u'}, {"ú", 'u'}, {"û", 'u'}, {"ü", 'u'}, {"ł", 'l'}, {"ś", 's'},
    {"É", 'E'}, {"À", 'A'}, {"Ç", 'C'}, {"Ô", 'O'}, {"Î", 'I'}, {"È", 'E'}};

constexpr std::string_view kCities[] = {"Paris",
                                        "Marseille",
                                        "Lyon",
                                        "Toulouse",
                                        "Nice",
                                        "Nantes",
                                        "Montpellier",
                                        "Strasbourg",
                                        "Bordeaux",
                                        "Lille",
                                        "Rennes",
                                        "Reims",
                                        "Toulon",
                                        "Saint-Étienne",
                                        "Le Havre",
                                        "Grenoble",
                                        "Dijon",
                                        "Angers",
                                        "Villeurbanne",
                                        "Nîmes",
                                        "Clermont-Ferrand",
                                        "Le Mans",
                                        "Aix-en-Provence",
                                        "Brest",
                                        "Tours",
                                        "Amiens",
                                        "Limoges",
                                        "Annecy",
                                        "Boulogne-Billancourt",
                                        "Perpignan",
                                        "Metz",
                                        "Besançon",
                                        "Orléans",
                                        "Rouen",
                                        "Mulhouse",
                                        "Caen",
                                        "Saint-Denis",
                                        "Nancy",
                                        "Argenteuil",
                                        "Roubaix",
                                        "Tourcoing",
                                        "Montreuil",
                                        "Avignon",
                                        "Poitiers",
                                        "Pau",
                                        "Dunkerque",
                                        "Versailles",
                                        "Colmar",
                                        "Chambéry",
                                        "La Rochelle",
                                        "Quimper",
                                        "Bruxelles",
                                        "Genève",
                                        "Lausanne",
                                        "Luxembourg",
                                        "Londres",
                                        "Barcelone",
                                        "Madrid",
                                        "Lisboa",
                                        "Casablanca",
                                        "Alger",
                                        "Tunis",
                                        "Montréal",
                                        "Berlin",
                                        "Munich",
                                        "Milano",
                                        "New York",
                                        "Dakar"};
constexpr Pair kForeign[] = {{"Bruxelles", "Brussels"},  {"Genève", "Geneva"}, {"Londres", "London"},
                             {"Barcelone", "Barcelona"}, {"Lisboa", "Lisbon"}, {"Munich", "München"},
                             {"Milano", "Milan"},        {"New York", "NYC"},  {"Alger", "Algiers"}};

constexpr std::string_view kFirms[] = {
    "Opale", "Faro",   "Mistral", "Cobalt", "Orion", "Atlas",    "Luma",   "Terra",    "Granit", "Zénith",
    "Nova",  "Azur",   "Soleil",  "Kapa",   "Brio",  "Alpha",    "Boréal", "Cèdre",    "Delta",  "Écho",
    "Fjord", "Givre",  "Horizon", "Iris",   "Jade",  "Korrigan", "Lotus",  "Méridien", "Néon",   "Onyx",
    "Pixel", "Quartz", "Rivage",  "Sigma",  "Tempo", "Ubac",     "Vega",   "Xylo"};
constexpr std::string_view kTrades[] = {"Digital",  "Média",      "Conseil",    "Industrie",  "Foods",
                                        "Services", "Santé",      "Logistique", "Consulting", "Labs",
                                        "Bâtiment", "Patrimoine", "Énergie",    "Design",     "Assurances",
                                        "Voyages",  "Formation",  "Optique",    "Textile",    "Mobilité"};
constexpr Pair kJobs[] = {{"Directeur commercial", "Directrice commerciale"},
                          {"Ingénieur", "Ingénieure"},
                          {"Comptable", "Comptable"},
                          {"Consultant", "Consultante"},
                          {"Technicien", "Technicienne"},
                          {"Infirmier", "Infirmière"},
                          {"Acheteur", "Acheteuse"},
                          {"Gérant", "Gérante"},
                          {"Community manager", "Community manager"},
                          {"Étudiant", "Étudiante"},
                          {"Architecte", "Architecte"},
                          {"Enseignant", "Enseignante"}};
constexpr std::string_view kHobbies[] = {"voyages",   "moto",  "rugby",  "cuisine", "jazz",  "tech",
                                         "jardinage", "photo", "course", "cinéma",  "pêche", "danse"};

/// A rare name: French syllables, some hundred thousand of them.
std::string invented_family(Chance& chance) {
    constexpr std::string_view kStart[] = {"Bar", "Bel", "Bri", "Cas", "Char", "Che", "Cour", "Dar",  "Del",
                                           "Des", "Fa",  "Fon", "Fra", "Gal",  "Gar", "Gri",  "Jou",  "La",
                                           "Lam", "Ma",  "Mar", "Mon", "Mou",  "Pel", "Per",  "Quer", "Ra",
                                           "Rol", "Sal", "Sau", "Ter", "Tho",  "Va",  "Ver",  "Vi"};
    constexpr std::string_view kMiddle[] = {"a",  "an",  "are", "be", "bi", "cha", "cou", "de",  "di",
                                            "en", "gan", "go",  "i",  "la", "le",  "li",  "man", "mi",
                                            "na", "ne",  "ou",  "ra", "ri", "sa",  "te",  "vi"};
    constexpr std::string_view kEnd[] = {"ard",  "aud",  "bert", "bois",  "chet", "cour", "dier",
                                         "eau",  "ert",  "et",   "fort",  "gnon", "ier",  "in",
                                         "lac",  "land", "let",  "ville", "nard", "nier", "quet",
                                         "rand", "rel",  "ron",  "tier",  "vel",  "zac"};
    std::string out(chance.of(kStart));
    for (int i = chance.between(0, 2); i > 0; --i) out += chance.of(kMiddle);
    return out += chance.of(kEnd);
}

template <std::size_t N>
std::string replaced(Chance& chance, std::string_view name, const Pair (&table)[N]) {
    std::array<std::string_view, 4> found{};
    std::size_t count = 0;
    for (const auto& [from, to] : table) {
        if (from == name && count < found.size()) found[count++] = to;
    }
    return std::string(count == 0 ? name : found[chance.below(count)]);
}

Origin some_origin(Chance& chance) {
    const double share = chance.share();
    if (share < 0.66) return Origin::french;
    if (share < 0.76) return Origin::maghreb;
    if (share < 0.86) return Origin::english;
    if (share < 0.91) return Origin::iberian;
    if (share < 0.94) return Origin::german;
    if (share < 0.97) return Origin::slavic;
    return share < 0.985 ? Origin::italian : Origin::asian;
}

}  // namespace

std::string given_name(Chance& chance, Origin origin, bool female) {
    const auto list = given_names(origin);
    const auto at = chance.ranked(list.size(), 0.6);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Given& one = list[(at + i) % list.size()];
        if (one.is_female == female) return one.name;
    }
    return list.front().name;
}

std::string family_name(Chance& chance, Origin origin) {
    const auto list = family_names(origin);
    // The commonest name of France is that of one in three hundred.
    const double made = origin == Origin::french ? 0.7 : 0.3;
    if (chance.one_in(made)) return invented_family(chance);
    return std::string(list[chance.ranked(list.size(), 0.5)]);
}

Name invented_name(Chance& chance) {
    Name out;
    out.origin = some_origin(chance);
    out.is_female = chance.one_in(0.5);
    out.given = given_name(chance, out.origin, out.is_female);
    out.family = family_name(chance, out.origin);
    return out;
}

std::string short_form(Chance& chance, std::string_view given) {
    return replaced(chance, given, kShort);
}

std::string other_spelling(Chance& chance, std::string_view name) {
    return replaced(chance, name, kSpelt);
}

std::string without_accents(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto accent = std::ranges::find_if(
            kAccents, [&](const auto& a) { return text.substr(at).starts_with(a.first); });
        if (accent != std::end(kAccents)) {
            out += accent->second;
            at += accent->first.size();
        } else if (text.substr(at).starts_with("ß")) {
            out += "ss";
            at += 2;
        } else {
            out += text[at++];
        }
    }
    return out;
}

std::string plain(std::string_view text) {
    std::string out;
    for (char c : without_accents(text)) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        if (c >= 'a' && c <= 'z') out += c;
    }
    return out;
}

std::string first_letter(std::string_view text) {
    std::size_t end = 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    return std::string(text.substr(0, end));
}

std::string upper(std::string_view text) {
    std::string out = without_accents(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    return out;
}

std::string mistyped(Chance& chance, std::string_view text) {
    std::string out = without_accents(text);
    const bool is_ascii = std::ranges::all_of(out, [](char c) { return static_cast<signed char>(c) >= 0; });
    if (out.size() < 4 || !is_ascii) return out;
    const std::size_t at = 1 + chance.below(out.size() - 2);
    switch (chance.below(4)) {
        case 0: std::swap(out[at], out[at + 1]); break;
        case 1: out.erase(at, 1); break;
        case 2: out.insert(at, 1, out[at]); break;
        default: out[at] = static_cast<char>('a' + chance.below(26));
    }
    return out;
}

std::string city(Chance& chance) {
    if (chance.one_in(0.6)) return std::string(kCities[chance.ranked(std::size(kCities), 0.75)]);
    Chance town(chance.ranked(3000, 0.4) * 77 + 5);  // one of three thousand small ones
    std::string out = invented_family(town);
    if (town.one_in(0.3)) out += town.one_in(0.5) ? "-sur-Loire" : "-les-Bains";
    return out;
}

std::string_view foreign_name_of(std::string_view name) {
    const auto other = std::ranges::find(kForeign, name, &Pair::first);
    return other == std::end(kForeign) ? name : other->second;
}

std::string company(Chance& chance) {
    std::string out(chance.of(kFirms));
    (out += ' ') += chance.of(kTrades);
    // Many small ones: a place or a number tells them apart.
    if (chance.one_in(0.5)) (out += ' ') += kCities[chance.below(40)];
    return out;
}

std::string_view job(Chance& chance, bool female) {
    const auto& both = chance.of(kJobs);
    return female ? both.second : both.first;
}

std::string_view hobby(Chance& chance) {
    return chance.of(kHobbies);
}

}  // namespace people
