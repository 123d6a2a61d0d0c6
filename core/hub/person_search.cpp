#include "core/hub/person_search.h"

#include "core/base/text.h"
#include "core/store/matching_rows.h"
#include "core/store/texts.h"

#include <algorithm>
#include <set>

namespace maillon::hub {
namespace {

constexpr std::size_t kPage = 256;

bool is_lasting(const Trait& identity) {
    return is_id(identity) || identity.field.starts_with("record_");
}

}  // namespace

Fault of_several(const std::string& what, const std::string& of, std::vector<std::string> choices) {
    const auto all = choices.size();
    if (choices.size() > 5) choices.resize(5);
    return {
        FaultKind::conflict,
        what + " is not one person: " + std::to_string(all) + ' ' + of + "; say which: " + enumerate(choices),
        {}};
}

Result<> PersonSearch::each(const std::function<Result<>(const Event&)>& take) {
    const auto last = parts_.journal.last_seq();
    if (!last) return last.error();
    for (EventSeq after{};;) {
        auto page = parts_.journal.read(after, kPage);
        if (!page) return page.error();
        for (const auto& event : *page) {
            if (store::Removal::is_done(event)) continue;
            if (auto done = take(event); !done) return done;
        }
        if (page->empty()) return {};
        after = page->back().seq;
        if (!parts_.progress(after.value(), last->value()))
            return Fault{FaultKind::cancelled, "the search was ended", {}};
        if (page->size() < kPage) return {};
    }
}

Result<std::set<Trait>> PersonSearch::seeds(const std::string& what) {
    std::set<Trait> out;
    const auto take = [&](const std::string& field, std::string_view value) {
        if (auto known = match::normalised(field, value)) out.insert({field, std::move(*known)});
    };
    const auto& directories = parts_.people.directories();
    const auto slash = what.find('/');
    if (slash != what.npos && directories.contains(what.substr(0, slash))) {
        out.insert({"record_" + what.substr(0, slash), what.substr(slash + 1)});
        return out;
    }
    const auto colon = what.find(':');
    if (colon != what.npos && what.find('@') != 0 && what.find('@') != colon - 1) {
        const auto network = what.substr(0, colon), rest = what.substr(colon + 1);
        // Names are the same on all pages.
        if (rest.starts_with('@'))
            take("handle_" + network.substr(0, network.find('/')), rest);
        else
            take("id_" + network, rest);
        return out;
    }
    if (what.starts_with('@')) {
        std::set<std::string> networks;
        for (const auto& [name, shape] : directories)
            for (const auto& field : shape.keys->fields())
                if (field.starts_with("handle_")) networks.insert(field.substr(7));
        const auto done = each([&](const Event& event) -> Result<> {
            for (const auto& told : parts_.people.of_event(event))
                for (const auto& one : told.group)
                    if (one.field.starts_with("handle_")) networks.insert(one.field.substr(7));
            return {};
        });
        if (!done) return done.error();
        for (const auto& network : networks) take("handle_" + network, what);
        return out;
    }
    if (what.find('@') != what.npos) {
        take("email", what);
        return out;
    }
    if (what.find_first_not_of("+0123456789 .-/()") == what.npos) take("phone", what);
    for (const auto& [name, shape] : directories) {
        const auto there = parts_.database.read(
            [&](db::Reader& reader) { return store::Directory::get(reader, name, what); });
        if (!there) return there.error();
        if (*there) out.insert({"record_" + name, what});
    }
    return out;
}

Result<Person> PersonSearch::find(const std::string& what) {
    auto wanted = seeds(what);
    if (!wanted) return wanted.error();
    followed_.clear();
    scoped_.clear();
    Person person{.identities = *wanted};
    if (auto settled = settle_scopes(person, *wanted); !settled) return settled.error();
    for (bool more = true; more;) {
        auto widened = widen(person, *wanted);
        if (!widened) return widened.error();
        more = *widened;
    }
    const auto is_unmet = [&](const Trait& one) { return wanted->contains(one) && !followed_.contains(one); };
    std::erase_if(person.identities, is_unmet);
    std::erase_if(*wanted, is_unmet);
    if (wanted->size() > 1) {
        std::vector<std::string> choices;
        for (const auto& one : *wanted) {
            const auto parting = one.field.find('_');
            const auto of = one.field.substr(parting + 1);
            choices.push_back(one.field.starts_with("handle_") ? of + ":@" + one.value
                                                               : of + '/' + one.value);
        }
        return of_several(what, "places know it", choices);
    }
    if (person.identities.empty())
        return Fault{
            FaultKind::unsupported,
            "nobody is known by '" + what +
                "'; say an e-mail, a phone, @handle, NETWORK:ID, NETWORK/PAGE:ID or DIRECTORY/RECORD",
            {}};
    note_same_ids(person);
    return person;
}

Result<bool> PersonSearch::widen(Person& person, const std::set<Trait>& seeds) {
    auto by_records = widen_by_records(person, seeds);
    if (!by_records) return by_records;
    auto by_links = widen_by_links(person);
    if (!by_links) return by_links;
    auto by_notes = widen_by_notes(person, seeds);
    if (!by_notes) return by_notes;
    if (*by_records || *by_links || *by_notes) return true;
    return widen_by_events(person, seeds);
}

Result<bool> PersonSearch::widen_by_records(Person& person, const std::set<Trait>& seeds) {
    const auto before = person.identities.size();
    const auto known = person.identities;
    for (const auto& [directory, shape] : parts_.people.directories()) {
        for (const auto& one : known) {
            std::vector<store::DirectoryRecord> records;
            if (one.field == "record_" + directory) {
                auto record = parts_.database.read(
                    [&](db::Reader& reader) { return store::Directory::get(reader, directory, one.value); });
                if (!record) return record.error();
                if (*record) {
                    records.push_back(std::move(**record));
                    followed_.insert(one);
                }
            } else {
                auto found = holders(directory, one);
                if (!found) return found.error();
                records = std::move(*found);
                if (!records.empty()) followed_.insert(one);
            }
            if (records.size() > 1) {
                std::vector<std::string> ids;
                for (const auto& record : records) ids.push_back(directory + '/' + record.id);
                if (seeds.contains(one)) return of_several(spoken(one), "records of " + directory, ids);
                person.identities.erase(one);
                person.not_followed.push_back(
                    {one, "shared by " + std::to_string(ids.size()) + " records of " + directory});
                continue;
            }
            for (const auto& record : records) {
                const auto data = Json::parse(record.data);
                auto told = parts_.people.of_record(directory, record.id, data ? *data : Json());
                if (!told.name.empty()) person.names.insert(told.name);
                for (auto& key : told.group) person.learn(std::move(key));
            }
        }
    }
    return person.identities.size() > before;
}

Result<bool> PersonSearch::widen_by_links(Person& person) {
    const auto before = person.identities.size();
    const auto known = person.identities;
    const auto done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        for (const auto& one : known) {
            auto more = one.field.starts_with("record_") ? store::MatchingRows::linked_to(reader, one)
                                                         : store::MatchingRows::records_of(reader, one);
            if (!more) return more.error();
            if (!more->empty()) followed_.insert(one);
            for (auto& key : *more) person.learn(std::move(key));
        }
        return {};
    });
    if (!done) return done.error();
    return person.identities.size() > before;
}

