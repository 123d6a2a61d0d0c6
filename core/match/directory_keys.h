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
/// identify somebody become keys: `email`, `phone`, `handle_<network>`, `id_<network>` (in whatever scope)
/// and `id_<network>/<scope>`; names do not. Values are normalised alike on both sides: e-mail and handles in
/// lower case without spaces or a leading @, phones as digits with their +, ids as they are.
class DirectoryKeys {
public:
    explicit DirectoryKeys(const config::Directory& directory);

    const std::string& name() const { return name_; }
    const config::Matching& policy() const { return policy_; }

    /// Keys of a record as the CRM gives it.
    std::vector<store::RecordKey> of_record(const Json& record) const;
    /// Keys of a person (maillon/kinds.hpp), strongest first: id, e-mail, phone, handle. Empty when nothing
    /// identifies them here.
    std::vector<store::RecordKey> of_person(const Json& person) const;
    /// The name of the person behind a record, from `name`, else `given_name` and `family_name`; may be
    /// empty.
    std::string name_of(const Json& record) const;
    /// The fields of a person that are keys here.
    std::vector<std::string> fields() const;
    /// The record fields that the directory needs to read.
    const std::vector<std::string>& record_fields() const { return record_fields_; }
    /// What is read of what, and as what: with another text here, what was read before is of no more use.
    const std::string& reads() const { return reads_; }

private:
    struct Key {
        std::string person_field;
        std::string record_field;
    };
    const Key* key(std::string_view person_field) const;
    std::string name_;
    config::Matching policy_;
    std::vector<Key> keys_;
    std::string full_name_, given_name_, family_name_;  ///< fields of the record
    std::vector<std::string> record_fields_;
    std::string reads_;
};

/// The same value in the form in which both sides compare it; nothing when it is empty or cannot identify
/// anybody.
std::optional<std::string> normalised(std::string_view person_field, std::string_view value);

}  // namespace maillon::match
