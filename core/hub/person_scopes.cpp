#include "core/hub/person_search.h"
#include "core/store/matching_rows.h"
#include "core/store/scopes.h"

#include <algorithm>

/// Accounts whose ids are given for one page or app each, looked for with the page and without.
namespace maillon::hub {
namespace {

/// Of holders of one key; who needs to know more of them than these is told that they are many.
constexpr std::size_t kMost = 20;

/// As people type it.
std::string typed(const Trait& id) {
    return id.field.substr(3) + ':' + id.value;
}

/// A record that is linked with an id of another page, and not with this one, is somebody else's.
Result<bool> is_elsewhere(db::Session& session, const std::string& directory, const std::string& record,
                          const Trait& id) {
    const auto linked = store::MatchingRows::linked_to(session, {"record_" + directory, record});
    if (!linked) return linked.error();
    if (std::ranges::find(*linked, id) != linked->end()) return false;
    return std::ranges::any_of(*linked, [&](const Trait& one) { return differ_in_scope(one, id); });
}

}  // namespace

Result<std::vector<store::DirectoryRecord>> PersonSearch::holders(const std::string& directory,
                                                                  const Trait& key) {
    return parts_.database.read([&](db::Reader& reader) -> Result<std::vector<store::DirectoryRecord>> {
        auto found = store::Directory::find(reader, directory, std::span(&key, 1), kMost);
        if (!found || !found->empty() || !has_scope(key)) return found;
        const auto plain = without_scope(key);
        found = store::Directory::find(reader, directory, std::span(&plain, 1), kMost);
        if (!found) return found;
        std::vector<store::DirectoryRecord> out;
        for (auto& record : *found) {
            const auto elsewhere = is_elsewhere(reader, directory, record.id, key);
            if (!elsewhere) return elsewhere.error();
            if (!*elsewhere) out.push_back(std::move(record));
        }
        // An id that several records have, and no page: nobody knows whose it is.
        if (out.size() > 1) out.clear();
        return out;
    });
}

void PersonSearch::note_scope(const Person& person, const Trait& id) {
    if (!has_scope(id)) return;
    const bool is_met = std::ranges::any_of(
        person.identities, [&](const Trait& known) { return known == id || differ_in_scope(known, id); });
    if (is_met) scoped_[without_scope(id)].insert(id);
}

Result<> PersonSearch::look_for_scopes(const Person& person) {
    return parts_.database.read([&](db::Reader& reader) -> Result<> {
        for (const auto& one : person.identities) {
            if (!is_id(one)) continue;
            const auto plain = store::MatchingRows::identity_of(without_scope(one));
            for (const auto& [directory, shape] : parts_.people.directories()) {
                const auto scopes = store::Scopes::of(reader, directory, plain.network, plain.id);
                if (!scopes) return scopes.error();
                for (const auto& scope : *scopes)
                    scoped_[without_scope(one)].insert(
                        store::MatchingRows::key_of({plain.network, scope, plain.id}));
            }
        }
        return {};
    });
}

Result<bool> PersonSearch::settle_scopes(Person& person, const std::set<Trait>& seeds) {
    if (auto done = look_for_scopes(person); !done) return done.error();
    bool changed = false;
    for (const auto& [plain, accounts] : scoped_) {
        if (!person.identities.contains(plain)) continue;
        if (accounts.size() > 1 && seeds.contains(plain)) {
            std::vector<std::string> choices;
            for (const auto& one : accounts) choices.push_back(typed(one));
            return of_several(typed(plain), "pages know the id", choices);
        }
        // A link may have said which it is.
        const bool is_said =
            std::ranges::any_of(accounts, [&](const Trait& one) { return person.identities.contains(one); });
        if (is_said) continue;
        changed = true;
        if (accounts.size() == 1) {
            person.identities.insert(*accounts.begin());
            continue;
        }
        person.not_followed.push_back({plain, "known on " + std::to_string(accounts.size()) + " pages"});
        person.identities.erase(plain);
    }
    return changed;
}

void PersonSearch::note_same_ids(Person& person) const {
    for (const auto& [plain, accounts] : scoped_) {
        for (const auto& one : accounts) {
            const bool is_same = std::ranges::any_of(person.identities, [&](const Trait& known) {
                return has_scope(known) && differ_in_scope(known, one);
            });
            if (is_same && !person.identities.contains(one))
                person.not_followed.push_back({one, "the same id on another page is somebody else's"});
        }
    }
}

}  // namespace maillon::hub
