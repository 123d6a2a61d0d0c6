#pragma once

#include "core/journal/journal.h"
#include "core/route/plan.h"
#include "core/store/links.h"
#include "core/store/reviews.h"
#include "core/store/runs.h"

#include <string>
#include <vector>

namespace maillon::route {

/// The events by which routes learn what became of somebody after their run had gone on. Their bodies hold
/// the person and the record, and the conversations that the person took part in.
inline constexpr std::string_view kLinkAdded = "hub.link.added", kLinkRemoved = "hub.link.removed",
                                  kPersonNew = "hub.person.new", kMergeProposed = "hub.merge.proposed",
                                  kMergeUndone = "hub.merge.undone";

/// Who says something, and why.
struct Saying {
    std::string by{}, note{};
    EventSeq event{};  ///< that the question came of
};

/// What a person made of a question.
struct ReviewAnswer {
    enum class Word {
        accept,  ///< it is this record
        reject,  ///< it is none of them
        is_new,  ///< it is none of them, and a record is to be made
    };
    Word word = Word::accept;
    std::string record{};  ///< of accept; empty: the only candidate
    Saying saying{};
};

/// Links people with records and takes them apart, tells routes, and lets runs go on that waited for it: all
/// in one unit. Afterwards the engine is given `woken` and, when `has_told`, is woken itself. Each function
/// may be repeated: what is so already stays so. Faults: `unsupported` when something is not there,
/// `conflict` when somebody else decided otherwise before, `rejected` when it makes no sense.
class Linking {
public:
    /// All must outlive this.
    struct Parts {
        db::Unit& unit;
        Journal& journal;
        const Plan* plan = nullptr;  ///< may be absent where nothing is said by people
        TimePoint now{};
        int hops = 0;  ///< of the events that are told
    };
    explicit Linking(Parts parts) : parts_(parts) {}

    struct Answered {
        store::Review review{};
        bool was_so_already = false;
    };
    Result<Answered> answer(store::ReviewId id, const ReviewAnswer& answer);

    /// A person's word about a pair: it ends what the identity was linked with before, and what was
    /// forbidden.
    Result<> link(const std::string& directory, const store::Identity& who, const std::string& record,
                  const Saying& saying);
    /// Takes the identity off the record, with all that was linked on the strength of it; no rule links the
    /// pair again until a key of either side changes.
    Result<> unlink(const std::string& directory, const store::Identity& who, const std::string& record,
                    const Saying& saying);
    /// `record` stands for `other` too from now on. No link is touched: what leads to `other` is found under
    /// `record`, until they are split. Proposed to routes, of which none reaches a person because of it.
    Result<> merge(const std::string& directory, const std::string& record, const std::string& other,
                   const Saying& saying);
    /// Takes a merge back: everything is as it was before, and what came in between stays with the identity
    /// that it came from.
    Result<> split(const std::string& directory, const std::string& record, const std::string& other,
                   const Saying& saying);
    /// A record is no more: nothing is linked with it any longer.
    Result<> gone(const std::string& directory, const std::string& record);

    /// Tells routes of a link that is in force, or no longer is; with the person as they were `asked` about.
    Result<> tell(std::string_view type, const store::LinkEvent& link, bool is_replay = false,
                  const store::Review* asked = nullptr);
    /// Lets the runs go on that wait for an answer.
    Result<> wake(store::ReviewId review);

    std::vector<store::RunRow> woken{};
    bool has_told = false;
    std::vector<store::ClassRecord> suspended{};  ///< classes that link no more because of this

private:
    Result<> apply(const store::Review& review, const ReviewAnswer& answer, const std::string& record);
    Result<> forbid(const store::Review& review, const std::string& record, const Saying& saying);
    Result<> judge_sample(const store::Review& review, bool was_right, const Saying& saying);
    Result<> count(const store::Review& review, bool was_right);
    Result<> take_off(const store::LinkEvent& link, const std::string& rule, const Saying& saying,
                      bool is_replay = false);
    /// Keeps what happened and tells routes of it.
    Result<> say(std::string_view type, store::LinkEvent event, bool is_replay);
    /// That two records are merged, or no longer are.
    Result<> say_of_two(store::LinkKind kind, const std::string& directory, const std::string& record,
                        const std::string& other, const Saying& saying);
    /// Links that rested on one which is no more.
    Result<> recompute(const std::string& directory, const std::string& record);
    Result<> close_others(const std::string& directory, const store::Identity& who, const std::string& record,
                          const Saying& saying);
    Result<> have(const std::string& directory, const std::string& record) const;
    /// With the word that forbids a pair: the keys that it is good for.
    Result<std::string> ban(const std::string& directory, const store::Identity& who, const Json& person,
                            const std::string& record, const std::string& before) const;
    Result<const match::DirectoryKeys*> keys_of(const std::string& directory) const;

    Parts parts_;
};

}  // namespace maillon::route
