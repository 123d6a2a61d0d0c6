#include "core/cli/recorded.h"

#include "core/cli/application.h"
#include "core/cli/asking.h"
#include "core/cli/progress.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace maillon::cli {
namespace {

namespace json = boost::json;

constexpr const char* kPage = "1000";

store::StepStatus status_of(std::string_view word) {
    const auto& words = db::kWords<store::StepStatus>;
    const auto found = std::ranges::find(words, word);
    return found == std::end(words) ? store::StepStatus::waiting
                                    : static_cast<store::StepStatus>(found - std::begin(words));
}

std::vector<route::RecordedStep> steps_in(const json::object& one) {
    std::vector<route::RecordedStep> out;
    const auto* steps = one.if_contains("steps");
    if (!steps) return out;
    const auto text = [](const json::value& from) { return std::string(from.as_string()); };
    for (const auto& step : steps->as_array())
        out.push_back({text(step.at(0)), text(step.at(1)), status_of(step.at(2).as_string()),
                       text(step.at(3)), text(step.at(4))});
    return out;
}

Result<RecordedEvent> event_in(const json::object& one) {
    auto meta = Envelope::from_json(Json::from(one.at("meta")));
    if (!meta) return meta.error();
    auto body = Json::parse(one.at("body").as_string());
    if (!body) return body.error();
    return RecordedEvent{{EventSeq{one.at("seq").as_int64()}, std::move(*meta), std::move(*body)},
                         steps_in(one)};
}

}  // namespace

PlanSide side_of(std::shared_ptr<const route::Plan> plan, const hub::Prepared& plugins) {
    // What `use` gives is known to no schema.
    const auto result = [&plugins](const std::string& instance,
                                   const std::string& operation) -> const json::object* {
        const auto found = plugins.instances.find(instance);
        if (found == plugins.instances.end() || !found->second.found.entry) return nullptr;
        const auto* known = found->second.found.entry->info.operation(operation);
        return known ? &known->result : nullptr;
    };
    return {std::move(plan), {result}};
}

bool each_recorded(const Context& context, const RecordedSpan& span,
                   const std::function<Result<>(const RecordedEvent&)>& take, int& exit_code) {
    Progress bar;
    bar.counts_bytes = false;
    std::string after;
    std::int64_t first = -1;
    for (std::int64_t reached = 0, last = 1; reached < last;) {
        const auto page =
            ask(context, "GET",
                "/v1/recorded" +
                    parameters(
                        {{"since", span.since}, {"until", span.until}, {"after", after}, {"limit", kPage}}),
                {}, exit_code);
        if (!page) return false;
        for (const auto& one : page->at("events").as_array()) {
            if (first < 0) first = one.at("seq").as_int64() - 1;
            const auto event = event_in(one.as_object());
            if (auto done = event ? take(*event) : Result<>(event.error()); !done) {
                std::fprintf(stderr, "maillon: %s\n", done.error().what.c_str());
                exit_code = kFailed;
                return false;
            }
        }
        reached = page->at("reached").as_int64();
        last = page->at("last").as_int64();
        after = std::to_string(reached);
        const auto before = std::max<std::int64_t>(first, 0);
        if (bar(span.doing, reached - before, last - before)) continue;
        exit_code = kFailed;
        return false;
    }
    return true;
}

}  // namespace maillon::cli
