#pragma once

#include "core/match/normalise/handle.h"

#include <optional>
#include <string>
#include <string_view>

namespace maillon::match {

/// A link of the web, read for comparing.
struct Link {
    std::string key{};                ///< host and path: no scheme, no "www.", no tracking, no trailing slash
    std::string host{};               ///< A-labels, lower case, without "www."
    std::optional<Handle> profile{};  ///< when it is the address of somebody's profile on a network we know
    bool is_shortener = false;        ///< bit.ly, linktr.ee …: says nothing about the target's host
};

/// Reads a link with or without its scheme. Nothing when it is no http(s) link to a named host, is longer
/// than 2000 bytes, or is a placeholder (example.com, localhost).
std::optional<Link> link(std::string_view text);

}  // namespace maillon::match
