#pragma once

#include "core/config/config.h"

#include <string>
#include <utility>
#include <vector>

namespace maillon::match {

/// Fields of a directory: what it is of a person, and which field of the record holds it.
using FieldNames = std::vector<std::pair<std::string, std::string>>;

inline void add_fields(config::Directory& directory, const FieldNames& fields) {
    for (const auto& [person, record] : fields) {
        config::Field field;
        field.name.value = person;
        field.value.scalar.text = record;
        directory.fields.push_back(field);
    }
}

/// The directory "customers", as its configuration would give it.
inline config::Directory directory_of(const FieldNames& fields) {
    config::Directory out;
    out.name.value = "customers";
    add_fields(out, fields);
    return out;
}

}  // namespace maillon::match