Result<bool> PersonSearch::widen_by_events(Person& person, const std::set<Trait>& seeds) {
    const auto before = person.identities.size();
    // By field of a lasting id: those met under a key that is not one; more than one is somebody else, too.
    std::map<std::string, std::map<std::string, Trait>> met;
    std::set<std::string> names;
    Group learnt;
    const auto done = each([&](const Event& event) -> Result<> {
        for (const auto& told : parts_.people.of_event(event)) {
            for (const auto& one : told.group) note_scope(person, one);
            if (!person.is(told.group)) continue;
            if (!told.name.empty()) names.insert(told.name);
            const auto* by = &told.group.front();
            for (const auto& one : told.group) {
                if (!person.identities.contains(one)) continue;
                by = &one;
                followed_.insert(one);
                if (is_lasting(one)) break;
            }
            for (const auto& one : told.group) {
                if (person.identities.contains(one)) continue;
                if (is_lasting(one) && !is_lasting(*by)) met[one.field].emplace(one.value, *by);
                learnt.push_back(one);
            }
        }
        return {};
    });
    if (!done) return done.error();
    auto settled = settle_scopes(person, seeds);
    if (!settled || *settled) return settled;
    std::set<Trait> shared;
    for (const auto& [field, values] : met) {
        if (values.size() < 2) continue;
        const auto& by = values.begin()->second;
        std::vector<std::string> ids;
        for (const auto& [value, key] : values)
            ids.push_back(field.starts_with("id_") ? field.substr(3) + ':' + value
                                                   : field.substr(7) + '/' + value);
        if (seeds.contains(by)) return of_several(spoken(by), "accounts use it", ids);
        person.not_followed.push_back({by, "used by " + std::to_string(ids.size()) + " accounts"});
        shared.insert(by);
    }
    if (!shared.empty()) {
        std::erase_if(person.identities, [&](const Trait& one) { return shared.contains(one); });
        return true;
    }
    person.names.merge(names);
    for (auto& one : learnt) person.learn(std::move(one));
    return person.identities.size() > before;
}

