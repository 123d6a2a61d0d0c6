#include "core/cli/expr_commands.h"

#include "core/base/text.h"
#include "core/cli/application.h"
#include "core/cli/commands.h"
#include "core/event/json.h"
#include "core/event/json_text.h"
#include "core/expression/expression.h"
#include "core/expression/output.h"
#include "core/plugin/catalogue.h"
#include "core/route/types.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

namespace maillon::cli {
namespace {

namespace json = boost::json;
using expression::Problem;

/// What the plug-in says of the events that `from` names.
Result<expression::Type> type_of_event(const Context& context, const ExprQuery& query) {
    const std::size_t dot = query.from.find('.');
    const std::string id = query.from.substr(0, dot);
    plugin::Catalogue catalogue(plugin_folders(context, query.plugins));
    auto found = catalogue.find(id);
    if (!found) return found.error();
    const auto& events = found->entry->info.events;
    const std::string name = dot == std::string::npos ? std::string() : query.from.substr(dot + 1);
    if (const auto type = events.find(name); type != events.end())
        return route::type_of_described(type->second.data);
    std::vector<std::string> known;
    for (const auto& [each, type] : events) known.push_back(id + "." + each);
    return rejected("there are no events " + query.from +
                    (known.empty() ? "; " + id + " has none" : "; there are " + enumerate(known)));
}

/// The names that a route's expression may use, their types known when the events' are.
Result<expression::Scope> scope_of(const Context& context, const ExprQuery& query) {
    if (query.from.empty()) return expression::Scope().declare("event").declare("meta");
    auto type = type_of_event(context, query);
    if (!type) return type.error();
    return expression::Scope().declare("event", std::move(*type)).declare("meta", route::type_of_meta());
}

int fail(const Fault& fault) {
    std::fprintf(stderr, "maillon: %s\n", fault.what.c_str());
    return kFailed;
}

/// "2:7: message", the line, a caret under the part that it is about, and what to write instead.
std::string rendered(const Problem& problem, std::string_view source) {
    const auto place = expression::place_of(source, problem.begin);
    const std::size_t at = std::min(problem.begin, source.size());
    const std::size_t start = at == 0 ? 0 : source.rfind('\n', at - 1) + 1;
    const std::string_view line = source.substr(start, source.find('\n', start) - start);
    const std::size_t stop = std::min({problem.end, source.size(), start + line.size()});
    const std::size_t last = expression::place_of(source, std::max(stop, at)).column;
    std::string shown(line);
    std::ranges::replace_if(
        shown, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    std::string out =
        std::to_string(place.line) + ':' + std::to_string(place.column) + ": " + problem.message + "\n  | " +
        shown + "\n  | " + std::string(place.column - 1, ' ') +
        std::string(std::max<std::size_t>(1, last > place.column ? last - place.column : 0), '^') + '\n';
    if (!problem.hint.empty()) out += "  = " + problem.hint + '\n';
    return out;
}

json::array to_json(const std::vector<Problem>& problems, std::string_view source) {
    json::array out;
    for (const Problem& each : problems) {
        const auto place = expression::place_of(source, each.begin);
        out.push_back(json::object{{"line", place.line},
                                   {"column", place.column},
                                   {"begin", each.begin},
                                   {"end", each.end},
                                   {"message", each.message},
                                   {"hint", each.hint}});
    }
    return out;
}

int fail(const Context& context, const std::vector<Problem>& problems, std::string_view source) {
    if (context.json) {
        const json::object out{{"ok", false}, {"problems", to_json(problems, source)}};
        std::printf("%s\n", json_text(out).c_str());
    } else {
        for (const Problem& each : problems) std::fputs(rendered(each, source).c_str(), stderr);
    }
    return kFailed;
}

/// The event file's JSON; null without one.
Result<Json> read_event(const std::string& path) {
    if (path.empty()) return Json();
    std::ifstream file;
    if (path != "-") {
        file.open(path);
        if (!file) return rejected("reading " + path + ": it cannot be opened");
    }
    std::istream& in = path == "-" ? std::cin : file;
    return Json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

/// Binds the body as `event`, or both parts of an envelope as `event` and `meta`.
void bind(expression::Activation& activation, const Json& given, bool has_event) {
    using expression::Value;
    if (!has_event) return;
    const auto meta = given.at("meta"), body = given.at("event");
    const bool envelope = meta && body;
    activation.set(0, Value::of(envelope ? body->element() : given.element()));
    if (envelope) activation.set(1, Value::of(meta->element()));
}

}  // namespace

int expr_eval_command(const Context& context, const ExprQuery& query) {
    const auto scope = scope_of(context, query);
    if (!scope) return fail(scope.error());
    const auto program = expression::Program::compile(query.expression, *scope);
    if (!program) return fail(context, program.error(), query.expression);
    const auto given = read_event(query.event);
    if (!given) return fail(given.error());
    expression::Activation activation(*scope);
    bind(activation, *given, !query.event.empty());
    expression::Arena arena;
    const auto outcome = program->evaluate(activation, arena);
    if (!outcome) return fail(context, {outcome.problem()}, query.expression);
    std::string value;
    if (const auto written = expression::append_json(value, outcome.value()); !written) {
        Problem problem{written.error().what, 0, query.expression.size(), "turn it into text with string(…)"};
        return fail(context, {std::move(problem)}, query.expression);
    }
    const std::string type(expression::name_of(outcome.value().kind()));
    if (context.json)
        std::printf("{\"ok\":true,\"type\":\"%s\",\"value\":%s}\n", type.c_str(), value.c_str());
    else
        std::printf("%s\n", value.c_str());
    return kDone;
}

int expr_check_command(const Context& context, const ExprQuery& query) {
    const auto scope = scope_of(context, query);
    if (!scope) return fail(scope.error());
    const auto program = expression::Program::compile(query.expression, *scope);
    if (!program) return fail(context, program.error(), query.expression);
    const std::string type = expression::to_string(program->type());
    const auto& cost = program->cost();
    if (context.json) {
        json::array variables;
        for (const std::string& name : program->variables()) variables.emplace_back(name);
        const json::object out{{"ok", true},
                               {"type", type},
                               {"cost", json::object{{"least", cost.least}, {"most", cost.most}}},
                               {"variables", std::move(variables)}};
        std::printf("%s\n", json_text(out).c_str());
    } else {
        std::printf("type  %s\ncost  %llu to %llu units\n", type.c_str(),
                    static_cast<unsigned long long>(cost.least), static_cast<unsigned long long>(cost.most));
    }
    return kDone;
}

}  // namespace maillon::cli
