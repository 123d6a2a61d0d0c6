#pragma once
#include "maillon/kinds.hpp"
#include "maillon/sdk.hpp"

#include <map>

namespace maillon::twitter {

/// Our own account on X.
struct Account {
    std::string id;
    std::string handle;
};

/// True for an identifier of X: digits only, at most 19.
bool is_id(std::string_view text);

/// Numeric order of two identifiers; an empty one is the smallest.
bool id_less(std::string_view a, std::string_view b);

/// When the identifier was made, Unix ms: X keeps the time in its upper bits. Nothing for an older, short
/// one.
std::optional<std::int64_t> time_of_id(std::string_view id);

/// The first id of the post's edit history, whichever of the two names it goes by; the post's own id without
/// one.
std::string first_id(const json::object& post);

/// Text of the post with entities decoded: the long form when there is one.
std::string text_of(const json::object& post);

/// The id of the post this one answers; empty when it answers none.
std::string answered_id(const json::object& post);

/// When the post was made, Unix ms; by its id when it does not say so, 0 when that does not tell either.
std::int64_t time_of(const json::object& post);

/// What an answer carries beside its posts.
class Includes {
public:
    explicit Includes(const json::object& answer);
    kinds::Person author(const std::string& id) const;  ///< with the id alone when nothing is known
    std::vector<kinds::Attachment> attachments(const json::object& post) const;

private:
    std::map<std::string, const json::object*> users_, media_;  // borrowed from the answer
};

/// Events of one post, oldest first. An edited post whose first version is newer than `since` was never seen:
/// it is received as well as edited. Empty when it has no usable id.
std::vector<NewEvent> events_of(const json::object& post, const Includes& includes, const Account& own,
                                std::string_view since, std::int64_t now_ms);

}  // namespace maillon::twitter
