#include "core/match/normalise/email.h"

#include "core/base/text.h"
#include "core/base/unicode.h"
#include "core/match/normalise/fold.h"
#include "core/match/normalise/placeholder.h"
#include "core/match/normalise/word_list.h"

#include <algorithm>
#include <array>
#include <utility>

namespace maillon::match {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// "Anne <mailto:anne@example.org>" → what stands between the brackets; without what surrounds it.
std::string_view bare(std::string_view text) {
    if (const auto open = text.rfind('<');
        open != std::string_view::npos && text.find('>', open) != std::string_view::npos) {
        text = text.substr(open + 1, text.find('>', open) - open - 1);
    }
    while (!text.empty() && (is_space(text.front()) || text.front() == '\'' || text.front() == '"'))
        text.remove_prefix(1);
    while (!text.empty() && (is_space(text.back()) || text.back() == '\'' || text.back() == '"' ||
                             text.back() == '.' || text.back() == ',' || text.back() == ';')) {
        text.remove_suffix(1);
    }
    if (ascii_lower(text.substr(0, 7)) == "mailto:") text = text.substr(7, text.find('?') - 7);
    return text;
}

bool is_local(std::string_view local) {
    if (local.empty() || local.size() > 64 || local.front() == '.') return false;
    return std::ranges::all_of(local, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != '@' && c != '<' && c != '>' && c != ',' &&
               c != ';' && c != ':' && c != '"' && c != 0x7F;
    });
}

std::optional<std::string> ascii_domain(std::string_view domain) {
    const bool plain = std::ranges::all_of(domain, [](char c) { return static_cast<signed char>(c) >= 0; });
    if (plain) return ascii_lower(domain);
    const Unicode* tables = unicode().face;
    return tables != nullptr && is_utf8(domain) ? tables->host_to_ascii(domain) : std::nullopt;
}

