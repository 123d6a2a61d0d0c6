#include "core/config/step_nests.h"

#include "core/config/scalars.h"
#include "core/config/sections.h"

namespace maillon::config {
namespace {

constexpr std::string_view kSomeSteps = "steps: [ { drop: \"not yet\" } ]";

Steps read_inner(const Member* steps, const std::string& owner, Reading& reading) {
    return steps == nullptr ? Steps{} : read_steps(steps->value, owner, reading);
}

/// The last branch: `else:` with its steps.
std::optional<Branch> read_else(Fields& fields, const Member& member, Reading& reading) {
    Branch out;
    out.name = "else";
    out.place = member.key.place;
    out.steps = read_inner(&member, "'else'", reading);
    for (const auto* key : {"when", "steps", "name"}) {
        const Member* other = fields.take(key);
        if (other == nullptr) continue;
        reading.diagnostics.error(other->key.place, "'else' takes no '" + std::string(key) + "'",
                                  std::string_view(key) == "steps"
                                      ? "the steps stand under 'else' itself:  - else: [ … ]"
                                      : "take it out: 'else' is what is left, and is its own name");
    }
    fields.finish();
    return out;
}

std::optional<Branch> read_branch(const ValueTree& tree, Reading& reading) {
    Fields fields(tree, "branch of 'choose'", reading, kBranchShape);
    fields.also(kElseShape);
    if (!fields.is_map()) return std::nullopt;
    if (const Member* otherwise = fields.take("else")) return read_else(fields, *otherwise, reading);
    Branch out;
    const Member* when = fields.require("when", "when: event.language == 'fr'");
    out.place = when != nullptr ? when->key.place : tree.place;
    const auto condition = read_expression(reading, when);
    if (const Member* name = fields.take("name")) {
        const Scalar* text = read_scalar(reading, name);
        if (text != nullptr && check_name(reading, *text, "a branch")) out.name = text->text;
    }
    out.steps = read_inner(fields.require("steps", kSomeSteps), "a branch of 'choose'", reading);
    fields.finish();
    if (!condition) return std::nullopt;
    out.when = *condition;
    return out;
}

}  // namespace

std::optional<Action> read_choose(const Member& main, Fields& fields, Reading& reading) {
    Choose out;
    fields.finish();
    if (!main.value.is_list() || main.value.items.empty()) {
        reading.diagnostics.error(main.value.is_null() ? main.key.place : main.value.place,
                                  "'choose' must be a list of branches",
                                  "each branch begins with  - when:  and has  steps:");
        return std::nullopt;
    }
    bool is_good = true;
    for (const auto& item : main.value.items) {
        auto branch = read_branch(item, reading);
        is_good = is_good && branch;
        if (!branch) continue;
        if (!out.branches.empty() && !out.branches.back().when) {
            reading.diagnostics.error(branch->place, "'else' must be the last branch, and the only one",
                                      "what stands behind it would never be reached");
        }
        out.branches.push_back(std::move(*branch));
    }
    if (!is_good) return std::nullopt;
    if (!out.branches.front().when) {
        reading.diagnostics.error(out.branches.front().place, "'else' needs a branch with 'when' before it",
                                  "a choice of one is no choice: write the steps without 'choose'");
    }
    name_branches(out, "'choose'", reading);
    return out;
}

std::optional<Action> read_each(const Member& main, Fields& fields, Reading& reading) {
    Each out;
    const auto list = read_expression(reading, &main);
    const Member* as = fields.require("as", "as: item");
    const auto name = read_identifier(reading, as);
    out.key = read_expression(reading, fields.take("key"));
    const std::string owner = "the loop over '" + name.value_or("item") + "'";
    out.steps = read_inner(fields.require("steps", kSomeSteps), owner, reading);
    name_steps(out.steps, owner, reading);
    fields.finish();
    if (!list || !name) return std::nullopt;
    out.list = *list;
    out.as = *name;
    out.as_place = as->value.place;
    return out;
}

std::optional<Action> read_timer(const Member& main, Fields& fields, Reading& reading) {
    Timer out;
    const Scalar* name = read_scalar(reading, &main);
    const bool is_named = name != nullptr && check_name(reading, *name, "a timer");
    fields.require("after", "after: 2h");
    const auto span = read_span(reading, fields, "after");
    out.unless = read_expression(reading, fields.take("unless"));
    const std::string owner = name == nullptr ? "a timer" : "timer '" + name->text + "'";
    out.steps = read_inner(fields.require("steps", kSomeSteps), owner, reading);
    name_steps(out.steps, owner, reading);
    fields.finish();
    if (!is_named || !span) return std::nullopt;
    out.name = {name->text, name->place};
    out.after = *span;
    return out;
}

}  // namespace maillon::config