Result<Person> PersonSearch::all_who(const std::function<bool(const Group&)>& fits) {
    Person out;
    const auto take = [&](const People::Told& told) {
        if (told.group.empty() || !fits(told.group)) return;
        out.identities.insert(told.group.begin(), told.group.end());
        if (!told.name.empty()) out.names.insert(told.name);
    };
    for (const auto& [directory, shape] : parts_.people.directories()) {
        for (std::string after;;) {
            auto page = parts_.database.read(
                [&](db::Reader& reader) { return store::Directory::page(reader, directory, after, kPage); });
            if (!page) return page.error();
            for (const auto& record : *page) {
                const auto data = Json::parse(record.data);
                take(parts_.people.of_record(directory, record.id, data ? *data : Json()));
            }
            if (page->size() < kPage) break;
            after = page->back().id;
        }
    }
    auto done = each([&](const Event& event) -> Result<> {
        for (const auto& told : parts_.people.of_event(event)) take(told);
        return {};
    });
    if (!done) return done.error();
    if (std::ranges::none_of(out.identities, has_scope)) return out;
    scoped_.clear();
    done = each([&](const Event& event) -> Result<> {
        for (const auto& told : parts_.people.of_event(event))
            for (const auto& one : told.group) note_scope(out, one);
        return {};
    });
    if (!done) return done.error();
    note_same_ids(out);
    return out;
}

Result<> PersonSearch::each_event(const Person& person,
                                  const std::function<Result<>(const Event&, Tie, const Needles&)>& take) {
    const Needles needles(person);
    return each([&](const Event& event) -> Result<> {
        const auto told = parts_.people.of_event(event);
        const bool is_own =
            std::ranges::any_of(told, [&](const People::Told& one) { return person.is(one.group); });
        if (is_own) return take(event, Tie::own, needles);
        const auto body = event.body.element();
        if (needles.is_about(body)) return take(event, Tie::about, needles);
        if (needles.is_in(body) || needles.is_in(event.meta.key) || needles.is_in(event.meta.subject))
            return take(event, Tie::mention, needles);
        return {};
    });
}

Result<> PersonSearch::add_things(Person& person) {
    return each_event(person, [&](const Event& event, Tie tie, const Needles&) -> Result<> {
        if (tie != Tie::own) return {};
        return parts_.database.read([&](db::Reader& reader) -> Result<> {
            auto refs = store::ValueRows::refs_opened_by(reader, event.seq);
            if (!refs) return refs.error();
            for (auto& [kind, value] : *refs) person.things.insert(std::move(value));
            auto made = store::ValueRows::made_by(reader, event.seq);
            if (!made) return made.error();
            for (auto& [id, result] : *made) {
                const auto answer = Json::parse(result);
                const auto created = answer ? answer->at("created") : std::nullopt;
                if (created && created->element().is_bool() && created->element().get_bool().value_unsafe())
                    person.things.insert(std::move(id));
            }
            return {};
        });
    });
}

Result<Holdings> PersonSearch::holdings(const Person& person) {
    Holdings out;
    auto done = each_event(person, [&](const Event& event, Tie tie, const Needles&) -> Result<> {
        auto& list = tie == Tie::own ? out.own : tie == Tie::about ? out.about : out.mentions;
        list.push_back(event.seq);
        if (tie == Tie::mention) return {};
        auto rows = parts_.database.read([&](db::Reader& r) { return store::Removal::look(r, event); });
        if (!rows) return rows.error();
        out.rows += *rows;
        return {};
    });
    if (!done) return done.error();
    std::set<std::int64_t> links_seen;  // a link is the profile's and the record's
    std::set<std::int64_t> questions_seen;
    done = parts_.database.read([&](db::Reader& reader) -> Result<> {
        for (const auto& one : person.identities) {
            auto links = store::MatchingRows::history(reader, one);
            if (!links) return links.error();
            for (const auto& link : *links) links_seen.insert(link.id.value());
            auto questions = store::MatchingRows::questions(reader, one);
            if (!questions) return questions.error();
            for (const auto& question : *questions) questions_seen.insert(question.value());
            if (!one.field.starts_with("record_")) continue;
            auto record = store::Directory::get(reader, one.field.substr(7), one.value);
            if (!record) return record.error();
            out.records += record->has_value();
        }
        return {};
    });
    if (!done) return done.error();
    out.links = static_cast<std::int64_t>(links_seen.size());
    out.questions = static_cast<std::int64_t>(questions_seen.size());
    return out;
}

}  // namespace maillon::hub
