#pragma once
#include "settings.h"

#include <map>
#include <string_view>

namespace maillon::sugarcrm {

/// The hub's key of a call as it is stored on a record: "mln:" and 40 hexadecimal digits, fits varchar(100).
/// Two different keys have, for all practical purposes, different short forms.
std::string short_key(std::string_view idempotency_key);

/// The beginning of every such key.
inline constexpr std::string_view kKeyPrefix = "mln:";

/// Knows in which modules the key field really keeps what is written to it.
///
/// Sugar ignores fields that a module does not have, or that the user may not write, without a word. Asking
/// for a key there would answer "never arrived" about a record that is there. So every record that was
/// created with a key is looked at once it comes back, and what was seen is remembered (host state): where a
/// record lacked its key, and where nothing was seen yet, calls in doubt are left to a person. That keys are
/// kept holds for the CRM and the user of the configuration, and not for those of another. Sink lane only.
class Keys {
public:
    Keys(Host host, const Settings& settings);  // `settings` must outlive this

    bool is_on() const { return !settings_.key_field.empty(); }
    const std::string& field() const { return settings_.key_field; }

    /// True when a record of this module has come back without its key.
    bool are_lost(const std::string& module);
    /// True when a record of this module was seen with its key, and none without it since.
    bool are_kept(const std::string& module);

    /// A record of `module` that was just created with `key` came back.
    void saw(const std::string& module, const json::object& record, const std::string& key);
    /// A record of `module` was found that carries a key of the hub.
    void saw_kept(const std::string& module) { note(module, Seen::kept); }

private:
    enum class Seen { nothing, kept, lost };
    Seen seen(const std::string& module);
    void note(const std::string& module, Seen now);

    Host host_;
    const Settings& settings_;
    std::map<std::string, Seen> seen_{};  ///< what the state says, read once
};

}  // namespace maillon::sugarcrm
