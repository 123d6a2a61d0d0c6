#pragma once
#include "maillon/sdk.hpp"

namespace maillon::language {

/// A processor that says which language an event's text is written in. No state, no I/O.
class Language {
public:
    static constexpr Info info{"language",
                               "Language",
                               "1.0.0",
                               "Maillon",
                               "Says which language a text is written in",
                               "plugins/language/README.md",
                               MAILLON_CAP_CONCURRENT};
    static Schema schema();
    static Operations operations();

    Language(Host host, const json::object& config);

    /// {language, confidence, reliable}
    json::value process(const Call& event) const;

private:
    std::vector<std::string> languages_{};  ///< empty: all
    double min_confidence_ = 0;
    std::vector<std::string> path_{};  ///< of the text within the body
};

}  // namespace maillon::language
