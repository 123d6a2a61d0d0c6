#pragma once

#include "common/service.h"
#include "crm.h"
#include "tokens.h"

#include <functional>
#include <string>

namespace sandbox {

/// SugarCRM REST v11 in front of a Crm.
class SugarService final : public Service {
public:
    /// Sends one Web Logic Hook: address and body.
    using HookSender = std::function<void(const std::string& url, std::string body)>;

    SugarService(Crm& crm, Tokens::Login login, const maillon::Clock& clock, std::uint64_t seed);

    std::optional<maillon::HttpResponse> handle(Call& call, const maillon::Responder& responder) override;
    maillon::HttpResponse mishap(Mishap kind, int retry_after_s) override;

    std::string configure(const json::object& settings);
    json::object settings() const;
    void send_hooks_with(HookSender sender) { send_hook_ = std::move(sender); }
    /// Sends the hooks of a module for one of its records now; tells how many.
    int fire_hooks(const std::string& module, const std::string& id);
    Tokens& tokens() { return tokens_; }

private:
    using Answer = maillon::HttpResponse;

    Answer dispatch(Call& call);
    Answer token(const Call& call);
    Answer bulk(const Call& call);
    Answer metadata(const Call& call) const;
    Answer module_call(Call& call, const std::string& module);
    Answer list(const Call& call, const std::string& module, const json::object& body, bool only_count);
    Answer create(const Call& call, const std::string& module);
    Answer record_call(const Call& call, const std::string& module, const std::string& id);
    Answer update(const Call& call, const std::string& module, Record& record);
    Answer upsert(const Call& call, const std::string& module, const std::string& field,
                  const std::string& key);
    Answer set_sync_key(const std::string& module, const std::string& id, const std::string& key);
    Answer duplicates(const Call& call, const std::string& module);
    Answer link_call(const Call& call, const std::string& module, Record& record);
    Answer link_many(const Call& call, const std::string& module, Record& record);
    Answer link_list(const Call& call, const LinkKind& kind, Record& record);
    Answer link_new(const Call& call, const LinkKind& kind, Record& record);
    Answer link_by_sync_keys(const Call& call, const std::string& module);

    std::string time_text(std::int64_t seconds) const;
    json::object render(const std::string& module, const Record& record,
                        const std::string& fields = {}) const;
    void saved(const std::string& module, const Record& record, const json::object& before, bool is_update);
    json::object hook_body(const std::string& module, const Record& record, const json::object& before,
                           bool is_update) const;

    Crm& crm_;
    Tokens tokens_;
    HookSender send_hook_;
    std::int64_t max_num_ = 1000;
    std::int64_t max_body_ = 4 << 20;
    std::int64_t utc_offset_minutes_ = 0;
    bool admin_ = true;
    bool logic_hooks_ = false;
};

}  // namespace sandbox
