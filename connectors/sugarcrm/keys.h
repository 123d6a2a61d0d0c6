#pragma once
#include "settings.h"

#include <set>

namespace maillon::sugarcrm {

/// The hub's key of a call as it is stored on a record: "mln:" and 40 hexadecimal digits, fits varchar(100).
/// Two different keys have, for all practical purposes, different short forms.
std::string short_key(std::string_view idempotency_key);

/// Knows in which modules the key field really keeps what is written to it.
///
/// Sugar ignores fields that a module does not have, or that the user may not write, without a word. Asking
/// for a key there would answer "never arrived" about a record that is there. So every record that was
/// created with a key is looked at once it comes back; a module whose record came back without it is
/// remembered for good (host state), and calls in doubt there are left to a person. Sink lane only.
class Keys {
public:
    Keys(Host host, const Settings& settings);  // `settings` must outlive this

    bool is_on() const { return !settings_.key_field.empty(); }
    const std::string& field() const { return settings_.key_field; }

    /// False when a record of this module has come back without its key.
    bool are_kept(const std::string& module);

    /// A record of `module` that was just created with `key` came back.
    void saw(const std::string& module, const json::object& record, const std::string& key);

private:
    void note(const std::string& module, bool is_kept);

    Host host_;
    const Settings& settings_;
    std::set<std::string> kept_{};  ///< as seen since the start
    std::set<std::string> lost_{};
};

}  // namespace maillon::sugarcrm
