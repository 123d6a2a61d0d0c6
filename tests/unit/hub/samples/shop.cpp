#include "maillon/sdk.hpp"

namespace maillon::sample {

/// A CRM that gives away what its host gave it: the subject of the tests of the instances.
class Shop {
public:
    static constexpr Info info{"shop", "Shop", "1.0.0", "Tests", "A CRM", "https://example.com/docs", 0, 1};

    static Schema schema() {
        return Schema()
            .url("url", "Where it is")
            .url("files", "Where its files are", "https://files.test:8443/x")
            .text("note", "Any text", "https://not-marked.test")
            .secret("token", "Its token");
    }
    static Operations operations() {
        return Operations().add(
            {"ask", "Ask for something", Schema().text("what", "What").text("with", "With", "")});
    }

    Shop(Host host, const json::object& config) : host_(host), config_(config) {
        if (config_.at("note").as_string() == "refuse") throw Failure(Code::config, "/note is not polite");
    }

    void connect(Deadline) {}
    bool read_directory(const DirectoryRequest&, Emitter&) { return true; }
    Outcome deliver(const Call& call) {
        const std::string what(call.arguments().at("what").as_string());
        const std::string with(call.arguments().at("with").as_string());
        if (what == "config") return done(config_);
        if (what == "secret") return done(json::value(host_.secret(with)));
        if (what == "store") host_.store_secret("token", with);
        if (what == "say") host_.info("said", {{"what", with}});
        if (what == "endpoint") return done(json::value(host_.endpoint(with)));
        if (what == "budget") host_.budget("posts", 90, 120, 1'000);
        if (what == "fetch")
            return done(json::value(host_.send({"GET", with, {}, ""}, call_deadline()).status));
        return done({});
    }

private:
    Deadline call_deadline() const { return {host_.monotonic_ms() + 1'000}; }

    Host host_;
    json::object config_;
};

}  // namespace maillon::sample

MAILLON_MODULE(maillon::sample::Shop)
