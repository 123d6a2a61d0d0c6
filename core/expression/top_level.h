#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace maillon::expression {

/// Country codes, two letters each.
inline constexpr std::string_view kCountries =
    "acadaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjbmbnbobrbsbtbwbybzcacccdcfcgchcickclcmcncocrcucvcwcx"
    "cyczdedjdk"
    "dmdodzeceeegereseteufifjfkfmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqirisitje"
    "jmjojpkekg"
    "khkikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnr"
    "nunzompape"
    "pfpgphpkplpmpnprpsptpwpyqarerorsrurwsasbscsdsesgshsiskslsmsnsosrssstsusvsxsysz"
    "tctdtftgthtjtktltmtntotrtttvtwtzuaugukusuyuzvavcvevgvivnvuwfwsyeytzazmzw";
static_assert(kCountries.size() % 2 == 0);

inline constexpr auto kGeneric = std::to_array<std::string_view>(
    {"academy",     "agency",      "app",           "art",          "audio",       "bank",       "bar",
     "bargains",    "beauty",      "beer",          "best",         "bike",        "bio",        "biz",
     "blog",        "bond",        "boutique",      "build",        "business",    "cafe",       "cam",
     "camera",      "care",        "careers",       "cash",         "cat",         "center",     "chat",
     "city",        "cloud",       "club",          "codes",        "coffee",      "college",    "com",
     "community",   "company",     "computer",      "construction", "consulting",  "coop",       "cool",
     "coupons",     "credit",      "cricket",       "dance",        "date",        "dating",     "deals",
     "delivery",    "design",      "dev",           "digital",      "direct",      "directory",  "dog",
     "domains",     "download",    "earth",         "edu",          "education",   "email",      "energy",
     "engineering", "enterprises", "equipment",     "estate",       "events",      "exchange",   "expert",
     "express",     "faith",       "family",        "fans",         "farm",        "fashion",    "film",
     "finance",     "financial",   "fish",          "fit",          "fitness",     "flights",    "florist",
     "foundation",  "fun",         "fund",          "furniture",    "futbol",      "gallery",    "game",
     "games",       "garden",      "gift",          "gifts",        "glass",       "global",     "gmbh",
     "gold",        "golf",        "gov",           "graphics",     "gratis",      "green",      "group",
     "guide",       "guru",        "health",        "help",         "host",        "hotel",      "hosting",
     "house",       "icu",         "immo",          "industries",   "info",        "ink",        "institute",
     "insure",      "int",         "international", "jewelry",      "jobs",        "kim",        "kitchen",
     "land",        "law",         "lease",         "legal",        "life",        "lighting",   "limited",
     "link",        "live",        "loan",          "lol",          "love",        "ltd",        "management",
     "market",      "marketing",   "media",         "men",          "mil",         "mobi",       "money",
     "museum",      "name",        "net",           "network",      "news",        "ngo",        "ninja",
     "one",         "online",      "org",           "page",         "paris",       "partners",   "parts",
     "party",       "pet",         "photo",         "photography",  "photos",      "pics",       "pizza",
     "plus",        "post",        "press",         "pro",          "productions", "properties", "pub",
     "quebec",      "racing",      "recipes",       "rent",         "rentals",     "repair",     "report",
     "restaurant",  "review",      "reviews",       "rocks",        "run",         "sale",       "school",
     "science",     "security",    "services",      "shoes",        "shop",        "shopping",   "show",
     "site",        "ski",         "social",        "software",     "solar",       "solutions",  "space",
     "sport",       "store",       "stream",        "studio",       "style",       "supplies",   "supply",
     "support",     "systems",     "tax",           "taxi",         "team",        "tech",       "technology",
     "tel",         "tennis",      "tickets",       "tienda",       "tips",        "today",      "tools",
     "top",         "tours",       "town",          "toys",         "trade",       "training",   "travel",
     "tube",        "university",  "vacations",     "ventures",     "video",       "vin",        "vip",
     "vision",      "voyage",      "watch",         "webcam",       "website",     "wiki",       "win",
     "wine",        "work",        "works",         "world",        "wtf",         "xyz",        "yoga",
     "zone"});

/// `label` in lower-case ASCII.
inline bool is_top_level(std::string_view label) {
    if (label.size() == 2) {
        for (std::size_t i = 0; i < kCountries.size(); i += 2)
            if (kCountries.substr(i, 2) == label) return true;
        return false;
    }
    return label.starts_with("xn--") || std::find(kGeneric.begin(), kGeneric.end(), label) != kGeneric.end();
}

}  // namespace maillon::expression
