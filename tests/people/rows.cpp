#include "rows.h"

#include <algorithm>
#include <initializer_list>

namespace people {
namespace {

/// A French number as people write it.
std::string written(Chance& chance, const std::string& number) {
    const auto pairs = [&](const char* between) {
        std::string out = "0" + number.substr(0, 1);
        for (std::size_t i = 1; i < number.size(); i += 2) (out += between) += number.substr(i, 2);
        return out;
    };
    switch (chance.below(5)) {
        case 0: return pairs(" ");
        case 1: return pairs(".");
        case 2: return pairs("");
        case 3: return "+33 " + number;
        default: return "+33" + number;
    }
}

std::string date(Chance& chance, int year) {
    char out[16];
    std::snprintf(out, sizeof out, "%04d-%02d-%02d", year, chance.between(1, 12), chance.between(1, 28));
    return out;
}

/// What happens to a name on its way into a CRM.
void enter_name(Chance& chance, const Person& person, Contact& row) {
    row.first = person.name.given;
    row.last = person.name.family;
    const double how = chance.share();
    if (how < 0.10)
        row.last = upper(row.last);
    else if (how < 0.16)
        row.first = without_accents(row.first), row.last = without_accents(row.last);
    else if (how < 0.18)
        row.last = mistyped(chance, row.last);
    else if (how < 0.195)
        row.first = mistyped(chance, row.first);
    else if (how < 0.21)
        std::swap(row.first, row.last);
    else if (how < 0.24)
        row.first.clear();
    else if (how < 0.26)
        row.first = short_form(chance, row.first);
    else if (how < 0.28)
        row.first = other_spelling(chance, row.first);
    if (person.is_son && chance.one_in(0.4)) row.last += " Jr";
}

std::string shown_name(Chance& chance, const Person& person) {
    std::string given = person.name.given, family = person.name.family;
    if (chance.one_in(0.16)) given = short_form(chance, given);
    if (chance.one_in(0.25)) {
        given = other_spelling(chance, given);
        family = other_spelling(chance, family);
    }
    if (chance.one_in(0.12)) given = without_accents(given), family = without_accents(family);
    if (chance.one_in(0.02)) family = mistyped(chance, family);
    const double how = chance.share();
    if (how < 0.70) return given + " " + family;
    if (how < 0.78) return given + " " + first_letter(without_accents(family)) + ".";
    if (how < 0.82) return given;
    if (how < 0.86) return upper(family) + " " + given;
    if (how < 0.89) return family + " " + given;
    if (how < 0.91) return upper(given + " " + family);
    if (how < 0.95) return given + " " + family + (chance.one_in(0.5) ? " 🇫🇷" : " ✨");
    if (how < 0.965) return given + " de " + person.city;
    if (how < 0.98) return given + " " + family + (chance.one_in(0.5) ? ", PhD" : " | Coach");
    return person.handle;
}

std::string biography(Chance& chance, const Person& person, bool& tells_company) {
    const std::string work(person.company.empty() ? "freelance" : person.company);
    switch (chance.below(7)) {
        case 0: tells_company = true; return std::string(person.job) + " @ " + work;
        case 1: tells_company = true; return work + " · " + std::string(person.job);
        case 2: return std::string(person.job) + " | " + person.city;
        case 3: return std::string(hobby(chance)) + " ☕ " + person.city;
        case 4: return "Passionné de " + std::string(hobby(chance));
        case 5: return "Papa de 2 enfants, " + std::string(hobby(chance));
        default: return {};
    }
}

std::string_view network(Chance& chance) {
    const double share = chance.share();
    if (share < 0.33) return "facebook";
    if (share < 0.55) return "instagram";
    if (share < 0.75) return "x";
    return share < 0.92 ? "linkedin" : "whatsapp";
}

std::string_view language(Origin origin) {
    constexpr std::string_view kLanguages[] = {"fr", "ar", "en", "es", "de", "ru", "it", "en"};
    return kLanguages[static_cast<std::size_t>(origin)];
}

void cell(std::FILE* out, std::string_view text, char end) {
    if (text.find_first_of(",\"\n") == std::string_view::npos) {
        std::fwrite(text.data(), 1, text.size(), out);
    } else {
        std::fputc('"', out);
        for (const char c : text) {
            if (c == '"') std::fputc('"', out);
            std::fputc(c, out);
        }
        std::fputc('"', out);
    }
    std::fputc(end, out);
}

void line(std::FILE* out, std::initializer_list<std::string_view> cells) {
    std::size_t left = cells.size();
    for (const auto text : cells) cell(out, text, --left == 0 ? '\n' : ',');
}

bool same_picture(const std::string& a, const std::string& b, std::uint64_t picture) {
    return picture != 0 && picture != kDefaultPicture && !a.empty() && !b.empty() &&
           a != hex(kDefaultPicture) && b != hex(kDefaultPicture);
}

/// The name's letters are those of the person, as far as both rows show them.
bool shows_name(const Person& person, const Contact& contact, const Profile& profile) {
    const std::string shown = plain(profile.shown), family = plain(person.name.family);
    const std::string held = plain(contact.first) + plain(contact.last);
    return shown.find(family) != std::string::npos && held.find(family) != std::string::npos &&
           shown.find(plain(person.name.given)) != std::string::npos &&
           held.find(plain(person.name.given)) != std::string::npos;
}

}  // namespace

Contact contact_of(Chance& chance, const Person& person, std::string id) {
    Contact row;
    row.id = std::move(id);
    enter_name(chance, person, row);
    if (chance.one_in(0.79)) row.email = person.email;
    if (!row.email.empty() && chance.one_in(0.25)) row.email2 = person.other_email;
    if (chance.one_in(0.70)) row.phone = written(chance, chance.one_in(0.75) ? person.mobile : person.line);
    if (chance.one_in(0.01)) row.phone = "0000000000";
    if (chance.one_in(0.005)) row.email = "noemail@" + std::string(plain(person.city)) + ".fr";
    if (chance.one_in(0.75)) row.company = person.company;
    if (!row.company.empty() && chance.one_in(0.15)) row.company += chance.one_in(0.5) ? " SARL" : " SAS";
    if (chance.one_in(0.5)) row.job = person.job;
    if (chance.one_in(0.72)) row.city = chance.one_in(0.92) ? person.city : city(chance);  // moved since
    if (chance.one_in(0.23)) row.birth_date = date(chance, person.born);
    if (chance.one_in(0.7)) row.website = person.website;
    if (chance.one_in(0.2) && person.picture != 0) row.photo = hex(recompressed(chance, person.picture));
    if (chance.one_in(0.037)) row.handle = std::string(network(chance)) + ":" + person.handle;
    return row;
}

Profile profile_of(Chance& chance, const Person& person, std::string id) {
    Profile row;
    row.id = std::move(id);
    row.network = network(chance);
    row.handle = chance.one_in(0.7) ? person.handle : handle_of(chance, person);
    row.shown = shown_name(chance, person);
    bool tells_company = false;
    row.bio = biography(chance, person, tells_company);
    if (chance.one_in(0.55)) {
        row.place = chance.one_in(0.9) ? person.city : city(chance);
        if (chance.one_in(0.2)) row.place = foreign_name_of(row.place);
        if (chance.one_in(0.2)) row.place += ", France";
    }
    if (!person.website.empty() && chance.one_in(0.6))
        row.link = person.website + (chance.one_in(0.3) ? "/?utm_source=" + row.network : "");
    if (chance.one_in(0.13)) row.email = chance.one_in(0.8) ? person.email : person.other_email;
    if (!row.email.empty() && chance.one_in(0.1)) row.email = mailbox(chance, person);
    if (row.network == "whatsapp" || chance.one_in(0.06)) row.phone = "+33" + person.mobile;
    if (chance.one_in(0.92)) {
        // Most show another picture here than the CRM has.
        const std::uint64_t own = chance.one_in(0.35) ? person.picture : chance.next();
        row.avatar = hex(chance.one_in(0.06) || own == 0 ? kDefaultPicture : recompressed(chance, own));
        if (own != person.picture && person.picture != 0 && row.avatar != hex(kDefaultPicture))
            row.avatar = hex(own);
    }
    if (chance.one_in(0.5)) row.lang = language(person.name.origin);
    return row;
}

std::string evidence(const Person& person, const Contact& contact, const Profile& profile) {
    std::string out;
    const auto add = [&](std::string_view what) { (out += out.empty() ? "" : "|") += what; };
    if (!profile.email.empty() && (profile.email == contact.email || profile.email == contact.email2))
        add("email");
    std::string digits;
    for (const char c : contact.phone) {
        if (c >= '0' && c <= '9') digits += c;
    }
    if (!profile.phone.empty() && digits.ends_with(person.mobile)) add("phone");
    if (contact.handle == profile.network + ":" + profile.handle) add("handle");
    if (!profile.link.empty() && !contact.website.empty()) add("link");
    if (same_picture(contact.photo, profile.avatar, person.picture)) {
        const auto a = std::stoull(contact.photo, nullptr, 16), b = std::stoull(profile.avatar, nullptr, 16);
        if (__builtin_popcountll(a ^ b) <= 10) add("avatar");
    }
    if (contact.email.substr(0, contact.email.find('@')) == profile.handle) add("mailbox=handle");
    if (shows_name(person, contact, profile)) {
        const bool city =
            !contact.city.empty() && contact.city == person.city && profile.place.starts_with(person.city);
        const bool company =
            !contact.company.empty() && profile.bio.find(person.company) != std::string::npos;
        add(city ? "name+city" : company ? "name+company" : "name");
    }
    return out.empty() ? "weak" : out;
}

void write(std::FILE* out, const Contact& r) {
    line(out, {r.id, r.first, r.last, r.email, r.email2, r.phone, r.company, r.job, r.city, r.birth_date,
               r.website, r.photo, r.handle});
}

void write(std::FILE* out, const Profile& r) {
    line(out,
         {r.id, r.network, r.handle, r.shown, r.bio, r.place, r.link, r.email, r.phone, r.avatar, r.lang});
}

}  // namespace people
