#include "core/store/links.h"

#include "core/store/sql.h"

namespace maillon::store {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, at, kind, directory, network, scope, identity, record, other, rule, class, probability, "
    "model,"
    " verdict, decided_by, note, keys, rests_on, event FROM ";
/// Chains of merges that are longer are somebody's mistake.
constexpr int kMostMerges = 16;

std::string from(std::string_view table) {
    return std::string(kColumns).append(table).append(" ");
}
const std::string& events() {
    static const std::string text = from("link_events");
    return text;
}
/// The last word on each pair.
const std::string& words() {
    static const std::string text = from("link_words");
    return text;
}
/// The last word on each record that was merged.
const std::string& merges() {
    static const std::string text = from("merge_words");
    return text;
}

}  // namespace

std::string Identity::text() const {
    return network + (scope.empty() ? "" : '/' + scope) + ':' + id;
}

std::optional<Identity> Identity::parse(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto front = text.substr(0, colon);
    const auto slash = front.find('/');
    Identity out{std::string(front.substr(0, slash)), {}, std::string(text.substr(colon + 1))};
    if (slash != std::string_view::npos) out.scope = front.substr(slash + 1);
    if (!out.is_set()) return std::nullopt;
    return out;
}

auto columns(LinkEvent& r) {
    return std::tie(r.id, r.at, r.kind, r.directory, r.identity.network, r.identity.scope, r.identity.id,
                    r.record, r.other, r.rule, r.evidence_class, r.probability, r.model, r.verdict,
                    r.decided_by, r.note, r.keys, r.rests_on, r.event);
}

Result<LinkId> Links::append(db::Unit& unit, const LinkEvent& e) {
    return inserted(unit.row<LinkId>(
        "INSERT INTO link_events (at, kind, directory, network, scope, identity, record, other, rule, class,"
        " probability, model, verdict, decided_by, note, keys, rests_on, event) VALUES (:at, :kind, "
        ":directory,"
        " :network, :scope, :identity, :record, :other, :rule, :class, :probability, :model, :verdict, :by,"
        " :note, :keys, :rests_on, :event) RETURNING id",
        {e.at, e.kind, e.directory, e.identity.network, e.identity.scope, e.identity.id, e.record, e.other,
         e.rule, e.evidence_class, e.probability, e.model, e.verdict, e.decided_by, e.note, e.keys,
         e.rests_on, e.event}));
}

Result<std::vector<LinkEvent>> Links::of_identity(db::Session& session, std::string_view directory,
                                                  const Identity& who) {
    return select<LinkEvent>(session, words(),
                             "WHERE directory = :directory AND network = :network AND scope = :scope"
                             " AND identity = :identity ORDER BY id",
                             {directory, who.network, who.scope, who.id});
}

Result<std::vector<LinkEvent>> Links::of_record(db::Session& session, std::string_view directory,
                                                std::string_view record) {
    return select<LinkEvent>(session, words(),
                             "WHERE directory = :directory AND record = :record"
                             " AND kind IN ('link', 'confirm') ORDER BY id",
                             {directory, record});
}

Result<std::int64_t> Links::count_of_record(db::Session& session, std::string_view directory,
                                            std::string_view record, std::size_t limit) {
    return inserted(session.row<std::int64_t>(
        "SELECT count(*) FROM (SELECT 1 FROM link_words WHERE directory = :directory AND record = :record"
        " AND kind IN ('link', 'confirm') LIMIT :most) AS few",
        {directory, record, limit}));
}

Result<std::string> Links::standing_for(db::Session& session, std::string_view directory,
                                        std::string record) {
    for (int i = 0; i < kMostMerges; ++i) {
        auto into = session.row<std::string>(
            "SELECT record FROM merge_words WHERE directory = :directory AND other = :other"
            " AND kind = 'merge'",
            {directory, record});
        if (!into) return into.error();
        if (!*into) break;
        record = std::move(**into);
    }
    return record;
}

Result<std::vector<LinkEvent>> Links::merged_into(db::Session& session, std::string_view directory,
                                                  std::string_view record) {
    return select<LinkEvent>(
        session, merges(), "WHERE directory = :directory AND record = :record AND kind = 'merge' ORDER BY id",
        {directory, record});
}

Result<std::vector<LinkEvent>> Links::history(db::Session& session, std::string_view directory,
                                              const Identity& who) {
    return select<LinkEvent>(session, events(),
                             "WHERE directory = :directory AND network = :network AND scope = :scope"
                             " AND identity = :identity ORDER BY id",
                             {directory, who.network, who.scope, who.id});
}

Result<std::vector<LinkEvent>> Links::history_of_record(db::Session& session, std::string_view directory,
                                                        std::string_view record) {
    return select<LinkEvent>(
        session, events(),
        "WHERE directory = :directory AND (record = :record OR other = :other) ORDER BY id",
        {directory, record, record});
}

Result<std::vector<LinkEvent>> Links::page(db::Session& session, std::string_view directory, LinkId after,
                                           std::size_t limit) {
    return select<LinkEvent>(session, words(),
                             "WHERE directory = :directory AND id > :after AND kind IN ('link', 'confirm')"
                             " ORDER BY id LIMIT :most",
                             {directory, after, limit});
}

Result<std::int64_t> Links::count(db::Session& session, std::string_view directory) {
    return inserted(session.row<std::int64_t>(
        "SELECT count(*) FROM link_words WHERE directory = :directory AND kind IN ('link', 'confirm')",
        {directory}));
}

auto columns(Links::Tally& t) {
    return std::tie(t.directory, t.kind, t.by, t.count, t.last);
}

Result<std::vector<Links::Tally>> Links::tally(db::Session& session, LinkId after) {
    return select<Tally>(
        session,
        "SELECT directory, kind, CASE WHEN decided_by <> '' THEN 'person' WHEN model <> '' THEN 'model'"
        " ELSE 'rule' END AS said_by, count(*), max(id) FROM link_events ",
        "WHERE id > :after GROUP BY directory, kind, said_by ORDER BY directory, kind, said_by", {after});
}

Result<LinkId> Links::last(db::Session& session) {
    auto found = session.row<LinkId>("SELECT id FROM link_events ORDER BY id DESC LIMIT 1");
    if (!found) return found.error();
    return found->value_or(LinkId{});
}

}  // namespace maillon::store
