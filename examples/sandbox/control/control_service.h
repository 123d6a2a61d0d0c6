#pragma once

#include "common/service.h"
#include "publisher.h"
#include "world.h"

namespace sandbox {

/// The control port; README.md describes it.
class ControlService final : public Service {
public:
    ControlService(World& world, Publisher& publisher) : world_(world), publisher_(publisher) {}

    std::optional<maillon::HttpResponse> handle(Call& call, const maillon::Responder& responder) override;
    /// Never called: the control port has no faults.
    maillon::HttpResponse mishap(Mishap kind, int retry_after_s) override;

private:
    using Answer = maillon::HttpResponse;
    Answer start(const json::object& body);
    Answer settings() const;
    Answer change_settings(const json::object& body);
    Answer expire_tokens(const json::object& body);
    Answer add_comment(const json::object& body);
    Answer add_mention(const json::object& body);
    Answer fire_hooks(const json::object& body);
    std::optional<Answer> send_webhook(const json::object& body, const maillon::Responder& responder);

    World& world_;
    Publisher& publisher_;
    std::uint64_t extra_ = 0;  ///< messages made through this port
};

}  // namespace sandbox
