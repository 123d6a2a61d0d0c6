#include "maillon/sdk.hpp"

namespace maillon::sample {

/// A channel: brings messages, knows no records.
class Talk {
public:
    static constexpr Info info{"talk", "Talk", "1.0.0", "Tests", "A channel", "https://example.com/docs",
                               0,      1};
    static Schema schema() { return {}; }
    static EventTypes events() {
        return EventTypes().type("message.received", "A message came", json::object{{"type", "object"}});
    }
    Talk(Host, const json::object&) {}
    void connect(Deadline) {}
    PollHint poll(const PollRequest&, Emitter&) { return {}; }
};

}  // namespace maillon::sample

MAILLON_MODULE(maillon::sample::Talk)
