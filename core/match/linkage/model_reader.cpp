#include "core/match/linkage/model_reader.h"

#include "core/config/environment.h"
#include "core/config/load.h"
#include "core/config/reading.h"
#include "core/config/scalars.h"
#include "core/config/yaml_reader.h"
#include "core/match/linkage/model_checks.h"
#include "core/match/linkage/model_shape.h"
#include "core/match/linkage/model_values.h"
#include "core/match/normalise/phone.h"

#include <fstream>
#include <sstream>

namespace maillon::match {
namespace {

using config::Fields;
using config::Member;
using config::Reading;
using config::ValueTree;

void read_columns(FieldModel& field, Fields& fields, Reading& reading) {
    const Member* both = fields.take("column");
    const Member* left = fields.take("left");
    const Member* right = fields.take("right");
    if (both != nullptr && (left != nullptr || right != nullptr))
        reading.diagnostics.error(both->key.place,
                                  "'column' says it for both tables; take out 'left' and 'right'");
    field.columns = {column_refs(left != nullptr ? left : both, reading),
                     column_refs(right != nullptr ? right : both, reading)};
    if (both == nullptr && (left == nullptr || right == nullptr) && fields.is_map())
        reading.diagnostics.error(
            left != nullptr    ? left->key.place
            : right != nullptr ? right->key.place
                               : config::Place{},
            fields.what() + " names no column for " +
                (left == nullptr ? "the left table" : "the right table"),
            "write  column: NAME  when it is called the same in both, else left and right");
}

FieldModel read_field(const Member& member, Reading& reading) {
    FieldModel out;
    out.name = member.key.text;
    config::check_name(reading, member.key, "a field");
    Fields fields(member.value, "field '" + out.name + "'", reading, kModelFieldShape, member.key.place);
    const Member* kind = fields.require("kind", "kind: text");
    if (const auto word = config::read_text(reading, kind)) {
        if (const auto known = kind_from(*word))
            out.kind = *known;
        else
            reading.diagnostics.error(kind->value.place, "there is no kind '" + *word + "'",
                                      config::suggest(*word, kind_names()));
    }
    read_columns(out, fields, reading);
    out.is_optional = boolean(fields.take("optional"), false, reading);
    out.counts_rarity = boolean(fields.take("rarity"), true, reading);
    out.swaps_with = config::read_text(reading, fields.take("swaps_with")).value_or("");
    for (const auto& name : demands(fields.take("without"), reading)) out.without.push_back(name.field);
    out.most_shared = static_cast<std::uint32_t>(
        config::read_integer(reading, fields.take("most_shared"), fields.about("most_shared")).value_or(0));
    fields.finish();
    return out;
}

EvidenceClass read_class(const Member& member, Reading& reading) {
    EvidenceClass out;
    out.name = member.key.text;
    Fields fields(member.value, "class '" + out.name + "'", reading, kModelClassShape, member.key.place);
    out.all = demands(fields.take("all"), reading);
    out.any = demands(fields.take("any"), reading);
    out.none = demands(fields.take("none"), reading);
    out.at_least = static_cast<int>(
        config::read_integer(reading, fields.take("at_least"), fields.about("at_least")).value_or(1));
    const Member* link = fields.require("link", "link: 0.99");
    const bool is_never = link != nullptr && link->value.is_scalar() && link->value.scalar.text == "never";
    out.link = is_never ? 2 : fraction(link, 0.99, reading);
    fields.finish();
    if (fields.is_map() && static_cast<std::size_t>(out.at_least) > std::max<std::size_t>(1, out.any.size()))
        reading.diagnostics.error(member.key.place,
                                  "class '" + out.name + "' wants more of 'any' than there are");
    return out;
}

void read_weights(Model& model, const Member& member, Reading& reading) {
    const auto found = std::ranges::find(model.fields, member.key.text, &FieldModel::name);
    if (found == model.fields.end())
        return reading.diagnostics.error(member.key.place,
                                         "the model has no field '" + member.key.text + "'");
    Fields fields(member.value, "weights of '" + found->name + "'", reading, kModelWeightsShape,
                  member.key.place);
    const auto levels = levels_of(found->kind);
    found->weights.m = by_level(fields.require("m", "m: {exact: 0.9}"), levels, reading);
    found->weights.u = by_level(fields.require("u", "u: {exact: 0.01}"), levels, reading);
    fields.finish();
}

void read_learned(Model& model, const Member* member, Reading& reading) {
    if (member == nullptr) return;
    Fields fields(member->value, "'learned'", reading, kModelLearnedShape, member->key.place);
    model.overlap = fraction(fields.require("overlap", "overlap: 0.7"), 0.5, reading);
    if (const Member* all = fields.require("fields", "fields: {}");
        all != nullptr && config::check_map(all->value, "'fields'", reading)) {
        for (const auto& one : all->value.members) read_weights(model, one, reading);
    }
    model.calibration = calibration_points(fields.take("calibration"), reading);
    fields.finish();
}

void read_ids(Model& model, const Member* member, Reading& reading) {
    if (member == nullptr) return;
    if (!member->value.is_map()) {
        const auto names = alternatives(member, reading);
        model.id_columns = {names, names};
        return;
    }
    Fields sides(member->value, "'id'", reading, kModelSidesShape, member->key.place);
    model.id_columns[0] = alternatives(sides.require("left", "left: id"), reading);
    model.id_columns[1] = alternatives(sides.require("right", "right: id"), reading);
    sides.finish();
}

void read_limits(Model& model, Fields& fields, Reading& reading) {
    const auto whole = [&](std::string_view key, auto& to) {
        if (const auto read = config::read_integer(reading, fields.take(key), fields.about(key)))
            to = static_cast<std::remove_reference_t<decltype(to)>>(*read);
    };
    whole("version", model.version);
    whole("largest_block", model.largest_block);
    whole("most_candidates", model.most_candidates);
    whole("seed", model.seed);
    const auto& words = fields.about("cardinality").choices;
    if (const auto word = config::read_choice(reading, fields.take("cardinality"), words))
        model.cardinality = static_cast<Cardinality>(*word);
    const Member* country = fields.take("country");
    model.country = config::read_text(reading, country).value_or("");
    if (!model.country.empty() && !is_country(model.country))
        reading.diagnostics.error(country->value.place,
                                  "there is no country '" + model.country + "' with telephone numbers",
                                  "write its two letters (ISO 3166): country: FR");
    model.link = fraction(fields.take("link"), model.link, reading);
    model.review = fraction(fields.take("review"), model.review, reading);
    model.margin_bits = number(fields.take("margin_bits"), model.margin_bits, 0, 100, reading);
    model.namesakes = fraction(fields.take("namesakes"), model.namesakes, reading);
}

Model read_root(const ValueTree& tree, Reading& reading) {
    Model model;
    Fields fields(tree, "the model", reading, kModelShape);
    model.name = config::read_text(reading, fields.require("model", "model: persons")).value_or("");
    read_limits(model, fields, reading);
    read_ids(model, fields.take("id"), reading);
    const Member* compared = fields.require("fields", "fields: {name: {kind: text, column: name}}");
    if (compared != nullptr && config::check_map(compared->value, "'fields'", reading)) {
        for (const auto& one : compared->value.members) model.fields.push_back(read_field(one, reading));
    }
    model.blocking = blocking_rules(fields.require("blocking", "blocking: [name.words]"), reading);
    if (const Member* classes = fields.take("classes");
        classes != nullptr && config::check_map(classes->value, "'classes'", reading)) {
        for (const auto& one : classes->value.members) model.classes.push_back(read_class(one, reading));
    }
    read_learned(model, fields.take("learned"), reading);
    fields.finish();
    if (compared != nullptr) check_model(model, tree, reading);
    return model;
}

}  // namespace

LoadedModel read_model(std::string name, std::string text) {
    LoadedModel out;
    out.sources = std::make_shared<config::Sources>();
    const auto file = out.sources->add(std::move(name), std::move(text));
    const auto tree = config::read_yaml(*out.sources, file, out.diagnostics);
    if (!tree) return out;
    const config::Environment none;
    Reading reading{*out.sources, out.diagnostics, none, {}};
    Model model = read_root(*tree, reading);
    if (!out.diagnostics.has_errors()) out.model = std::move(model);
    return out;
}

LoadedModel read_model(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (in && text) return read_model(file.string(), text.str());
    LoadedModel out;
    out.sources = std::make_shared<config::Sources>();
    out.diagnostics.error({}, "cannot read the model " + file.string(),
                          "is the path right, and may you read it?");
    return out;
}

}  // namespace maillon::match