bool is_domain(std::string_view domain) {
    const auto dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 2 >= domain.size()) return false;
    if (domain.front() == '-' || domain.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(domain, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

/// The domain of the mailbox: names that lead to one service are one.
std::string_view service(std::string_view domain) {
    if (domain == "googlemail.com") return "gmail.com";
    if (domain == "protonmail.com" || domain == "pm.me" || domain == "protonmail.ch") return "proton.me";
    return domain;
}

bool ignores_dots(std::string_view domain) {
    return domain == "gmail.com";
}

bool has_tags(std::string_view domain) {
    constexpr WordList kTagged(
        {"fastmail.com", "fastmail.fm", "gmail.com", "icloud.com", "mac.com", "me.com", "proton.me"});
    if (kTagged.has(domain)) return true;
    const auto name = domain.substr(0, domain.find('.'));
    return name == "outlook" || name == "hotmail" || name == "live" || domain == "msn.com";
}

bool is_private_provider(std::string_view domain) {
    constexpr WordList kNames(
        {"aim",         "aliceadsl", "aol",      "bbox",    "bluewin", "bol",        "btinternet",
         "comcast",     "cox",       "fastmail", "free",    "freenet", "gmail",      "gmx",
         "hotmail",     "icloud",    "inbox",    "laposte", "libero",  "live",       "mac",
         "mail",        "mailo",     "me",       "msn",     "naver",   "neuf",       "noos",
         "numericable", "orange",    "outlook",  "proton",  "qq",      "rediffmail", "rocketmail",
         "sfr",         "skynet",    "t-online", "telenet", "uol",     "verizon",    "videotron",
         "virgilio",    "wanadoo",   "web",      "yahoo",   "yandex",  "ymail",      "zoho"});
    constexpr WordList kEndings({"be",     "ca",     "ch",     "cn",     "co.in", "co.jp", "co.uk", "com",
                                 "com.ar", "com.au", "com.br", "com.mx", "de",    "es",    "fr",    "in",
                                 "it",     "me",     "net",    "nl",     "no",    "pt",    "ru",    "se"});
    const auto dot = domain.find('.');
    return kNames.has(domain.substr(0, dot)) && kEndings.has(domain.substr(dot + 1));
}

bool is_role(std::string_view local) {
    constexpr WordList kRoles({"abuse",
                               "accounting",
                               "accounts",
                               "accueil",
                               "achats",
                               "adm",
                               "admin",
                               "administration",
                               "agence",
                               "billing",
                               "booking",
                               "bonjour",
                               "boutique",
                               "bureau",
                               "careers",
                               "comercial",
                               "commande",
                               "commercial",
                               "communication",
                               "compta",
                               "comptabilite",
                               "contact",
                               "contacto",
                               "customer",
                               "customerservice",
                               "devis",
                               "direction",
                               "donotreply",
                               "dpo",
                               "enquiries",
                               "equipe",
                               "facturation",
                               "finance",
                               "hello",
                               "help",
                               "helpdesk",
                               "hola",
                               "hr",
                               "info",
                               "infos",
                               "inquiries",
                               "it",
                               "jobs",
                               "kontakt",
                               "legal",
                               "mail",
                               "mailer daemon",
                               "marketing",
                               "marketing communication",
                               "media",
                               "newsletter",
                               "no reply",
                               "noreply",
                               "notifications",
                               "office",
                               "orders",
                               "postmaster",
                               "presse",
                               "press",
                               "privacy",
                               "rdv",
                               "reception",
                               "recrutement",
                               "reservation",
                               "reservations",
                               "rgpd",
                               "rh",
                               "root",
                               "sales",
                               "sav",
                               "secretariat",
                               "security",
                               "service",
                               "service client",
                               "serviceclient",
                               "shop",
                               "staff",
                               "standard",
                               "support",
                               "team",
                               "vente",
                               "ventes",
                               "verkauf",
                               "web",
                               "webmaster"});
    // "noreply-42", "no-reply+fr"
    constexpr auto kSilent = std::to_array<std::string_view>(
        {"noreply", "no reply", "donotreply", "do not reply", "nepasrepondre", "ne pas repondre"});
    return kRoles.has(local) ||
           std::ranges::any_of(kSilent, [&](auto word) { return local.starts_with(word); });
}

bool is_nobody(std::string_view local, std::string_view domain) {
    constexpr WordList kNobody({"anonymous", "fake", "na", "no", "no email", "noemail", "nomail", "none",
                                "nospam", "test", "test test", "unknown"});
    if (domain == "example.com" || domain == "example.org" || domain == "example.net" ||
        domain == "test.com" || domain == "test.fr" || domain.ends_with(".invalid") ||
        domain.ends_with(".test") || domain.ends_with(".example")) {
        return true;
    }
    return kNobody.has(local) || (is_placeholder(local) && local != "user");
}

/// The words of a folded local part; runs of digits are words of their own and do not count.
std::vector<std::string> local_words(std::string_view plain) {
    std::vector<std::string> out;
    for (const auto word : words(plain)) {
        std::string letters;
        for (const char c : word) {
            if (c < '0' || c > '9') {
                letters += c;
            } else if (!letters.empty()) {
                out.push_back(std::exchange(letters, {}));
            }
        }
        if (!letters.empty()) out.push_back(std::move(letters));
    }
    return out;
}

}  // namespace

std::optional<Email> email(std::string_view text) {
    text = bare(text);
    if (text.size() > 254) return std::nullopt;
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return std::nullopt;
    auto domain = ascii_domain(text.substr(at + 1));
    if (!domain || !is_local(text.substr(0, at)) || !is_domain(*domain)) return std::nullopt;
    Email out;
    out.local = ascii_lower(text.substr(0, at));
    out.domain = service(*domain);
    std::string_view box = out.local;
    if (has_tags(out.domain) && box.find('+') != 0) box = box.substr(0, box.find('+'));
    const std::string plain = folded(box);
    if (is_nobody(plain, out.domain)) return std::nullopt;
    const auto tag = box.find('+', 1);
    const std::string untagged = tag == box.npos ? plain : folded(box.substr(0, tag));
    out.local_words = local_words(untagged);
    out.local_compact = compact(untagged);
    std::string mailbox(box);
    if (ignores_dots(out.domain)) std::erase(mailbox, '.');
    out.key = mailbox + '@' + out.domain;
    out.is_role = is_role(plain);
    out.is_private_provider = is_private_provider(out.domain);
    return out;
}

}  // namespace maillon::match
