#pragma once

#include "core/config/secrets.h"
#include "core/db/database.h"
#include "core/hub/masking.h"
#include "core/store/erasures.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

namespace maillon::hub {

/// Knows erased persons again without knowing who they are: by HMAC-SHA-256 of each identity under a salt.
///
/// The salt is the secret `erasure_salt` of this installation, made at the first erasure; without it the
/// digests, which lie in the store, tell nothing, not even by trying all phone numbers. An id that was given
/// for a page is known again on that page, and where no page is told; the same id on another page is somebody
/// else's. The digests lie also in the file `.erased` beside it: so a store that is brought back from a
/// backup of before an erasure is told of it. Thread-safe.
class Erased {
public:
    static constexpr std::string_view kSalt = "erasure_salt";

    Erased(db::Database& database, const config::Secrets& secrets, const std::filesystem::path& folder);

    /// Reads the digests. A Fault when there are any and the salt is not: nobody would be known again.
    Result<> load();
    bool is_empty() const { return size_.load() == 0; }
    /// Grows with each change; who has judged before may have to judge again.
    std::uint64_t version() const { return version_.load(); }

    /// The digests of a person; makes the salt when there is none.
    Result<std::vector<store::Tombstone>> stones_of(const Person& person);
    /// Writes them beside the salt; then, with the unit that `with` is called in, into the store, under the
    /// erasure that it answers.
    Result<> add(std::vector<store::Tombstone> stones,
                 const std::function<Result<store::ErasureId>(db::Unit&)>& with);
    /// Takes away what a person was known by, who is to be let in again; how many there were.
    Result<std::size_t> lift(const Person& person);
    /// Digests that the file has and the store did not when it was loaded: it was restored.
    std::vector<store::Tombstone> missing() const;

    /// Under which erasure this person was erased, if they were.
    std::optional<store::ErasureId> whose(const Group& group) const;
    /// What is to become of an event: refused when it is from, to or about somebody who was erased; masked
    /// where it only mentions them.
    struct Judgement {
        std::optional<store::ErasureId> refused{}, masked{};
    };
    Judgement judge(Event& event, const People& people) const;
    /// The same of an event that a route emits, counted in its unit; false when it is refused.
    Result<bool> admit(db::Unit& unit, Event& event, const People& people, TimePoint now) const;
    /// Frees other people's words of those who were erased: what stands for them, and their e-mails, phones
    /// and @handles in texts. The erasure, when anything was masked.
    std::optional<store::ErasureId> mask(Event& event) const;

private:
    struct Stone {
        store::ErasureId erasure{};
        bool is_weak = false;
    };
    std::string digest(const Trait& identity) const;
    const Stone* find(const Trait& identity) const;
    std::optional<store::ErasureId> whose_locked(const Group& group) const;
    bool mask_words(std::string& text, const std::set<std::string>& networks,
                    std::optional<store::ErasureId>& found) const;
    Result<std::vector<store::Tombstone>> read_file() const;
    Result<> write_file(const std::vector<store::Tombstone>& stones) const;
    /// Writes the whole file anew.
    Result<> replace_file(const std::vector<store::Tombstone>& stones) const;
    Result<> sync_folder() const;
    Result<> ensure_salt();

    db::Database& database_;
    const config::Secrets& secrets_;
    std::filesystem::path file_;
    mutable std::shared_mutex mutex_;
    std::string salt_;
    std::unordered_map<std::string, Stone> stones_;
    std::vector<store::Tombstone> missing_;
    std::atomic<std::size_t> size_{0};
    std::atomic<std::uint64_t> version_{0};
};

}  // namespace maillon::hub
