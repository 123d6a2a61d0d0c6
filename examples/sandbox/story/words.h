#pragma once

#include <array>
#include <string_view>

/// Words from which people and comments are invented.
namespace sandbox::words {

inline constexpr std::array<std::string_view, 40> kGivenNames = {
    "Zoé",    "Léa",    "Manon",  "Chloé", "Inès",      "Camille", "Jérôme", "François", "Théo",   "Hugo",
    "Noël",   "Maëlle", "Anaïs",  "Lucas", "Mathis",    "Gaëlle",  "Benoît", "Hélène",   "Élodie", "Quentin",
    "Emily",  "James",  "Olivia", "Harry", "Charlotte", "George",  "Amelia", "Oliver",   "Isla",   "Jack",
    "Sophie", "Liam",   "Grace",  "Ethan", "Ruby",      "Owen",    "Freya",  "Callum",   "Megan",  "Rhys"};

inline constexpr std::array<std::string_view, 40> kFamilyNames = {
    "Müller",   "Lefèvre",  "Béranger",  "Dupré",    "Garnier",   "Rousseau", "Lemaître", "Caron",
    "Péron",    "Guérin",   "Chevalier", "Fontaine", "Blanchard", "Noël",     "Renaud",   "Gauthier",
    "Marchand", "Desprès",  "Vasseur",   "Perrot",   "Okafor",    "Smith",    "O'Brien",  "Walker",
    "Hughes",   "Patel",    "Clarke",    "Wright",   "Bennett",   "Murphy",   "Kelly",    "Fletcher",
    "Ashworth", "Holloway", "Sinclair",  "Barker",   "Whitaker",  "Novak",    "Kowalski", "Jensen"};

inline constexpr std::array<std::string_view, 5> kPosts = {
    "La collection d'automne est arrivée 🍂", "We fly to Lisbon from next month ✈️",
    "Travaux au terminal 2 : prévoyez 30 minutes de plus", "Meet the crew of flight 204",
    "Jeu concours : gagnez deux billets <A/R> & une nuit d'hôtel"};

inline constexpr std::array<std::string_view, 16> kOpeners = {
    "Mon vol a été annulé et personne ne répond 😡",
    "Bagage perdu depuis trois jours, aucune nouvelle…",
    "Merci à l'équipe de Lyon, service impeccable 👏",
    "Est-ce que le café à bord est gratuit ?",
    "Impossible de payer : « erreur 500 » à chaque fois",
    "J'attends mon remboursement\ndepuis six semaines.\nRéférence",
    "Bravo pour la nouvelle appli ❤️",
    "Pourquoi le prix est passé de 80 € à > 120 € en une heure ?",
    "My suitcase arrived broken & nobody cares 😠",
    "Best crossing I ever had, thank you!",
    "Is the 6 < 7 am flight still on?",
    "Your app keeps crashing when I check in",
    "Waiting at the desk for two hours.\nStill nobody here.",
    "Lovely crew on board today 😊",
    "I was charged twice, please call me back",
    "Can I bring my dog? He is 4 kg 🐶"};

inline constexpr std::array<std::string_view, 12> kAnswers = {
    "Pareil pour moi !",
    "Même problème hier à Nantes 😤",
    "Appelez le service client, ils ont été très bien avec moi",
    "C'est honteux",
    "Quelqu'un a eu une réponse ?",
    "Courage 💪",
    "Same here, third time this month",
    "They fixed it for me after a call",
    "Not my experience at all, mine was great 👍",
    "Any news on this?",
    "Try R&D's chat <link in bio>",
    "Following"};

}  // namespace sandbox::words
