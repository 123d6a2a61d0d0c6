#pragma once

#include "core/match/judge.h"
#include "core/store/reviews.h"

#include <optional>
#include <string>
#include <vector>

namespace maillon::match {

struct Model;

/// What is left of a verdict when people and the directory's configuration have had their say.
struct Permitted {
    /// Its kind is what is to be done; its candidates are those that nobody has forbidden.
    Verdict verdict{};
    store::ReviewKind question = store::ReviewKind::unsure;  ///< of a review
    store::Identity about{};                                 ///< of a review: whom it is about
    std::string thing{};  ///< of a review: by what it is the same question when it is asked again
    std::optional<store::DirectoryRecord> record{};  ///< of a link
    std::string withheld{};   ///< why the judge's link is none: "probability 0.97 is below link.at 0.995"
    std::string suspended{};  ///< the class that would have linked, were it not suspended
};

/// Holds a verdict about somebody against what people have forbidden, against the classes of evidence, the
/// probability and the margin that the directory's `match:` demands, and against how many identities a record
/// may have. Reads, and keeps nothing.
class Permission {
public:
    /// `directory` must outlive this.
    explicit Permission(const DirectoryKeys& directory) : directory_(directory) {}

    Result<Permitted> weigh(db::Session& session, const Person& person, Verdict verdict) const;

private:
    Result<> take_out_forbidden(db::Session& session, const Person& person, Verdict& verdict) const;
    Result<Permitted> link(db::Session& session, Permitted out) const;
    /// Whom it is about is linked with the first candidate already.
    bool is_linked(db::Session& session, const Permitted& out) const;
    /// Why the configuration does not let the first candidate be linked; empty when it does.
    std::string objection(const Verdict& verdict) const;

    const DirectoryKeys& directory_;
};

/// The classes of evidence that there are: of keys, and those of a model, which may be null.
std::vector<std::string> evidence_classes(const Model* model);

/// What the rules alone make of somebody, whatever they are linked with now: as in Decider::decide for a
/// person who has never been seen. `scorer` may be null. Keeps nothing.
Result<Permitted> foresee(db::Session& session, const DirectoryKeys& directory, const Judge* scorer,
                          const Person& person, TimePoint now);

}  // namespace maillon::match
