#include "contacts.h"

#include "common/ids.h"
#include "core/base/text.h"
#include "words.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace sandbox {
namespace {

constexpr std::array<std::string_view, 6> kCities = {"Lyon", "Nantes", "Paris", "Leeds", "London", "Cardiff"};
using Kind = InventedContact::Kind;

/// Every author once, in the order of their first mention.
std::vector<const Mention*> authors_in(const std::vector<Mention>& mentions) {
    std::vector<const Mention*> authors;
    std::unordered_set<std::string> seen;
    for (const Mention& mention : mentions) {
        if (seen.insert(mention.author_id).second) authors.push_back(&mention);
    }
    return authors;
}

/// ASCII letters of a name, for addresses.
std::string plain(std::string_view name) {
    std::string out;
    for (const char c : maillon::ascii_lower(name)) {
        if (c >= 'a' && c <= 'z') out.push_back(c);
    }
    return out;
}

json::object invent(Chance& chance, std::size_t number) {
    const std::string_view first = words::kGivenNames[chance.below(words::kGivenNames.size())];
    const std::string_view last = words::kFamilyNames[chance.below(words::kFamilyNames.size())];
    const std::size_t city = chance.below(kCities.size());
    const bool french = city < 3;
    json::object contact{{"first_name", view(first)}, {"last_name", view(last)}};
    contact["email1"] = plain(first) + "." + plain(last) + "." + std::to_string(number) +
                        (french ? "@example.fr" : "@example.org");
    contact["phone_mobile"] = french ? "+336" + chance.digits(8) : "+447" + chance.digits(9);
    contact["primary_address_city"] = view(kCities[city]);
    contact["primary_address_country"] = french ? "FR" : "GB";
    return contact;
}

/// Calls the contact like the author; false when the author has no name for that.
bool call_like(json::object& contact, const Mention& author) {
    const auto parting = author.name.rfind(' ');
    if (parting == std::string::npos || parting == 0 || parting + 1 == author.name.size()) return false;
    contact["first_name"] = author.name.substr(0, parting);
    contact["last_name"] = author.name.substr(parting + 1);
    return true;
}

/// A town that is not the author's.
std::string_view elsewhere(const Mention& author) {
    return author.location == kCities[0] ? kCities[1] : kCities[0];
}

}  // namespace

std::vector<InventedContact> invent_contacts(const ContactWish& wish, const std::vector<Mention>& mentions,
                                             std::uint64_t seed) {
    Chance chance(seed ^ 0xc0a7ac75U);
    const auto authors = authors_in(mentions);
    const auto linked = std::min({wish.linked, authors.size(), wish.contacts});
    std::vector<InventedContact> contacts;
    std::unordered_set<const Mention*> taken;
    for (std::size_t i = 0; i < wish.contacts; ++i) {
        contacts.push_back({.fields = invent(chance, i)});
        if (i >= linked) continue;
        const Mention* author = authors[i * authors.size() / linked];
        taken.insert(author);
        contacts.back().kind = Kind::linked;
        contacts.back().author = author->author_id;
        contacts.back().fields["twitter_c"] = author->username;
        call_like(contacts.back().fields, *author);  // else the CRM alone knows what they are called
    }
    std::size_t next = linked, named = 0, namesakes = 0;
    for (const Mention* author : authors) {
        if (taken.contains(author)) continue;
        const bool is_named = named < wish.named && (named <= namesakes || namesakes >= wish.namesakes);
        if (!is_named && namesakes >= wish.namesakes) break;
        if (next == contacts.size()) break;
        InventedContact& contact = contacts[next];
        if (author->location.empty() || !call_like(contact.fields, *author)) continue;
        const std::string_view town = is_named ? std::string_view(author->location) : elsewhere(*author);
        contact.fields["primary_address_city"] = view(town);
        contact.kind = is_named ? Kind::named : Kind::namesake;
        contact.author = author->author_id;
        ++(is_named ? named : namesakes);
        ++next;
    }
    return contacts;
}

}  // namespace sandbox
