#include "maillon/sdk.hpp"

namespace maillon::sample {

/// A processor and nothing else.
class Words {
public:
    static constexpr Info info{"words", "Words", "1.0.0", "Tests", "Counts words", "https://example.com/docs",
                               0,       1};
    static Schema schema() { return {}; }
    Words(Host, const json::object&) {}
    json::value process(const Call&) { return json::object{{"words", 1}}; }
};

}  // namespace maillon::sample

MAILLON_MODULE(maillon::sample::Words)
