#include "maillon/sdk.hpp"

namespace maillon::sample {

/// Only describes an event, so that the checker has fields to judge by.
class Shop {
public:
    static constexpr Info info{"shop", "Shop", "1.0.0", "Tests", "For the tests of the command line",
                               "",     0,      1};

    static Schema schema() { return {}; }
    static EventTypes events() {
        return EventTypes().type(
            "order.placed", "Somebody has ordered",
            json::object{{"type", "object"},
                         {"required", json::array{"number"}},
                         {"properties", json::object{{"number", json::object{{"type", "string"}}},
                                                     {"total", json::object{{"type", "number"}}}}}});
    }

    Shop(Host, const json::object&) {}
    void check(Deadline) {}
    PollHint poll(const PollRequest&, Emitter&) { return {}; }
};

}  // namespace maillon::sample

MAILLON_MODULE(maillon::sample::Shop)
