#include "core/config/scalars.h"
#include "core/config/sections.h"
#include "core/config/step_kinds.h"

#include <algorithm>
#include <array>

namespace maillon::config {
namespace {

constexpr std::array<std::string_view, 1> kLater{"wait"};

std::vector<std::string> kind_names() {
    std::vector<std::string> out;
    for (const auto& kind : step_kinds()) out.emplace_back(kind.key);
    return out;
}

/// What a list of steps or `continue` says about one class of failure.
std::optional<Handler> read_handler(const Member& member, const std::string& owner, Reading& reading) {
    Handler out;
    out.place = member.key.place;
    const bool is_continue = member.value.is_scalar() && member.value.scalar.text == "continue";
    if (is_continue) return out;
    if (!member.value.is_list()) {
        reading.diagnostics.error(
            member.value.place, "'" + member.key.text + "' must be 'continue' or a list of steps",
            "write for instance " + member.key.text + ": [ { emit: hub.answer.refused } ]");
        return std::nullopt;
    }
    out.steps = read_steps(member.value, owner, reading);
    name_steps(out.steps, owner, reading);
    return out;
}

void read_on_error(Step& step, const Member* member, const std::string& owner, Reading& reading) {
    if (member == nullptr) return;
    if (member->value.is_scalar() || member->value.is_list()) {
        if (auto handler = read_handler(*member, owner, reading))
            step.on_error.emplace("any", std::move(*handler));
        return;
    }
    const std::vector<std::string> classes(failure_classes().begin(), failure_classes().end());
    for (const auto& entry : member->value.members) {
        if (std::ranges::find(classes, entry.key.text) == classes.end()) {
            reading.diagnostics.error(entry.key.place, "'" + entry.key.text + "' is no class of failure",
                                      suggest(entry.key.text, classes));
        }
        auto handler = read_handler(entry, owner, reading);
        if (handler) step.on_error.emplace(entry.key.text, std::move(*handler));
    }
}

/// The one kind of the step, or null when that was an error.
const StepKind* find_kind(const ValueTree& tree, const std::string& owner, Reading& reading) {
    const StepKind* found = nullptr;
    for (const auto& kind : step_kinds()) {
        const Member* member = tree.find_member(kind.key);
        if (member == nullptr) continue;
        if (found != nullptr) {
            reading.diagnostics.error(member->key.place,
                                      "a step does one thing: '" + std::string(found->key) + "' and '" +
                                          std::string(kind.key) + "' cannot stand together",
                                      "make it two steps, each beginning with '-'");
            return nullptr;
        }
        found = &kind;
    }
    if (found != nullptr) return found;
    for (const auto key : kLater) {
        const Member* member = tree.find_member(key);
        if (member == nullptr) continue;
        report_unavailable(reading, member->key.place, "the step '" + std::string(key) + "'");
        return nullptr;
    }
    if (tree.members.empty()) {
        reading.diagnostics.error(tree.place, "an empty step in " + owner);
        return nullptr;
    }
    const Scalar& first = tree.members.front().key;
    reading.diagnostics.error(first.place, "unknown step '" + first.text + "' in " + owner,
                              suggest(first.text, kind_names()));
    return nullptr;
}

std::optional<Step> read_step(const ValueTree& tree, const std::string& owner, Reading& reading) {
    if (!tree.is_map()) {
        const bool is_word = tree.is_scalar() && !tree.is_null();
        const bool is_kind = is_word && std::ranges::any_of(step_kinds(), [&](const StepKind& kind) {
                                 return kind.key == tree.scalar.text;
                             });
        reading.diagnostics.error(
            tree.place,
            is_word ? "a step must be a map, not '" + tree.scalar.text + "'" : "an empty step in " + owner,
            is_kind ? "write  - " + tree.scalar.text + ":  and what it is about behind it"
                    : "write for instance - use: mood");
        return std::nullopt;
    }
    const StepKind* kind = find_kind(tree, owner, reading);
    if (kind == nullptr) return std::nullopt;
    Step step;
    Fields fields(tree, "step '" + std::string(kind->key) + "'", reading, kStepShape);
    fields.also(kind->shape);
    const Member* main = fields.take(kind->key);
    step.kind = kind->key;
    step.place = main->key.place;
    step.when = read_expression(reading, fields.take("when"));
    const auto name = read_text(reading, fields.take("name"));
    step.name_is_given = name.has_value();
    step.name = name.value_or("");
    read_on_error(step, fields.take("on_error"), owner, reading);
    auto action = kind->read(*main, fields, reading);
    if (!action) return std::nullopt;
    step.action = std::move(*action);
    return step;
}

}  // namespace

std::span<const std::string_view> failure_classes() {
    static constexpr std::array<std::string_view, 8> classes{"rejected", "conflict", "auth",    "unsupported",
                                                             "internal", "retry",    "refused", "any"};
    return classes;
}

Steps read_steps(const ValueTree& list, const std::string& owner, Reading& reading) {
    Steps out;
    if (!list.is_list() || list.items.empty()) {
        reading.diagnostics.error(list.place,
                                  list.is_list() || list.is_null()
                                      ? "there are no steps in " + owner
                                      : "the steps of " + owner + " must be a list",
                                  "each step begins with '-' on a line of its own");
        return out;
    }
    for (const auto& item : list.items) {
        if (auto step = read_step(item, owner, reading)) out.push_back(std::move(*step));
    }
    for (std::size_t i = 0; i + 1 < out.size(); ++i) {
        if (!std::holds_alternative<Drop>(out[i].action) || out[i].when) continue;
        reading.diagnostics.warning(out[i + 1].place,
                                    "nothing ever comes to this step: the drop before it ends the run",
                                    "give the drop a 'when', or take out what stands behind it");
    }
    return out;
}

}  // namespace maillon::config
