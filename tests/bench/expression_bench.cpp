// What expressions cost per event.

#include "core/event/json.h"
#include "core/expression/expression.h"
#include "core/expression/output.h"
#include "core/expression/template.h"

#include <benchmark/benchmark.h>

namespace maillon::expression {
namespace {

constexpr std::string_view kEvent =
    R"({"id":"1843271","kind":"comment","thread":"th-2291","network":"x","language":"fr",
 "text":"Bonjour, ma commande 4711 n'est toujours pas arrivée, que faire ?","is_repost":false,"likes":17,"rating":2.5,
 "created":"2026-09-14T08:12:44Z","author":{"id":"u-77","name":"Claire Martin","handle":"clairem","followers":1280,
 "verified":true,"location":{"country":"FR","city":"Lyon"}},"tags":["service","livraison"],
 "scores":[1,2,3,4,5,6,7,8,9,10],"raw":{"a":1,"b":[1,2,3]}})";

/// One event bound as `event`, evaluated again and again with the arena reset between.
class Hub {
public:
    Hub() : event_(Json::parse(kEvent).value()), activation_(scope()) {
        activation_.set(0, Value::of(event_.element()));
    }

    static const Scope& scope() {
        static const Scope kScope = Scope().declare("event");
        return kScope;
    }

    void evaluate(benchmark::State& state, std::string_view source) {
        const Program program = Program::compile(source, scope()).value();
        for (auto _ : state) {
            arena_.reset();
            const Outcome outcome = program.evaluate(activation_, arena_);
            if (!outcome) return state.SkipWithError(to_string(outcome.problem()).c_str());
            benchmark::DoNotOptimize(outcome);
        }
    }

    Activation& activation() { return activation_; }
    Arena& arena() { return arena_; }

private:
    Json event_;
    Activation activation_;
    Arena arena_;
};

constexpr std::string_view kFiveClauses =
    "!event.is_repost && event.language in ['fr', 'en', 'de'] && event.text.startsWith('Bonjour') && "
    "has(event.author.handle) && event.author.followers >= 1000";

constexpr std::string_view kMapping =
    "{'last_name': event.author.name, 'twitter_c': event.author.handle, 'name': '@' + event.author.handle + "
    "': ' + "
    "event.text.truncate(40), 'country': event.author.location.country, 'status': event.likes > 10 ? 'Hot' : "
    "'New', "
    "'source': event.network, 'lang': event.?language.orValue('en'), 'thread_c': event.thread, 'score': "
    "event.rating, "
    "'verified': event.author.verified}";

void one_comparison(benchmark::State& state) {
    Hub().evaluate(state, "event.kind == \"comment\"");
}
void false_condition(benchmark::State& state) {
    Hub().evaluate(state, "event.kind == 'post' && event.text.contains('x')");
}
void five_clauses(benchmark::State& state) {
    Hub().evaluate(state, kFiveClauses);
}
void in_forty(benchmark::State& state) {
    std::string list;
    for (int i = 0; i < 40; ++i) list += "'k" + std::to_string(i) + "', ";
    Hub().evaluate(state, "event.kind in [" + list + "'comment']");
}
void pattern(benchmark::State& state) {
    Hub().evaluate(state, "event.text.matches('commande [0-9]+')");
}
void filter_tags(benchmark::State& state) {
    Hub().evaluate(state, "event.tags.exists(t, t == 'livraison')");
}
void exists_over_ten(benchmark::State& state) {
    Hub().evaluate(state, "event.scores.exists(s, s > 9)");
}
/// The hours are a constant: they are read before the first evaluation.
void opening_hours(benchmark::State& state) {
    Hub().evaluate(state,
                   "time.within(timestamp(event.created), 'Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-12:00', "
                   "'Europe/Paris')");
}
void ten_field_mapping(benchmark::State& state) {
    Hub().evaluate(state, kMapping);
}

void ten_field_mapping_to_json(benchmark::State& state) {
    Hub hub;
    const Program program = Program::compile(kMapping, Hub::scope()).value();
    std::string out;
    for (auto _ : state) {
        hub.arena().reset();
        out.clear();
        const Outcome outcome = program.evaluate(hub.activation(), hub.arena());
        if (!outcome || !append_json(out, outcome.value())) return state.SkipWithError("no JSON");
        benchmark::DoNotOptimize(out.data());
    }
}

void template_text(benchmark::State& state) {
    Hub hub;
    const auto text =
        Template::compile("@${event.author.handle}: ${event.text.truncate(60)} (${event.likes})",
                          Hub::scope())
            .value();
    for (auto _ : state) {
        hub.arena().reset();
        benchmark::DoNotOptimize(text.evaluate(hub.activation(), hub.arena()));
    }
}

void compile_200_characters(benchmark::State& state) {
    const std::string source =
        std::string(kFiveClauses) + " || event.kind == 'post' || event.kind == 'story'";
    state.counters["characters"] = static_cast<double>(source.size());
    for (auto _ : state) benchmark::DoNotOptimize(Program::compile(source, Hub::scope()));
}

/// The same with `event` typed by a schema: every field is looked up and every operand's type compared.
void compile_200_characters_typed(benchmark::State& state) {
    const Type person = Type::object(
        {{{"handle", TypeKind::text, false, 0}, {"followers", TypeKind::integer, true, 0}}, std::nullopt});
    const Scope scope = Scope().declare("event", Type::object({{{"is_repost", TypeKind::boolean, true, 0},
                                                                {"language", TypeKind::text, true, 0},
                                                                {"text", TypeKind::text, true, 0},
                                                                {"kind", TypeKind::text, true, 0},
                                                                {"author", person, true, 0}},
                                                               std::nullopt}));
    const std::string source =
        std::string(kFiveClauses) + " || event.kind == 'post' || event.kind == 'story'";
    if (!Program::compile(source, scope)) return state.SkipWithError("does not compile");
    for (auto _ : state) benchmark::DoNotOptimize(Program::compile(source, scope));
}

BENCHMARK(one_comparison);
BENCHMARK(false_condition);
BENCHMARK(five_clauses);
BENCHMARK(in_forty);
BENCHMARK(pattern);
BENCHMARK(filter_tags);
BENCHMARK(exists_over_ten);
BENCHMARK(opening_hours);
BENCHMARK(ten_field_mapping);
BENCHMARK(ten_field_mapping_to_json);
BENCHMARK(template_text);
BENCHMARK(compile_200_characters);
BENCHMARK(compile_200_characters_typed);

}  // namespace
}  // namespace maillon::expression

BENCHMARK_MAIN();
