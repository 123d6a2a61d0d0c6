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

/// Every author once, in the order of their first mention.
std::vector<std::string> handles_in(const std::vector<Mention>& mentions) {
    std::vector<std::string> handles;
    std::unordered_set<std::string> seen;
    for (const Mention& mention : mentions) {
        if (seen.insert(mention.author_id).second) handles.push_back(mention.username);
    }
    return handles;
}

/// ASCII letters of a name, for addresses.
std::string plain(std::string_view name) {
    std::string out;
    for (const char c : maillon::ascii_lower(name)) {
        if (c >= 'a' && c <= 'z') out.push_back(c);
    }
    return out;
}

}  // namespace

std::vector<json::object> invent_contacts(std::size_t count, std::size_t linked,
                                          const std::vector<Mention>& mentions, std::uint64_t seed) {
    Chance chance(seed ^ 0xc0a7ac75U);
    const auto handles = handles_in(mentions);
    linked = std::min({linked, handles.size(), count});
    std::vector<json::object> contacts;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view first = words::kGivenNames[chance.below(words::kGivenNames.size())];
        const std::string_view last = words::kFamilyNames[chance.below(words::kFamilyNames.size())];
        const std::size_t city = chance.below(kCities.size());
        const bool french = city < 3;
        json::object contact{{"first_name", view(first)}, {"last_name", view(last)}};
        contact["email1"] = plain(first) + "." + plain(last) + "." + std::to_string(i) +
                            (french ? "@example.fr" : "@example.org");
        contact["phone_mobile"] = french ? "+336" + chance.digits(8) : "+447" + chance.digits(9);
        contact["primary_address_city"] = view(kCities[city]);
        contact["primary_address_country"] = french ? "FR" : "GB";
        if (i < linked) contact["twitter_c"] = handles[i * handles.size() / linked];
        contacts.push_back(std::move(contact));
    }
    return contacts;
}

}  // namespace sandbox
