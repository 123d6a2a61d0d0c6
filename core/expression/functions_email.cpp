#include "core/base/text.h"
#include "core/base/unicode.h"
#include "core/expression/functions.h"
#include "core/expression/net_address.h"

#include <algorithm>
#include <array>
#include <optional>

namespace maillon::expression {
namespace {

// RFC 5321 section 4.5.3.1; a path of 256 octets holds the brackets too.
constexpr std::size_t kLongestLocal = 64;
constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestLabel = 63;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_high(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

/// RFC 5322 section 3.2.3 `atext`, with RFC 6532 any character beyond ASCII.
bool is_atom(char c) {
    return is_alphanumeric(c) || is_high(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dotted_atom(std::string_view text) {
    bool after_dot = true;
    for (const char c : text) {
        if (c == '.' ? after_dot : !is_atom(c)) return false;
        after_dot = c == '.';
    }
    return !after_dot;
}

/// RFC 5321 section 4.1.2 `Quoted-string`.
bool is_quoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && ++i == text.size()) return false;
        if (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F) return false;
        if (text[i] == '"' && text[i - 1] != '\\') return false;
    }
    return true;
}

/// Letters, digits and inner hyphens (RFC 1123 section 2.1).
bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

/// A name of at least two labels, the last not a number (RFC 3696 section 2).
bool is_host(std::string_view host) {
    std::size_t labels = 1;
    for (std::size_t dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.'), ++labels) {
        if (!is_label(host.substr(0, dot))) return false;
        host.remove_prefix(dot + 1);
    }
    const bool number = std::ranges::all_of(host, [](char c) { return c >= '0' && c <= '9'; });
    return is_label(host) && labels > 1 && !number;
}

/// "[192.0.2.1]" or "[IPv6:2001:db8::1]".
bool is_address_literal(std::string_view domain) {
    if (!domain.starts_with('[') || !domain.ends_with(']')) return false;
    domain = domain.substr(1, domain.size() - 2);
    const bool v6 = ascii_lower(domain.substr(0, 5)) == "ipv6:";
    if (v6) domain.remove_prefix(5);
    const ParsedAddress parsed = parse_ip(domain);
    return parsed.problem.empty() && parsed.address.is_v4() != v6;
}

struct Mailbox {
    std::string local;
    std::string domain;
};

/// What people and headers put around an address: white space, "mailto:", "Name <…>".
std::string_view bare(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const auto trim = [&] {
        text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
        text.remove_suffix(text.size() - std::min(text.find_last_not_of(kSpace) + 1, text.size()));
    };
    trim();
    if (text.ends_with('>')) {
        const std::size_t open = text.rfind('<');
        if (open != std::string_view::npos) text = text.substr(open + 1, text.size() - open - 2);
        trim();
    }
    if (ascii_lower(text.substr(0, 7)) == "mailto:") text = text.substr(7, text.find('?') - 7);
    return text;
}

/// Reads an address; the domain in A-labels and lower case, the local part as written. What is no address
/// gives nothing; `failure` is set when the tables of Unicode are needed and missing, or the budget is used
/// up.
std::optional<Mailbox> read(const Call& call, Value& failure) {
    if (!call.fits({Kind::text})) failure = call.no_overload();
    if (failure.is_error()) return std::nullopt;
    if (!call.frame.charge(1 + call[0].aux() / 5)) failure = call.frame.cost_failure();
    const std::string_view text = bare(call[0].as_text());
    const std::size_t at = text.rfind('@');
    if (failure.is_error() || at == std::string_view::npos || text.size() > 4 * kLongestAddress)
        return std::nullopt;
    Mailbox out{std::string(text.substr(0, at)), ascii_lower(text.substr(at + 1))};
    if (out.local.size() > kLongestLocal || !(is_dotted_atom(out.local) || is_quoted(out.local)))
        return std::nullopt;
    if (std::ranges::any_of(out.domain, is_high)) {
        const Loaded<Unicode>& tables = unicode();
        if (tables.face == nullptr) {
            failure = call.fail("the tables of Unicode are not there", tables.problem);
            return std::nullopt;
        }
        out.domain = tables.face->host_to_ascii(out.domain).value_or("");
    }
    const bool fits = out.local.size() + 1 + out.domain.size() <= kLongestAddress;
    if (!fits || !(is_host(out.domain) || is_address_literal(out.domain))) return std::nullopt;
    return out;
}

Value optional_text(const Call& call, std::string_view text) {
    const Value out = call.text(text);
    return out.is_error() ? out : Value::some(call.frame.arena, out);
}

/// RFC 5321 lets a host tell its local parts apart by case; none does, and people write them in any.
std::string lower_local(std::string_view local) {
    const bool plain = std::ranges::none_of(local, is_high);
    const Unicode* tables = plain ? nullptr : unicode().face;
    return tables == nullptr ? ascii_lower(local) : tables->lower(tables->composed(local));
}

Value normalise(const Call& call) {
    Value failure;
    const auto mailbox = read(call, failure);
    if (failure.is_error()) return failure;
    return mailbox ? optional_text(call, lower_local(mailbox->local) + "@" + mailbox->domain) : Value::none();
}

Value domain(const Call& call) {
    Value failure;
    const auto mailbox = read(call, failure);
    if (failure.is_error()) return failure;
    return mailbox ? optional_text(call, mailbox->domain) : Value::none();
}

Value is_valid(const Call& call) {
    Value failure;
    const auto mailbox = read(call, failure);
    return failure.is_error() ? failure : Value::boolean(mailbox.has_value());
}

/// The mailboxes of RFC 2142, and those that companies commonly give to a function instead of a person.
constexpr auto kRoles = std::to_array<std::string_view>({"abuse",         "accounting",
                                                         "accounts",      "accueil",
                                                         "admin",         "administrator",
                                                         "billing",       "bonjour",
                                                         "bounce",        "bounces",
                                                         "careers",       "contact",
                                                         "do-not-reply",  "donotreply",
                                                         "enquiries",     "feedback",
                                                         "ftp",           "hello",
                                                         "help",          "helpdesk",
                                                         "hostmaster",    "hr",
                                                         "info",          "inquiries",
                                                         "invoices",      "jobs",
                                                         "kontakt",       "legal",
                                                         "mailer-daemon", "marketing",
                                                         "media",         "news",
                                                         "newsletter",    "no-reply",
                                                         "noc",           "noreply",
                                                         "notification",  "notifications",
                                                         "office",        "orders",
                                                         "postmaster",    "press",
                                                         "privacy",       "reception",
                                                         "recruitment",   "root",
                                                         "sales",         "sav",
                                                         "security",      "service",
                                                         "support",       "team",
                                                         "usenet",        "uucp",
                                                         "webmaster",     "www"});
static_assert(std::ranges::is_sorted(kRoles));

Value is_role(const Call& call) {
    Value failure;
    const auto mailbox = read(call, failure);
    if (failure.is_error()) return failure;
    if (!mailbox) return Value::boolean(false);
    const std::string local = ascii_lower(mailbox->local);
    return Value::boolean(
        std::ranges::binary_search(kRoles, std::string_view(local).substr(0, local.find('+'))));
}

using enum FunctionRow::Style;
constexpr std::array kRows{
    FunctionRow{"email.normalise", global, 1, 1, normalise, "(string) -> optional(string)"},
    FunctionRow{"email.domain", global, 1, 1, domain, "(string) -> optional(string)"},
    FunctionRow{"email.isValid", global, 1, 1, is_valid, "(string) -> bool"},
    FunctionRow{"email.isRole", global, 1, 1, is_role, "(string) -> bool"},
};

}  // namespace

std::span<const FunctionRow> email_functions() {
    return kRows;
}

}  // namespace maillon::expression
