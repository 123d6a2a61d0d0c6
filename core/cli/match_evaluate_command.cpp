#include "core/cli/application.h"
#include "core/cli/match_tables.h"
#include "core/event/json_text.h"
#include "core/match/tables.h"

#include <boost/json/object.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>

namespace maillon::cli {
namespace json = boost::json;

namespace {

struct Outcome {
    const match::LinkTask& task;
    const match::Linked& linked;
    std::optional<match::Metrics> metrics{};
    std::size_t unknown = 0;  ///< pairs of the truth that name no record
    double seconds = 0;
};

std::size_t count(const match::Linked& linked, match::Verdict::Kind kind) {
    std::size_t out = 0;
    for (const auto& one : linked.decisions) out += one.kind == kind ? 1 : 0;
    return out;
}

/// The first record of each record's group, and how many groups there are: in one table all pairs of a group
/// are linked.
using Groups = std::pair<std::map<match::Records::Row, match::Records::Row>, std::size_t>;
Groups groups_of(const match::Linked& linked) {
    Groups out;
    for (const auto& one : linked.decisions) {
        if (one.kind != match::Verdict::Kind::link) continue;
        const auto first = std::min(one.pair.left, one.pair.right);
        for (const auto row : {one.pair.left, one.pair.right}) {
            auto& known = out.first.try_emplace(row, first).first->second;
            known = std::min(known, first);
        }
    }
    for (const auto& [row, first] : out.first) out.second += row == first ? 1 : 0;
    return out;
}

json::object to_json(const match::Score& score, bool with_recall) {
    json::object out{{"told", score.told}, {"right", score.right}, {"precision", score.precision()}};
    if (!with_recall) return out;
    out["recall"] = score.recall();
    out["f1"] = score.f1();
    return out;
}

json::object to_json(const Outcome& outcome) {
    const auto& records = *outcome.task.records;
    json::object out{{"model", outcome.task.model.label()},
                     {"left", records.rows(match::Side::left)},
                     {"right", records.rows(match::Side::right)},
                     {"compared", outcome.linked.compared},
                     {"overlap", outcome.task.model.overlap.value_or(0)},
                     {"prior_bits", outcome.linked.prior_bits},
                     {"linked", count(outcome.linked, match::Verdict::Kind::link)},
                     {"for_review", count(outcome.linked, match::Verdict::Kind::review)},
                     {"seconds", outcome.seconds},
                     {"peak_memory_bytes", peak_memory()}};
    if (records.is_one_table()) out["groups"] = groups_of(outcome.linked).second;
    if (!outcome.metrics) return out;
    const auto& metrics = *outcome.metrics;
    out["true_pairs"] = metrics.links.all;
    out["truth_unknown"] = outcome.unknown;
    out["blocking_recall"] = metrics.blocking_recall;
    out["links"] = to_json(metrics.links, true);
    out["with_reviews"] = to_json(metrics.with_reviews, true);
    auto& classes = out["classes"].emplace_array();
    for (const auto& one : metrics.classes)
        classes.push_back(json::object{{"name", one.name},
                                       {"links", to_json(one.links, false)},
                                       {"reviews", to_json(one.reviews, false)}});
    auto& labels = out["labels"].emplace_array();
    for (const auto& one : metrics.labels) {
        if (one.links.all > 0 && metrics.labels.size() > 1)
            labels.push_back(json::object{{"name", one.name},
                                          {"true_pairs", one.links.all},
                                          {"linked", one.links.right},
                                          {"for_review", one.reviews.right}});
    }
    return out;
}

void print_scores(std::FILE* to, const match::Metrics& metrics) {
    std::fprintf(to, "\n                     precision  recall      F1   pairs   right\n");
    const auto line = [to](const char* name, const match::Score& score) {
        std::fprintf(to, "  %-18s %9.4f %7.4f %7.4f %7zu %7zu\n", name, score.precision(), score.recall(),
                     score.f1(), score.told, score.right);
    };
    line("linked", metrics.links);
    line("with reviews", metrics.with_reviews);
    std::fprintf(to, "  true pairs: %zu, of which %.2f %% were compared at all\n", metrics.links.all,
                 100 * metrics.blocking_recall);
}

void print_classes(std::FILE* to, const match::Metrics& metrics) {
    std::fprintf(to, "\n  evidence                 linked  precision   review  precision\n");
    for (const auto& one : metrics.classes) {
        if (one.links.told + one.reviews.told == 0) continue;
        const auto precision = [](const match::Score& score) {
            char text[16];
            std::snprintf(text, sizeof text, score.told == 0 ? "-" : "%.4f", score.precision());
            return std::string(text);
        };
        std::fprintf(to, "  %-24s %6zu %10s   %6zu %10s\n", one.name.c_str(), one.links.told,
                     precision(one.links).c_str(), one.reviews.told, precision(one.reviews).c_str());
    }
    if (metrics.labels.size() < 2) return;
    std::fprintf(to, "\n  by the truth's label     pairs   linked   review\n");
    for (const auto& one : metrics.labels) {
        if (one.links.all == 0) continue;
        const auto share = [&](std::size_t part) {
            return 100.0 * static_cast<double>(part) / static_cast<double>(one.links.all);
        };
        std::fprintf(to, "  %-24s %5zu  %5.1f %%  %5.1f %%\n", one.name.c_str(), one.links.all,
                     share(one.links.right), share(one.reviews.right));
    }
}

void print(std::FILE* to, const Outcome& outcome) {
    const auto& records = *outcome.task.records;
    const auto compared = static_cast<unsigned long long>(outcome.linked.compared);
    const auto linked = count(outcome.linked, match::Verdict::Kind::link);
    const auto for_review = count(outcome.linked, match::Verdict::Kind::review);
    if (records.is_one_table()) {
        std::fprintf(
            to,
            "model %s: %zu records, %llu pairs compared, %zu linked, which makes %zu groups, %zu for "
            "review\n",
            outcome.task.model.label().c_str(), records.rows(match::Side::left), compared, linked,
            groups_of(outcome.linked).second, for_review);
    } else {
        std::fprintf(to,
                     "model %s: %zu against %zu records, %llu pairs compared, %zu linked, %zu for review\n",
                     outcome.task.model.label().c_str(), records.rows(match::Side::left),
                     records.rows(match::Side::right), compared, linked, for_review);
    }
    if (outcome.linked.compared == 0)
        std::fprintf(to,
                     "no two records share a value that is rare enough to compare them by; do the columns of "
                     "the model hold what they are taken for?\n");
    if (outcome.metrics) {
        print_scores(to, *outcome.metrics);
        print_classes(to, *outcome.metrics);
        if (outcome.unknown > 0)
            std::fprintf(to, "\n  %zu pairs of the truth name records that are not in the tables\n",
                         outcome.unknown);
    }
    std::fprintf(to, "\n%.2f s, at most %s of memory\n", outcome.seconds, bytes_text(peak_memory()).c_str());
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
}

bool write_links(const std::string& path, const Outcome& outcome) {
    const bool has_groups = outcome.task.records->is_one_table();
    const auto groups = has_groups ? groups_of(outcome.linked).first : Groups::first_type{};
    std::string out = "left,right,decision,probability,bits,class";
    out += has_groups ? ",group\n" : "\n";
    for (const auto& one : outcome.linked.decisions) {
        if (one.kind == match::Verdict::Kind::none) continue;
        char numbers[64];
        std::snprintf(numbers, sizeof numbers, "%.6f,%.2f", one.probability, one.pair.bits);
        const auto& classes = outcome.task.model.classes;
        out += quoted(outcome.task.left_ids.name(one.pair.left)) + "," +
               quoted(outcome.task.ids(match::Side::right).name(one.pair.right)) + "," +
               (one.kind == match::Verdict::Kind::link ? "link" : "review") + "," + numbers + "," +
               (one.evidence_class < 0 ? std::string()
                                       : quoted(classes[static_cast<std::size_t>(one.evidence_class)].name));
        if (has_groups) out += ',';
        if (has_groups && one.kind == match::Verdict::Kind::link)
            out += quoted(outcome.task.left_ids.name(groups.at(one.pair.left)));
        out += '\n';
    }
    return write_file(path, out);
}

/// False when something could not be read or written, which is said then.
bool finish(const EvaluateWish& wish, Outcome& outcome) {
    if (!wish.truth.empty()) {
        auto table = match::Table::read(wish.truth);
        const auto* right = outcome.task.right_ids ? &*outcome.task.right_ids : nullptr;
        auto truth = table ? match::Truth::read(*table, outcome.task.left_ids, right)
                           : Result<match::Truth>(table.error());
        if (!truth) {
            std::fprintf(stderr, "maillon: %s\n", truth.error().what.c_str());
            return false;
        }
        outcome.metrics = match::measure(outcome.task.model, outcome.linked, *truth, *outcome.task.index,
                                         threads_of(wish.tables));
        outcome.unknown = truth->unknown();
    }
    if (!wish.output.empty() && !write_links(wish.output, outcome)) return false;
    if (wish.svg.empty() || !outcome.metrics) return true;
    std::error_code error;
    std::filesystem::create_directories(wish.svg, error);
    return write_file(
        (std::filesystem::path(wish.svg) / "precision-recall.svg").string(),
        match::draw_curve(*outcome.metrics, "Precision and recall, model " + outcome.task.model.label()));
}

}  // namespace

int match_evaluate_command(const Context& context, const EvaluateWish& wish) {
    const auto began = std::chrono::steady_clock::now();
    if (!is_writable(wish.output, wish.tables, wish.truth)) return kFailed;
    Progress progress;
    int exit_code = kFailed;
    const auto task = begin(wish.tables, progress, exit_code);
    if (!task) return exit_code;
    const match::LinkOptions options{threads_of(wish.tables), !wish.truth.empty()};
    const auto linked =
        match::link_records(task->model, *task->records, *task->index, options, watch(progress));
    progress.clear();
    if (!linked) {
        std::fprintf(stderr, "maillon: %s\n", linked.error().what.c_str());
        return kFailed;
    }
    Outcome outcome{*task, *linked};
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (!finish(wish, outcome)) return kFailed;
    std::FILE* to = told_beside(wish.output);
    if (context.json)
        std::fprintf(to, "%s\n", json_text(to_json(outcome)).c_str());
    else
        print(to, outcome);
    return kDone;
}

}  // namespace maillon::cli
