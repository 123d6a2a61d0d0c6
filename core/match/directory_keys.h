#pragma once

#include "core/config/config.h"
#include "core/event/json.h"
#include "core/store/directory.h"

#include <optional>
#include <string>
#include <vector>

namespace maillon::match {

/// The exact keys of one configured directory.
///
/// `fields:` of a directory names which field of a person stands in which field of a record. Those that
/// identify somebody become keys: `email`, `phone`, `handle_<network>` and `id_<network>`; names do not.
/// Values are normalised alike on both sides: e-mail and handles in lower case without spaces or a leading @,
/// phones as digits with their +, ids as they are.
class DirectoryKeys {
public:
    explicit DirectoryKeys(const config::Directory& directory);

    /// Keys of a record as the CRM gives it.
    std::vector<store::RecordKey> of_record(const Json& record) const;
    /// Keys of a person (maillon/kinds.hpp), strongest first: id, e-mail, phone, handle. Empty when nothing
    /// identifies them here.
    std::vector<store::RecordKey> of_person(const Json& person) const;
    /// The record fields that the directory needs to read.
    const std::vector<std::string>& record_fields() const { return record_fields_; }

private:
    struct Key {
        std::string person_field;
        std::string record_field;
    };
    const Key* key(std::string_view person_field) const;
    std::vector<Key> keys_;
    std::vector<std::string> record_fields_;
};

/// The same value in the form in which both sides compare it; nothing when it is empty or cannot identify
/// anybody.
std::optional<std::string> normalised(std::string_view person_field, std::string_view value);

/// What the directory says about a person's keys.
struct Found {
    enum class Kind { none, one, ambiguous };
    Kind kind = Kind::none;
    store::DirectoryRecord record;        ///< when one
    std::string matched_by;               ///< the field that found it
    std::vector<std::string> record_ids;  ///< when ambiguous
};
Result<Found> look_up(db::Session& session, const std::string& directory,
                      const std::vector<store::RecordKey>& keys);

}  // namespace maillon::match
