#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace maillon::config {

/// One key of a map of the language: what its reader and the schema for editors share, so that neither can
/// have a key, a limit or a word that the other has not. All texts are literals of ours.
struct Key {
    std::string_view name;
    /// Of language_definitions(), which says what may stand there; empty where `choices` or limits say it, or
    /// where `inner` does.
    std::string_view value;
    std::string_view words;       ///< what it is for; Markdown
    std::string_view preset{};    ///< JSON of what holds when it is not written
    std::string_view examples{};  ///< a JSON array
    bool is_required = false;
    std::span<const std::string_view> choices{};
    std::int64_t least = 0, most = 0;  ///< of a whole number, when `most` is above 0
};

/// A map of the language. `Fields` reads it, and asserts that exactly these keys are asked for.
struct Shape {
    std::string_view name;  ///< of its definition in the schema
    std::string_view words;
    std::span<const Key> keys;

    /// Null when it has no such key.
    const Key* find(std::string_view key) const;
};

extern const Shape kRootShape;  ///< the sections
extern const Shape kHubShape, kKeepShape, kLogShape, kLimitsShape, kCommitShape;
extern const Shape kProcessorShape;  ///< the hub's own keys of an instance; the plug-in's come beside them
inline constexpr std::array<std::string_view, 4> kWhenInDoubt{"person", "again", "failed", "done"};
extern const Shape kConnectorShape, kRetryShape;
extern const Shape kMatchingShape, kMatchingLinkShape, kMatchingReviewShape;
extern const Shape kDirectoryShape, kConversationShape, kBudgetShape, kRouteShape, kScheduleShape;
extern const Shape kStepShape;  ///< what every step takes beside the keys of its kind
extern const Shape kLetShape, kUseShape, kDoShape, kMatchShape, kTalkShape, kCallShape, kAnswerShape,
    kEmitShape, kDropShape, kChooseShape, kEachShape, kTimerShape;
extern const Shape kCreateShape, kApproveShape;
extern const Shape kBranchShape, kElseShape;

}  // namespace maillon::config
