#include "lists.h"

#include <array>

namespace people {
namespace {

constexpr Given kFrench[] = {
    {"Nicolas", false},     {"Marie", true},        {"Julien", false},        {"Nathalie", true},
    {"Philippe", false},    {"Isabelle", true},     {"Thomas", false},        {"Sylvie", true},
    {"Christophe", false},  {"Catherine", true},    {"Sébastien", false},     {"Céline", true},
    {"Laurent", false},     {"Sandrine", true},     {"Frédéric", false},      {"Aurélie", true},
    {"Alexandre", false},   {"Émilie", true},       {"Stéphane", false},      {"Stéphanie", true},
    {"Pierre", false},      {"Camille", true},      {"David", false},         {"Valérie", true},
    {"Jean", false},        {"Virginie", true},     {"Olivier", false},       {"Christine", true},
    {"Guillaume", false},   {"Julie", true},        {"Michel", false},        {"Anne", true},
    {"Vincent", false},     {"Sophie", true},       {"Maxime", false},        {"Laura", true},
    {"Antoine", false},     {"Caroline", true},     {"Romain", false},        {"Véronique", true},
    {"Éric", false},        {"Laetitia", true},     {"Mathieu", false},       {"Delphine", true},
    {"Benjamin", false},    {"Élodie", true},       {"Jérôme", false},        {"Florence", true},
    {"Emmanuel", false},    {"Chloé", true},        {"Alain", false},         {"Charlotte", true},
    {"Fabien", false},      {"Patricia", true},     {"Bruno", false},         {"Pauline", true},
    {"Arnaud", false},      {"Hélène", true},       {"Cédric", false},        {"Manon", true},
    {"Clément", false},     {"Martine", true},      {"François", false},      {"Léa", true},
    {"Jean-Pierre", false}, {"Françoise", true},    {"Damien", false},        {"Mathilde", true},
    {"Ludovic", false},     {"Marion", true},       {"Adrien", false},        {"Karine", true},
    {"Hugo", false},        {"Lucie", true},        {"Anthony", false},       {"Claire", true},
    {"Gilles", false},      {"Audrey", true},       {"Fabrice", false},       {"Brigitte", true},
    {"Mickaël", false},     {"Clémence", true},     {"Lucas", false},         {"Monique", true},
    {"Yann", false},        {"Mélanie", true},      {"Florian", false},       {"Juliette", true},
    {"Benoît", false},      {"Élise", true},        {"Jean-François", false}, {"Anaïs", true},
    {"Rémi", false},        {"Corinne", true},      {"Simon", false},         {"Morgane", true},
    {"Kévin", false},       {"Justine", true},      {"Loïc", false},          {"Magali", true},
    {"Xavier", false},      {"Noémie", true},       {"Sylvain", false},       {"Agnès", true},
    {"Jean-Luc", false},    {"Alice", true},        {"Quentin", false},       {"Gaëlle", true},
    {"Baptiste", false},    {"Sabine", true},       {"Grégory", false},       {"Élisabeth", true},
    {"Hervé", false},       {"Marine", true},       {"Serge", false},         {"Jacqueline", true},
    {"Valentin", false},    {"Béatrice", true},     {"Thierry", false},       {"Anne-Sophie", true},
    {"Didier", false},      {"Marie-Laure", true},  {"Paul", false},          {"Océane", true},
    {"Louis", false},       {"Solène", true},       {"Jean-Baptiste", false}, {"Estelle", true},
    {"Raphaël", false},     {"Fanny", true},        {"Gabriel", false},       {"Inès", true},
    {"Tristan", false},     {"Marie-Claude", true}, {"Dominique", false},     {"Odile", true}};
constexpr Given kMaghreb[] = {{"Mohamed", false}, {"Fatima", true},  {"Karim", false},      {"Nadia", true},
                              {"Ahmed", false},   {"Samira", true},  {"Youssef", false},    {"Leïla", true},
                              {"Rachid", false},  {"Khadija", true}, {"Mehdi", false},      {"Sarah", true},
                              {"Omar", false},    {"Amina", true},   {"Hassan", false},     {"Yasmine", true},
                              {"Samir", false},   {"Aïcha", true},   {"Abdelkader", false}, {"Malika", true},
                              {"Ali", false},     {"Zineb", true},   {"Mustapha", false},   {"Hanane", true},
                              {"Nabil", false},   {"Soraya", true},  {"Khaled", false},     {"Meriem", true},
                              {"Bilal", false},   {"Houda", true},   {"Ibrahim", false},    {"Salima", true}};
constexpr Given kEnglish[] = {
    {"James", false},    {"Mary", true},     {"John", false},    {"Jennifer", true},     {"Robert", false},
    {"Elizabeth", true}, {"Michael", false}, {"Sarah", true},    {"William", false},     {"Jessica", true},
    {"David", false},    {"Emily", true},    {"Richard", false}, {"Margaret", true},     {"Joseph", false},
    {"Katherine", true}, {"Charles", false}, {"Rebecca", true},  {"Christopher", false}, {"Susan", true},
    {"Daniel", false},   {"Patricia", true}, {"Matthew", false}, {"Deborah", true},      {"Andrew", false},
    {"Amanda", true},    {"Edward", false},  {"Victoria", true}, {"Benjamin", false},    {"Alexandra", true},
    {"Samuel", false},   {"Abigail", true}};
constexpr Given kIberian[] = {{"Antonio", false}, {"María", true},    {"José", false},      {"Carmen", true},
                              {"Manuel", false},  {"Ana", true},      {"Javier", false},    {"Lucía", true},
                              {"João", false},    {"Catarina", true}, {"Pedro", false},     {"Inês", true},
                              {"Miguel", false},  {"Sofía", true},    {"Carlos", false},    {"Isabel", true},
                              {"Tiago", false},   {"Beatriz", true},  {"Francisco", false}, {"Pilar", true}};
constexpr Given kGerman[] = {{"Günther", false},  {"Sabine", true},    {"Hans", false},   {"Ursula", true},
                             {"Wolfgang", false}, {"Monika", true},    {"Stefan", false}, {"Petra", true},
                             {"Jürgen", false},   {"Katharina", true}, {"Lukas", false},  {"Anja", true}};
constexpr Given kSlavic[] = {
    {"Aleksandr", false}, {"Natalia", true}, {"Dmitri", false},   {"Olga", true},     {"Sergei", false},
    {"Tatiana", true},    {"Paweł", false},  {"Agnieszka", true}, {"Tomasz", false},  {"Katarzyna", true},
    {"Ivan", false},      {"Irina", true},   {"Mikhail", false},  {"Ekaterina", true}};
constexpr Given kItalian[] = {
    {"Marco", false}, {"Giulia", true}, {"Giuseppe", false}, {"Francesca", true}, {"Alessandro", false},
    {"Chiara", true}, {"Luca", false},  {"Elena", true},     {"Matteo", false},   {"Paola", true}};
constexpr Given kAsian[] = {{"Hao", false},     {"Linh", true}, {"Wei", false},    {"Mei", true},
                            {"Minh", false},    {"Thi", true},  {"Rajesh", false}, {"Priya", true},
                            {"Hiroshi", false}, {"Yuki", true}};

constexpr std::string_view kFrenchFamilies[] = {
    "Martin",    "Bernard",  "Thomas",       "Petit",    "Robert",     "Richard",    "Durand",
    "Dubois",    "Moreau",   "Laurent",      "Simon",    "Michel",     "Lefebvre",   "Leroy",
    "Roux",      "David",    "Bertrand",     "Morel",    "Fournier",   "Girard",     "Bonnet",
    "Dupont",    "Lambert",  "Fontaine",     "Rousseau", "Vincent",    "Müller",     "Lefèvre",
    "Faure",     "André",    "Mercier",      "Blanc",    "Guérin",     "Boyer",      "Garnier",
    "Chevalier", "François", "Legrand",      "Gauthier", "Perrin",     "Robin",      "Clément",
    "Morin",     "Nicolas",  "Henry",        "Roussel",  "Mathieu",    "Gautier",    "Masson",
    "Marchand",  "Duval",    "Denis",        "Dumont",   "Marie",      "Lemaire",    "Noël",
    "Meyer",     "Dufour",   "Meunier",      "Brun",     "Blanchard",  "Giraud",     "Joly",
    "Rivière",   "Lucas",    "Brunet",       "Gaillard", "Barbier",    "Arnaud",     "Gérard",
    "Roche",     "Renard",   "Schmitt",      "Roy",      "Leroux",     "Colin",      "Vidal",
    "Caron",     "Picard",   "Roger",        "Fabre",    "Aubert",     "Lemoine",    "Renaud",
    "Dumas",     "Lacroix",  "Olivier",      "Philippe", "Bourgeois",  "Pierre",     "Benoît",
    "Rey",       "Leclerc",  "Payet",        "Rolland",  "Leclercq",   "Guillaume",  "Lecomte",
    "Jean",      "Dupuy",    "Guillot",      "Hubert",   "Berger",     "Carpentier", "Dupuis",
    "Moulin",    "Louis",    "Deschamps",    "Huet",     "Vasseur",    "Boucher",    "Fleury",
    "Adam",      "Royer",    "Klein",        "Paris",    "Jacquet",    "Poirier",    "Charpentier",
    "Aubry",     "Marty",    "Guyot",        "Carré",    "Le Gall",    "Le Goff",    "Maillard",
    "Renault",   "Charles",  "Baron",        "Ménard",   "Prévost",    "Collet",     "Bailly",
    "Hervé",     "Étienne",  "Millet",       "Daniel",   "Cousin",     "Germain",    "Breton",
    "Pelletier", "Langlois", "Besson",       "Lebrun",   "d'Ormesson", "de La Tour", "de Villiers",
    "Du Pré",    "Le Roux",  "Saint-Martin", "Ollivier", "Jacob",      "Weber",      "Perez",
    "Bouvier",   "Tessier",  "Lévêque",      "Hamon",    "Pons",       "Poulain"};
constexpr std::string_view kMaghrebFamilies[] = {
    "Benali",    "El Amrani", "Bouzid",      "Belkacem", "Ziani",    "Chérif",     "Haddad",  "Mansouri",
    "Benkhaled", "Saidi",     "Amrani",      "Toumi",    "Bensalem", "El Idrissi", "Khelifi", "Brahimi",
    "Slimani",   "Hamidi",    "Ben Youssef", "Meziane",  "Boukhari", "Cherkaoui",  "Alaoui",  "Rahmani"};
constexpr std::string_view kEnglishFamilies[] = {
    "Smith",    "Johnson",  "Williams", "Brown",   "Jones",   "Miller", "Davis",
    "Wilson",   "Anderson", "Taylor",   "Clarke",  "O'Brien", "Walker", "Hall",
    "McDonald", "Wright",   "Hughes",   "Edwards", "Green",   "Harris", "Cooper",
    "Murphy",   "Kelly",    "O'Connor", "Turner",  "Parker",  "Baker",  "Campbell"};
constexpr std::string_view kIberianFamilies[] = {
    "García",   "Rodríguez", "Martínez",   "López",    "Silva",    "Santos",  "Pereira", "Fernández",
    "González", "da Costa",  "dos Santos", "Ferreira", "Oliveira", "Sánchez", "Ruiz",    "Moreno"};
constexpr std::string_view kGermanFamilies[] = {"Müller",  "Schmidt", "Schneider", "Fischer",
                                                "Weber",   "Meyer",   "Wagner",    "Becker",
                                                "Schäfer", "Köhler",  "von Berg",  "Groß"};
constexpr std::string_view kSlavicFamilies[] = {"Ivanov", "Petrov",    "Kowalski", "Wiśniewski",
                                                "Nowak",  "Smirnov",   "Sokolov",  "Lebedev",
                                                "Wójcik", "Kuznetsov", "Novikov",  "Morozov"};
constexpr std::string_view kItalianFamilies[] = {"Rossi",  "Russo",   "Ferrari", "Esposito", "Bianchi",
                                                 "Romano", "De Luca", "Conti",   "Ricci",    "D'Angelo"};
constexpr std::string_view kAsianFamilies[] = {"Nguyen", "Tran",  "Wang",  "Liu",    "Zhang",  "Chen",
                                               "Singh",  "Kumar", "Patel", "Tanaka", "Suzuki", "Pham"};

}  // namespace

std::span<const Given> given_names(Origin origin) {
    switch (origin) {
        case Origin::maghreb: return kMaghreb;
        case Origin::english: return kEnglish;
        case Origin::iberian: return kIberian;
        case Origin::german: return kGerman;
        case Origin::slavic: return kSlavic;
        case Origin::italian: return kItalian;
        case Origin::asian: return kAsian;
        default: return kFrench;
    }
}

std::span<const std::string_view> family_names(Origin origin) {
    switch (origin) {
        case Origin::maghreb: return kMaghrebFamilies;
        case Origin::english: return kEnglishFamilies;
        case Origin::iberian: return kIberianFamilies;
        case Origin::german: return kGermanFamilies;
        case Origin::slavic: return kSlavicFamilies;
        case Origin::italian: return kItalianFamilies;
        case Origin::asian: return kAsianFamilies;
        default: return kFrenchFamilies;
    }
}

}  // namespace people
