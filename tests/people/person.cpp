#include "person.h"

#include <cstdio>
#include <functional>
#include <unordered_set>

namespace people {
namespace {

std::string digits(Chance& chance, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += static_cast<char>('0' + chance.below(10));
    return out;
}

std::string domain_of(std::string_view company) {
    return plain(company) + ".fr";
}

std::string_view provider(Chance& chance) {
    constexpr std::string_view kProviders[] = {
        "gmail.com", "gmail.com",   "gmail.com", "orange.fr",  "hotmail.fr", "yahoo.fr", "wanadoo.fr",
        "free.fr",   "laposte.net", "sfr.fr",    "outlook.fr", "icloud.com", "live.fr"};
    return chance.of(kProviders);
}

/// "anne.martin@…" becomes "anne.martin4711@…".
std::string with_digits(std::string address, std::uint64_t number) {
    return address.insert(address.find('@'), std::to_string(number));
}

}  // namespace

std::string mailbox(Chance& chance, const Person& person) {
    const std::string given = plain(person.name.given), family = plain(person.name.family);
    const std::string number = chance.one_in(0.5) ? digits(chance, 2) : std::to_string(person.born);
    std::string local;
    switch (chance.below(9)) {
        case 0:
        case 1: local = given + "." + family; break;
        case 2: local = given + family; break;
        case 3: local = given.substr(0, 1) + family; break;
        case 4: local = given + "_" + family; break;
        case 5: local = given + number; break;
        case 6: local = given + "." + family + number; break;
        case 7: local = family + "." + given; break;
        default: local = plain(hobby(chance)).substr(0, 4) + digits(chance, 4);
    }
    local = plain(local).empty() ? "p" + digits(chance, 6) : local;
    return local + "@" + std::string(provider(chance));
}

std::string handle_of(Chance& chance, const Person& person) {
    const std::string given = plain(person.name.given), family = plain(person.name.family);
    switch (chance.below(9)) {
        case 0: return given + "." + family;
        case 1: return given + family;
        case 2: return given.substr(0, 1) + family;
        case 3: return given + "_" + family;
        case 4: return given + std::to_string(person.born);
        case 5: return given + "." + std::string(plain(hobby(chance)));
        case 6: return "thereal" + given;
        case 7: return family + given + digits(chance, 2);
        default: return std::string(plain(hobby(chance))) + "_" + digits(chance, 5);
    }
}

std::uint64_t recompressed(Chance& chance, std::uint64_t picture) {
    for (int bits = chance.between(0, 5); bits > 0; --bits) picture ^= std::uint64_t{1} << chance.below(64);
    return picture;
}

std::string hex(std::uint64_t value) {
    char out[17];
    std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(value));
    return out;
}

Chance Population::chance(std::uint64_t number, std::uint64_t purpose) const {
    Chance mix(seed_ ^ number * 0xD1342543DE82EF95u ^ purpose << 56);
    return Chance(mix.next());
}

Person Population::own(std::uint64_t number) const {
    Chance chance = this->chance(number, 1);
    Person out;
    out.name = invented_name(chance);
    out.born = chance.between(1945, 2004);
    out.city = city(chance);
    if (chance.one_in(0.7)) {
        // Firms are of all sizes: some hundred people share the largest.
        Chance firm = this->chance(chance.ranked(200'000, 0.5), 2);
        out.company = company(firm);
        out.line = "1" + digits(firm, 8);
    }
    out.job = job(chance, out.name.is_female);
    out.mobile = (chance.one_in(0.7) ? "6" : "7") + digits(chance, 8);
    if (out.line.empty() || chance.one_in(0.7))
        out.line = std::to_string(chance.between(1, 5)) + digits(chance, 8);
    out.email = mailbox(chance, out);
    if (!out.company.empty() && chance.one_in(0.4)) {
        out.other_email = out.email;
        out.email = plain(out.name.given) + "." + plain(out.name.family) + "@" + domain_of(out.company);
    } else if (chance.one_in(0.2)) {
        out.other_email = mailbox(chance, out);
    }
    if (number < is_late_.size() && is_late_[number]) {
        out.email = with_digits(out.email, number);
        if (!out.other_email.empty()) out.other_email = with_digits(out.other_email, number);
    }
    out.handle = handle_of(chance, out);
    if (chance.one_in(0.06))
        out.website = "https://" + plain(out.name.given) + plain(out.name.family) + digits(chance, 2) + ".fr";
    if (chance.one_in(0.9)) out.picture = chance.next();
    return out;
}

void Population::give_out_addresses(std::uint64_t count) {
    is_late_.clear();
    std::vector<bool> is_late(count, false);
    std::unordered_set<std::size_t> given;
    given.reserve(count);
    for (std::uint64_t number = 0; number < count; ++number) {
        const Person one = own(number);
        const bool is_first = given.insert(std::hash<std::string>{}(one.email)).second;
        const bool is_only =
            one.other_email.empty() || given.insert(std::hash<std::string>{}(one.other_email)).second;
        is_late[number] = !is_first || !is_only;
    }
    is_late_ = std::move(is_late);
}

Person Population::person(std::uint64_t number) const {
    Person out = own(number);
    Chance chance = this->chance(number, 3);
    if (number < 100 || !chance.one_in(0.12)) return out;
    const Person other = own(chance.below(number));
    const double how = chance.share();
    if (how < 0.35) {  // a namesake
        out.name.given = other.name.given;
        out.name.family = other.name.family;
        out.name.is_female = other.name.is_female;
        if (chance.one_in(0.3)) out.city = other.city;
    } else if (how < 0.40) {  // father and son of one name, under one roof
        const int years = chance.between(22, 38);
        out = other;
        out.is_son = true;
        out.born = other.born + years;
        out.mobile = "7" + digits(chance, 8);
        out.email = mailbox(chance, out);
        out.handle = handle_of(chance, out);
        out.company.clear();
        out.picture = chance.next();
    } else if (how < 0.75) {  // a relative: family name, roof and line, at times the mailbox
        out.name.family = other.name.family;
        out.name.origin = other.name.origin;
        out.name.given = given_name(chance, out.name.origin, out.name.is_female);
        out.city = other.city;
        out.line = other.line;
        if (chance.one_in(0.4))
            out.email = plain(other.name.family) + ".famille@" + std::string(provider(chance));
        if (chance.one_in(0.3)) out.email = other.email;
    } else if (how < 0.85) {  // got the number that another gave up
        out.mobile = other.mobile;
    } else if (how < 0.95) {  // writes from the desk
        out.company = other.company.empty() ? company(chance) : other.company;
        constexpr std::string_view kDesks[] = {"contact", "info", "accueil", "bonjour", "commercial"};
        out.email = std::string(chance.of(kDesks)) + "@" + domain_of(out.company);
    } else {
        out.picture = kDefaultPicture;
    }
    if (how >= 0.35) out.handle = handle_of(chance, out);
    return out;
}

}  // namespace people
