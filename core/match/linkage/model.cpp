#include "core/match/linkage/model.h"

#include <algorithm>

namespace maillon::match {

const std::vector<std::string>& kind_names() {
    static const std::vector<std::string> names{"given_name", "family_name", "email",  "phone",   "handle",
                                                "text",       "names",       "city",   "company", "phrase",
                                                "number",     "year",        "date",   "code",    "category",
                                                "link",       "image_hash",  "residue"};
    return names;
}

std::optional<Kind> kind_from(std::string_view word) {
    const auto found = std::ranges::find(kind_names(), word);
    if (found == kind_names().end()) return std::nullopt;
    return static_cast<Kind>(found - kind_names().begin());
}

std::string_view name_of(Kind kind) {
    return kind_names()[static_cast<std::size_t>(kind)];
}

const FieldModel* Model::field(std::string_view named) const {
    const auto found = std::ranges::find(fields, named, &FieldModel::name);
    return found == fields.end() ? nullptr : &*found;
}

bool Model::is_learned() const {
    return overlap && std::ranges::none_of(fields, [](const auto& one) { return one.weights.empty(); });
}

}  // namespace maillon::match
