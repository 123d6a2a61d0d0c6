#include "core/store/state.h"

#include "core/store/sql.h"

namespace maillon::store {

auto columns(Configs::Row& r) {
    return std::tie(r.hash, r.text, r.first_used);
}

Result<std::optional<std::string>> Cursors::get(db::Session& session, std::string_view instance,
                                                std::string_view stream) {
    return session.row<std::string>(
        "SELECT cursor FROM cursors WHERE instance = :instance AND stream = :stream", {instance, stream});
}

Result<void> Cursors::set(db::Unit& unit, std::string_view instance, std::string_view stream,
                          std::string_view cursor, TimePoint now) {
    return kept(unit.exec(
        "INSERT INTO cursors (instance, stream, cursor, updated) VALUES (:instance, :stream, :cursor, "
        ":updated)"
        " ON CONFLICT (instance, stream) DO UPDATE SET cursor = excluded.cursor, updated = excluded.updated",
        {instance, stream, cursor, now}));
}

Result<std::optional<std::string>> PluginState::get(db::Session& session, std::string_view instance,
                                                    std::string_view key) {
    return session.row<std::string>(
        "SELECT value FROM plugin_state WHERE instance = :instance AND key = :key", {instance, key});
}

Result<void> PluginState::set(db::Unit& unit, std::string_view instance, std::string_view key,
                              std::string_view value) {
    return kept(
        unit.exec("INSERT INTO plugin_state (instance, key, value) VALUES (:instance, :key, :value)"
                  " ON CONFLICT (instance, key) DO UPDATE SET value = excluded.value",
                  {instance, key, value}));
}

Result<bool> PluginState::compare_and_set(db::Unit& unit, std::string_view instance, std::string_view key,
                                          const std::optional<std::string>& expected,
                                          std::string_view value) {
    if (expected)
        return changed_any(
            unit.exec("UPDATE plugin_state SET value = :value WHERE instance = :instance"
                      " AND key = :key AND value = :expected",
                      {value, instance, key, *expected}));
    return changed_any(
        unit.exec("INSERT INTO plugin_state (instance, key, value) VALUES (:instance, :key, :value)"
                  " ON CONFLICT (instance, key) DO NOTHING",
                  {instance, key, value}));
}

Result<bool> PluginState::remove(db::Unit& unit, std::string_view instance, std::string_view key) {
    return changed_any(
        unit.exec("DELETE FROM plugin_state WHERE instance = :instance AND key = :key", {instance, key}));
}

Result<void> Configs::put(db::Unit& unit, std::string_view hash, std::string_view text, TimePoint now) {
    return kept(
        unit.exec("INSERT INTO configs (hash, text, first_used) VALUES (:hash, :text, :first_used)"
                  " ON CONFLICT (hash) DO NOTHING",
                  {hash, text, now}));
}

Result<std::optional<Configs::Row>> Configs::get(db::Session& session, std::string_view hash) {
    return session.row<Row>("SELECT hash, text, first_used FROM configs WHERE hash = :hash", {hash});
}

Result<std::optional<EventSeq>> Positions::get(db::Session& session, std::string_view name) {
    return session.row<EventSeq>("SELECT seq FROM positions WHERE name = :name", {name});
}

Result<void> Positions::set(db::Unit& unit, std::string_view name, EventSeq seq) {
    return kept(
        unit.exec("INSERT INTO positions (name, seq) VALUES (:name, :seq)"
                  " ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
                  {name, seq}));
}

}  // namespace maillon::store
