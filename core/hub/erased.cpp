#include "core/hub/erased.h"

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/db/copy.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>

#include <fcntl.h>
#include <unistd.h>

namespace maillon::hub {
namespace {

Fault trouble(const std::filesystem::path& file, const std::string& why) {
    return config_fault("the list of erased persons " + file.string() + ": " + why);
}

/// A line of the file: 64 hex digits, and a word where the digest is weak.
std::optional<store::Tombstone> stone_of(const std::string& line) {
    const auto digest = line.substr(0, 64);
    const bool is_hex = digest.size() == 64 && digest.find_first_not_of("0123456789abcdef") == digest.npos;
    if (!is_hex) return std::nullopt;
    return store::Tombstone{.digest = digest, .is_weak = line.ends_with(" weak")};
}

/// Whether the id of an account on the network is among what is known, of whatever page.
bool tells_account(const auto& traits, const std::string& network) {
    return std::ranges::any_of(traits, [field = "id_" + network](const Trait& one) {
        return is_id(one) && without_scope(one).field == field;
    });
}

bool is_space_or_quote(char c) {
    return std::strchr(" \t\r\n<>()[]{}\"',;", c) != nullptr;
}

/// A word without the punctuation around it.
std::string_view core_of(std::string_view word) {
    constexpr std::string_view kAround = ".:!?*_~&";
    const auto first = word.find_first_not_of(kAround);
    if (first == word.npos) return {};
    return word.substr(first, word.find_last_not_of(kAround) - first + 1);
}

}  // namespace

Erased::Erased(db::Database& database, const config::Secrets& secrets, const std::filesystem::path& folder)
    : database_(database), secrets_(secrets), file_(folder / ".erased") {}

Result<> Erased::load() {
    auto stored = database_.read([](db::Reader& reader) { return store::Tombstones::all(reader); });
    if (!stored) return stored.error();
    auto written = read_file();
    if (!written) return written.error();
    const std::unique_lock lock(mutex_);
    stones_.clear();
    missing_.clear();
    for (const auto& one : *stored) stones_[one.digest] = {one.erasure, one.is_weak};
    for (const auto& one : *written) {
        if (!stones_.contains(one.digest)) missing_.push_back(one);
    }
    if (!stones_.empty() || !missing_.empty()) {
        auto salt = secrets_.get(kSalt);
        if (!salt)
            return config_fault("persons were erased here, and without the secret '" + std::string(kSalt) +
                                "' they would not be known again: " + salt.error().what +
                                "; bring it back into hub.secrets");
        salt_ = std::move(*salt);
    }
    size_ = stones_.size();
    ++version_;
    return {};
}

Result<> Erased::ensure_salt() {
    {
        const std::shared_lock lock(mutex_);
        if (!salt_.empty()) return {};
    }
    auto salt = secrets_.get(kSalt);
    if (!salt) {
        std::error_code error;
        std::filesystem::create_directories(file_.parent_path(), error);
        auto made = random_hex(32);
        if (auto put = secrets_.put(kSalt, made); !put)
            return put.error().in("an erasure needs a salt in hub.secrets");
        salt = std::move(made);
    }
    const std::unique_lock lock(mutex_);
    salt_ = std::move(*salt);
    return {};
}

std::string Erased::digest(const Trait& identity) const {
    return hmac_sha256_hex(salt_, identity.field + '\n' + identity.value);
}

Result<std::vector<store::Tombstone>> Erased::stones_of(const Person& person) {
    if (auto done = ensure_salt(); !done) return done.error();
    const std::shared_lock lock(mutex_);
    std::map<Trait, bool> known;  // whether it is weak
    for (const auto& one : person.identities) {
        const bool is_name = one.field.starts_with("handle_");
        known.try_emplace(one, is_name && tells_account(person.identities, one.field.substr(7)));
        // An id counts without its page, too, where no page is told.
        if (has_scope(one) && !person.shares(one)) known[without_scope(one)] = true;
    }
    std::vector<store::Tombstone> out;
    for (const auto& [one, is_weak] : known) out.push_back({.digest = digest(one), .is_weak = is_weak});
    return out;
}

Result<> Erased::add(std::vector<store::Tombstone> stones,
                     const std::function<Result<store::ErasureId>(db::Unit&)>& with) {
    if (auto done = write_file(stones); !done) return done;
    auto done = database_.run([&](db::Unit& unit) -> Result<> {
        auto erasure = with(unit);
        if (!erasure) return erasure.error();
        for (auto& one : stones) one.erasure = *erasure;
        return store::Tombstones::put(unit, stones);
    });
    if (!done) return done;
    return load();
}

Result<std::size_t> Erased::lift(const Person& person) {
    auto stones = stones_of(person);
    if (!stones) return stones.error();
    for (const auto& one : person.identities) {
        const std::shared_lock lock(mutex_);
        const auto* stone = is_id(one) && !has_scope(one) ? find(one) : nullptr;
        if (stone && stone->is_weak)
            return Fault{FaultKind::conflict,
                         spoken(one) + " was erased as an account of one page or app; say which: " +
                             one.field.substr(3) + "/PAGE:" + one.value,
                         {}};
    }
    std::erase_if(*stones, [&](const store::Tombstone& one) {
        const std::shared_lock lock(mutex_);
        return !stones_.contains(one.digest);
    });
    auto kept = read_file();
    if (!kept) return kept.error();
    std::erase_if(*kept, [&](const store::Tombstone& one) {
        return std::ranges::find(*stones, one.digest, &store::Tombstone::digest) != stones->end();
    });
    // The file goes first: what it has beyond the store is erased again.
    if (auto written = replace_file(*kept); !written) return written.error();
    auto done = database_.run([&](db::Unit& unit) -> Result<> {
        for (const auto& one : *stones) {
            if (auto gone = store::Tombstones::remove(unit, one.digest); !gone) return gone.error();
        }
        return {};
    });
    if (!done) {
        if (auto back = write_file(*stones); !back) return back.error().in(done.error().what);
        return done.error();
    }
    if (done = load(); !done) return done.error();
    return stones->size();
}

std::vector<store::Tombstone> Erased::missing() const {
    const std::shared_lock lock(mutex_);
    return missing_;
}

const Erased::Stone* Erased::find(const Trait& identity) const {
    const auto found = stones_.find(digest(identity));
    return found == stones_.end() ? nullptr : &found->second;
}

std::optional<store::ErasureId> Erased::whose(const Group& group) const {
    if (is_empty()) return std::nullopt;
    const std::shared_lock lock(mutex_);
    return whose_locked(group);
}

std::optional<store::ErasureId> Erased::whose_locked(const Group& group) const {
    for (const auto& one : group) {
        if (const auto* stone = find(one)) {
            const bool has_id = one.field.starts_with("handle_") && tells_account(group, one.field.substr(7));
            if (!stone->is_weak || !has_id) return stone->erasure;
        }
        if (!has_scope(one)) continue;
        // Whoever was erased when nobody told of pages was erased on all of them.
        if (const auto* stone = find(without_scope(one)); stone && !stone->is_weak) return stone->erasure;
    }
    return std::nullopt;
}

bool Erased::mask_words(std::string& text, const std::set<std::string>& networks,
                        std::optional<store::ErasureId>& found) const {
    bool any = false;
    // A name that stands alone, as in what a service tells of its mentions.
    const bool is_alone = std::ranges::none_of(text, is_space_or_quote);
    const auto is_theirs = [&](std::string_view word) {
        const auto known = [&](const std::string& field) {
            const auto value = match::normalised(field, word);
            const auto* stone = value ? find({field, *value}) : nullptr;
            if (stone) found = stone->erasure;
            return stone != nullptr;
        };
        if (word.starts_with('@') || (is_alone && word.find_first_of("@/") == word.npos))
            return std::ranges::any_of(
                networks, [&](const std::string& network) { return known("handle_" + network); });
        if (word.find('@') != word.npos) return known("email");
        return word.size() >= 7 && word.find_first_not_of("+0123456789.-/") == word.npos && known("phone");
    };
    for (std::size_t at = 0; at < text.size();) {
        if (is_space_or_quote(text[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && !is_space_or_quote(text[end])) ++end;
        const auto word = core_of(std::string_view(text).substr(at, end - at));
        if (word.size() > 2 && is_theirs(word)) {
            const auto from = static_cast<std::size_t>(word.data() - text.data());
            end = from + kMask.size();
            text.replace(from, word.size(), kMask);
            any = true;
        }
        at = end;
    }
    return any;
}

Erased::Judgement Erased::judge(Event& event, const People& people) const {
    if (is_empty()) return {};
    for (const auto& told : people.of_event(event)) {
        if (const auto erasure = whose(told.group)) return {.refused = erasure};
    }
    return {.masked = mask(event)};
}

Result<bool> Erased::admit(db::Unit& unit, Event& event, const People& people, TimePoint now) const {
    const auto [refused, masked] = judge(event, people);
    if (!refused && !masked) return true;
    const store::KeptOut more{.events_refused = refused ? 1 : 0, .events_masked = masked ? 1 : 0};
    auto noted = store::Erasures::note_kept_out(unit, refused ? *refused : *masked, more, now);
    if (!noted) return noted.error();
    return !refused;
}

std::optional<store::ErasureId> Erased::mask(Event& event) const {
    if (is_empty()) return std::nullopt;
    const std::shared_lock lock(mutex_);
    std::set<std::string> networks{event.meta.connector};
    for (const auto field : {"author", "recipient"}) {
        const auto member = event.body.at(field);
        const auto network = member ? member->at("network") : std::nullopt;
        const auto name = network ? network->string() : std::nullopt;
        if (name) networks.emplace(*name);
    }
    std::optional<store::ErasureId> found;
    auto body = event.body.to_boost();
    const bool any =
        hub::mask(body, {.text = [&](std::string& text) { return mask_words(text, networks, found); },
                         .is_them =
                             [&](const People::Told& told) {
                                 const auto whose = whose_locked(told.group);
                                 if (whose) found = whose;
                                 return whose.has_value();
                             }});
    if (!any) return std::nullopt;
    event.body = Json::from(body);
    event.text.clear();
    return found;
}

Result<std::vector<store::Tombstone>> Erased::read_file() const {
    std::vector<store::Tombstone> out;
    std::ifstream in(file_);
    if (!in) {
        std::error_code error;
        if (std::filesystem::exists(file_, error)) return trouble(file_, "cannot be read");
        return out;
    }
    // A line that was cut off by a crash was never relied on: the store has those that are.
    for (std::string line; std::getline(in, line);) {
        if (auto stone = stone_of(line)) out.push_back(std::move(*stone));
    }
    return out;
}

Result<> Erased::write_file(const std::vector<store::Tombstone>& stones) const {
    const int file = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return trouble(file_, std::strerror(errno));
    // A line of its own, whatever a crash has left.
    std::string text = "\n";
    for (const auto& one : stones) text += one.digest + (one.is_weak ? " weak\n" : "\n");
    const bool is_whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const bool is_kept = is_whole && ::fsync(file) == 0;
    const std::string why = std::strerror(errno);
    ::close(file);
    if (!is_kept) return trouble(file_, why);
    return sync_folder();
}

Result<> Erased::replace_file(const std::vector<store::Tombstone>& stones) const {
    const auto fresh = file_.string() + ".new";
    std::error_code error;
    std::filesystem::remove(fresh, error);
    {
        std::ofstream out(fresh, std::ios::trunc);
        for (const auto& one : stones) out << one.digest << (one.is_weak ? " weak" : "") << '\n';
        if (!out.flush()) return trouble(fresh, "cannot be written");
    }
    std::filesystem::permissions(
        fresh, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    if (auto synced = db::sync_to_disk(fresh); !synced) return synced;
    std::filesystem::rename(fresh, file_, error);
    if (error) return trouble(file_, error.message());
    return sync_folder();
}

Result<> Erased::sync_folder() const {
    const auto folder = file_.parent_path();
    return db::sync_to_disk(folder.empty() ? "." : folder.string());
}

}  // namespace maillon::hub
