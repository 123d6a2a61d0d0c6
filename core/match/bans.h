#pragma once

#include "core/match/person.h"
#include "core/store/links.h"

namespace maillon::match {

// A person's "no" to a pair holds until a key of either side changes. So the keys of both sides are kept with
// it, and a key that is not among them is a new one.

/// As they are kept: of this person, of whoever was seen under the identity, of `before` (what an earlier
/// word has kept), and of the record.
struct BothSides {
    const store::Identity& identity;
    const Person& person;
    const store::DirectoryRecord& record;
    std::string before{};
};
Result<std::string> known_keys(db::Session& session, const BothSides& sides);
/// The same of what is at hand.
std::string keys_of_pair(const Person& person, const store::DirectoryRecord& record);

/// Whether the word still forbids: neither side has a key that was not there when it was said.
bool still_forbids(const store::LinkEvent& word, const Person& person, const store::DirectoryRecord& record);

}  // namespace maillon::match
