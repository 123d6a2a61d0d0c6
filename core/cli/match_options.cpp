#include "core/cli/command_groups.h"
#include "core/cli/match_command.h"
#include "core/cli/option_checks.h"
#include "core/cli/people_commands.h"

#include <CLI/CLI.hpp>

namespace maillon::cli {
namespace {

constexpr const char* kEvaluateFooter =
    "Nothing is learned from the truth: it is read when all is decided. Its first two columns name the "
    "records of a\n"
    "pair, a third may label them; for one table it may also name each record and its cluster.";

constexpr const char* kMatchPlanFooter =
    "Decides about each person once by what the hub runs and once by what is changed, on the records as they "
    "are now,\nand shows whose decision differs, and which field or setting made the difference. People are "
    "those of recorded\nevents and of open questions. Without NEW.yaml and --model the files as they are now "
    "are compared with the\nrunning hub. Who was linked by a person stays so, whatever rules say.";

/// Linking tables: `match evaluate`, `match train`, `match explain`; and `match plan`.
class MatchOptions {
public:
    MatchOptions(CLI::App& app, const Context& context, std::function<int()>& chosen)
        : app_(app), context_(context), chosen_(chosen) {}

    void add() {
        auto* group =
            app_.add_subcommand("match", "who is who: links, and why; tables linked without labels");
        group->require_subcommand(1);
        evaluate(*group);
        train(*group);
        explain(*group);
        plan(*group);
    }

private:
    CLI::App* command(CLI::App& group, const char* name, const char* words, MatchTables& tables) {
        auto* one = group.add_subcommand(name, words);
        auto* left =
            one->add_option("--left", tables.left, "a CSV file: the records that are looked for, as of a CRM")
                ->check(CLI::ExistingFile);
        auto* right =
            one->add_option("--right", tables.right, "a CSV file: those of whom each is asked who it is")
                ->check(CLI::ExistingFile);
        auto* dedupe =
            one->add_option("--dedupe", tables.dedupe, "a CSV file that is searched for doubles, instead")
                ->check(CLI::ExistingFile);
        left->needs(right)->excludes(dedupe);
        right->needs(left)->excludes(dedupe);
        auto* model =
            one->add_option("--model", tables.model, "what is compared, and how it decides: a file of YAML")
                ->check(CLI::ExistingFile);
        left->needs(model);
        dedupe->needs(model);
        one->add_option("--threads", tables.threads, "how many compare; default: one for each core")
            ->check(CLI::Range(1, 256));
        return one;
    }

    void evaluate(CLI::App& group) {
        auto* one = command(group, "evaluate", "link, and tell precision and recall where the truth is known",
                            evaluate_.tables);
        takes_tables(one, evaluate_.tables);
        auto* truth =
            one->add_option("--truth", evaluate_.truth, "a CSV file of the pairs that belong together")
                ->check(CLI::ExistingFile);
        one->add_option("--output", evaluate_.output,
                        "write the pairs there as CSV, with decision and probability, and of one table "
                        "the group; - for standard output");
        one->add_option("--svg", evaluate_.svg, "draw precision over recall into this folder")->needs(truth);
        one->footer(kEvaluateFooter);
        then(one, [this] { return match_evaluate_command(context_, evaluate_); });
    }

    void train(CLI::App& group) {
        auto* one = command(group, "train",
                            "write the model with what the tables teach, for use without learning again",
                            train_.tables);
        takes_tables(one, train_.tables);
        one->add_option("--output", train_.output, "the file to write; - for standard output")->required();
        then(one, [this] { return match_train_command(context_, train_); });
    }

    /// Of the hub's people, or of tables where any are given.
    void explain(CLI::App& group) {
        auto* one = command(group, "explain", "who somebody may be, and what speaks for whom, field by field",
                            explain_.tables);
        one->add_option(
               "PROFILE", explain_.profile,
               "network:id, as x:4711, x:@anne, facebook/<page>:99, email:anne@example.com; with tables a "
               "record of the right one")
            ->required()
            ->check(something());
        one->add_option("RECORD", explain_.record,
                        "only this candidate; with tables a record of the left one");
        one->add_option("--directory", directory_, "the hub's directory, where there are several");
        one->add_option("--svg", explain_.svg, "with tables: draw it into this file")->needs("--model");
        one->footer("With --left and --right, or --dedupe, and --model the tables are asked, else the hub.");
        then(one, [this] {
            const auto& tables = explain_.tables;
            if (tables.left.empty() && tables.dedupe.empty())
                return links_explain_command(context_, explain_.profile, explain_.record, directory_);
            return match_explain_command(context_, explain_);
        });
    }

    void plan(CLI::App& group) {
        auto* one = group.add_subcommand(
            "plan", "whom a changed model or rule would link, or no longer link; changes nothing");
        one->add_option("NEW.yaml", plan_.file, "the changed configuration")->check(CLI::ExistingFile);
        one->add_option("--model", plan_.model, "a changed model, with the configuration as it is")
            ->check(CLI::ExistingFile);
        one->add_option("--directory", plan_.directory, "only this directory");
        one->add_option("--since", plan_.since,
                        "people of events received from then on: a span (30d) or an RFC 3339 time; default: "
                        "all that are kept");
        one->add_option("--until", plan_.until, "people of events received before then");
        one->add_option("--limit", plan_.limit, "how many examples of each kind of change")
            ->check(CLI::Range(0, 100'000))
            ->capture_default_str();
        one->footer(kMatchPlanFooter);
        then(one, [this] { return match_plan_command(context_, plan_); });
    }

    static void takes_tables(CLI::App* command, const MatchTables& tables) {
        command->parse_complete_callback([&tables] {
            if (tables.left.empty() && tables.dedupe.empty())
                throw CLI::RequiredError("--left and --right, or --dedupe");
        });
    }

    void then(CLI::App* command, std::function<int()> work) {
        command->callback([this, work = std::move(work)] { chosen_ = work; });
    }

    CLI::App& app_;
    const Context& context_;
    std::function<int()>& chosen_;
    EvaluateWish evaluate_;
    TrainWish train_;
    ExplainWish explain_;
    MatchPlanQuery plan_;
    std::string directory_;
};

}  // namespace

std::shared_ptr<void> add_match_commands(CLI::App& app, const Context& context,
                                         std::function<int()>& chosen) {
    auto options = std::make_shared<MatchOptions>(app, context, chosen);
    options->add();
    return options;
}

}  // namespace maillon::cli
