#pragma once

#include <string>
#include <string_view>

namespace maillon::match {

/// A city for comparing: folded, without country, region, post code and district ("75011 Paris, France" →
/// "paris", "Lyon 3e" → "lyon", "St-Étienne" → "saint etienne"), under its usual name ("Bruxelles" and
/// "Brussels", "Genève" and "Geneva" are one). Empty for what names no city: a country, "Earth", "🌍".
std::string city(std::string_view text);

/// A company for comparing: folded, legal forms (SA, SARL, GmbH, Ltd, …), "the", "groupe" and the like off;
/// never empty unless the text is. "Société Générale S.A." → "societe generale".
std::string company(std::string_view text);

}  // namespace maillon::match
