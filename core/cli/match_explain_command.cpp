#include "core/base/text.h"
#include "core/cli/application.h"
#include "core/cli/match_tables.h"
#include "core/event/json_text.h"
#include "core/match/tables.h"
#include "core/match/verdict_json.h"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace maillon::cli {
namespace {

std::optional<match::Records::Row> find(const match::Ids& ids, const std::string& name, const char* table) {
    const auto row = ids.row(name);
    if (!row) std::fprintf(stderr, "maillon: the %s table has no record '%s'\n", table, name.c_str());
    return row;
}

void print(const match::Verdict& verdict, const std::string& profile, const std::string& record,
           bool has_rivals) {
    std::printf("%s: %s (%s; model %s)\n", profile.c_str(),
                std::string(match::words_of(verdict.kind)).c_str(), verdict.rule.c_str(),
                verdict.model.c_str());
    if (verdict.candidates.empty()) std::printf("no record shares a key with it\n");
    std::size_t place = 0;
    for (const auto& candidate : verdict.candidates) {
        ++place;
        const bool is_shown = record.empty() ? place == 1 : candidate.record_id == record;
        if (is_shown)
            std::printf("\nrecord %s\n%s", candidate.record_id.c_str(),
                        match::waterfall_text(verdict, candidate).c_str());
    }
    if (verdict.candidates.size() > 1 && !has_rivals) std::printf("\nthose that it was compared with:\n");
    if (verdict.candidates.size() > 1 && has_rivals)
        std::printf("\nthe best is %.1f bits ahead of the second:\n", verdict.margin_bits);
    for (const auto& candidate : verdict.candidates)
        std::printf("  %-20s %6.1f bits  %.4f  %s\n", candidate.record_id.c_str(), candidate.bits,
                    candidate.probability, candidate.evidence_class.c_str());
}

/// The candidate that is asked for, else the best.
const match::Candidate* shown(const match::Verdict& verdict, const std::string& record) {
    for (const auto& candidate : verdict.candidates) {
        if (record.empty() || candidate.record_id == record) return &candidate;
    }
    return nullptr;
}

std::string tables_of(const match::LinkTask& task) {
    const auto left = std::to_string(task.records->rows(match::Side::left));
    if (!task.right_ids) return left + " records";
    return left + " and " + std::to_string(task.records->rows(match::Side::right)) + " records";
}

}  // namespace

int match_explain_command(const Context& context, const ExplainWish& wish) {
    if (!is_writable(wish.svg, wish.tables)) return kFailed;
    Progress progress;
    int exit_code = kFailed;
    const auto task = begin(wish.tables, progress, exit_code);
    if (!task) return exit_code;
    const auto right = find(task->ids(match::Side::right), wish.profile, "right");
    if (!right) return kFailed;
    std::optional<match::Records::Row> left;
    if (!wish.record.empty() && !(left = find(task->left_ids, wish.record, "left"))) return kFailed;
    const auto verdict = match::explain(*task, *right, left, watch(progress));
    progress.clear();
    if (!verdict) {
        std::fprintf(stderr, "maillon: %s\n", verdict.error().what.c_str());
        return kFailed;
    }
    const auto* candidate = shown(*verdict, wish.record);
    if (!wish.svg.empty() && candidate != nullptr &&
        !write_file(wish.svg, match::draw_waterfall(*verdict, *candidate)))
        return kFailed;
    if (context.json)
        std::printf("%s\n", json_text(match::to_json(*verdict)).c_str());
    else
        print(*verdict, wish.profile, wish.record, task->right_ids.has_value());
    return kDone;
}

int match_train_command(const Context& context, const TrainWish& wish) {
    if (!is_writable(wish.output, wish.tables)) return kFailed;
    Progress progress;
    int exit_code = kFailed;
    const auto task = begin(wish.tables, progress, exit_code);
    if (!task) return exit_code;
    std::ifstream in(wish.tables.model, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!write_file(wish.output, match::with_learned(text.str(), task->model))) return kFailed;
    std::FILE* to = told_beside(wish.output);
    if (context.json)
        std::fprintf(to, "%s\n",
                     json_text(boost::json::object{{"model", task->model.label()},
                                                   {"overlap", task->model.overlap.value_or(0)},
                                                   {"output", wish.output}})
                         .c_str());
    else
        std::fprintf(to, "%s: model %s, learned from %s; %.1f %% of %s\n", wish.output.c_str(),
                     task->model.label().c_str(), tables_of(*task).c_str(),
                     100 * task->model.overlap.value_or(0),
                     task->right_ids ? "the right have somebody on the left" : "them have a double");
    return kDone;
}

}  // namespace maillon::cli
