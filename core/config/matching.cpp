#include "core/config/scalars.h"
#include "core/config/sections.h"
#include "core/config/yaml_scalar.h"

#include <algorithm>
#include <array>

namespace maillon::config {
namespace {

constexpr std::array<std::string_view, 4> kShared{"email", "phone", "handle", "id"};
constexpr Key kPeople{"people", {}, {}, {}, {}, false, {}, 1, 1'000};

std::optional<double> number_of(const Scalar& scalar) {
    const auto value = natural_value(scalar);
    if (value.is_double()) return value.as_double();
    if (value.is_int64()) return static_cast<double>(value.as_int64());
    return std::nullopt;
}

/// A number of which `fits` approves; `form` says what it must be.
template <class Fits>
void read_number(double& out, const Member* member, Reading& reading, std::string_view form,
                 const std::string& hint, const Fits& fits) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return;
    const auto value = number_of(*scalar);
    if (value && fits(*value)) {
        out = *value;
        return;
    }
    reading.diagnostics.error(
        member->value.place,
        "'" + member->key.text + "' must be " + std::string(form) + ", not '" + scalar->text + "'", hint);
}

void read_probability(double& out, const Member* member, Reading& reading, const std::string& hint) {
    read_number(out, member, reading, "a probability above 0 and not above 1", hint,
                [](double value) { return value > 0 && value <= 1; });
}

/// "1%", or a number from 0 to 1.
void read_share(double& out, const Member* member, Reading& reading) {
    const Scalar* scalar = read_scalar(reading, member);
    if (scalar == nullptr) return;
    auto text = *scalar;
    const bool is_percent = text.text.ends_with('%');
    if (is_percent) text.text.pop_back();
    const auto value = number_of(text);
    const double share = value ? *value / (is_percent ? 100 : 1) : -1;
    if (share >= 0 && share <= 1) {
        out = share;
        return;
    }
    reading.diagnostics.error(
        member->value.place, "'" + member->key.text + "' must be a share, not '" + scalar->text + "'",
        value && *value > 1 && *value <= 100 && !is_percent ? "did you mean '" + scalar->text + "%'?"
                                                            : "write for instance 1%, or 0 for none");
}

void read_classes(std::vector<Name>& out, const Member* member, Reading& reading) {
    if (member == nullptr) return;
    if (!member->value.is_list() || member->value.items.empty()) {
        reading.diagnostics.error(member->value.place, "'classes' must be a list of classes of evidence",
                                  "write for instance classes: [ key:email, key:phone ]");
        return;
    }
    for (const auto& item : member->value.items) {
        // Which there are is known when the model has been read.
        if (item.is_scalar() && !item.scalar.text.empty()) {
            out.push_back({item.scalar.text, item.scalar.place});
        } else {
            reading.diagnostics.error(item.place, "this is not the name of a class of evidence",
                                      "they are shown by maillon match explain: key:email, key:phone, …");
        }
    }
}

void read_link(Matching& out, const Member* member, Reading& reading) {
    if (member == nullptr) return;
    Fields fields(member->value, "'link'", reading, kMatchingLinkShape);
    read_probability(out.link_at, fields.take("at"), reading, "at: 0.995");
    read_number(out.margin, fields.take("margin"), reading, "bits from 0 to 1000", "margin: 7",
                [](double value) { return value >= 0 && value <= 1'000; });
    read_classes(out.classes, fields.take("classes"), reading);
    fields.finish();
}

void read_review(Matching& out, const Member* member, Reading& reading) {
    if (member == nullptr) return;
    Fields fields(member->value, "'review'", reading, kMatchingReviewShape);
    read_probability(out.review_at, fields.take("at"), reading, "at: 0.5");
    fields.finish();
}

void read_shared(Matching& out, const Member* member, Reading& reading) {
    if (member == nullptr || !check_map(member->value, "'shared'", reading)) return;
    const std::vector<std::string> known(kShared.begin(), kShared.end());
    for (const auto& entry : member->value.members) {
        if (std::ranges::find(known, entry.key.text) == known.end())
            reading.diagnostics.error(entry.key.place,
                                      "'shared' knows no values of the kind '" + entry.key.text + "'",
                                      suggest(entry.key.text, known));
        else if (const auto people = read_integer(reading, &entry, kPeople))
            out.shared[entry.key.text] = *people;
    }
}

}  // namespace

bool Matching::permits(std::string_view evidence_class) const {
    return classes.empty() ||
           std::ranges::any_of(classes, [&](const Name& name) { return name.value == evidence_class; });
}

std::int64_t Matching::most_people(std::string_view field) const {
    const auto found = shared.find(field.substr(0, field.find('_')));
    return found == shared.end() ? 1 : found->second;
}

Matching read_matching(const Member* member, Reading& reading) {
    Matching out;
    if (member == nullptr) return out;
    Fields fields(member->value, "'match'", reading, kMatchingShape, member->key.place);
    const Member* model = fields.take("model");
    out.model = read_path(reading, model);
    if (model != nullptr) out.model_place = model->value.place;
    read_link(out, fields.take("link"), reading);
    read_review(out, fields.take("review"), reading);
    read_shared(out, fields.take("shared"), reading);
    read_share(out.sample, fields.take("sample"), reading);
    if (const auto most = read_integer(reading, fields.take("identities"), fields.about("identities")))
        out.identities = *most;
    fields.finish();
    if (fields.is_map() && out.review_at > out.link_at)
        reading.diagnostics.error(member->value.place,
                                  "review.at is above link.at: a person would be asked about less than links "
                                  "by itself",
                                  "review: { at: 0.5 }, link: { at: 0.995 }");
    return out;
}

}  // namespace maillon::config
