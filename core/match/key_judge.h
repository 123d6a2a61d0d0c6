#pragma once

#include "core/match/judge.h"
#include "core/match/names.h"

namespace maillon::match {

/// Exact keys: a network's id, an e-mail address, a phone number, a name on a network; looked up in the
/// store.
///
/// A key links when it leads to one record, when no other key leads elsewhere, when it is a person's own
/// (not an office's, not one that more people have than the directory allows, not a name that somebody else
/// bore before) and when the names do not contradict it. Whatever is short of that is a person's to decide.
/// When the keys say nothing, `scorer` is asked, if there is one.
class KeyJudge {
public:
    /// Both must outlive this; `scorer` may be null.
    explicit KeyJudge(const DirectoryKeys& directory, const Judge* scorer = nullptr)
        : directory_(directory), scorer_(scorer) {}

    Result<Verdict> judge(db::Session& session, const Person& person, TimePoint now) const;

private:
    struct Hit {
        store::RecordKey key;
        store::DirectoryRecord record;
        Names names = Names::unknown;
    };
    /// What a key is worth here.
    enum class Worth { full, shared, taken_over, stale };
    Result<Worth> worth_of(db::Session& session, const Person& person, const store::RecordKey& key,
                           std::size_t records, TimePoint now) const;
    /// Whether the id that leads to the record is, as far as is known, the one of another page or app.
    Result<bool> is_elsewhere(db::Session& session, const Person& person, const store::RecordKey& key,
                              const std::string& record) const;
    Result<std::vector<Hit>> hits(db::Session& session, const Person& person,
                                  const store::RecordKey& key) const;

    const DirectoryKeys& directory_;
    const Judge* scorer_;
};

}  // namespace maillon::match
