#include "core/trial/verdict.h"

#include "core/event/json_text.h"
#include "core/trial/compare.h"

#include <algorithm>

namespace maillon::trial {
namespace {

namespace json = boost::json;
using config::Place;

std::string said(const std::vector<Difference>& differences) {
    std::string out;
    for (const auto& one : differences) {
        if (!out.empty()) out += '\n';
        if (!one.path.empty()) out += one.path + ": ";
        out += "expected " + one.expected + "\n" +
               std::string(one.path.empty() ? 0 : one.path.size() + 2, ' ') + "got      " + one.got;
    }
    return out;
}

void correct(const std::vector<Difference>& differences, Judgement& judgement) {
    for (const auto& one : differences) {
        if (one.instead) judgement.corrections.push_back({one.place, *one.instead});
    }
}

std::string name_of(const MadeCall& call) {
    return call.instance + '.' + call.operation;
}

std::string shown(const MadeCall& call) {
    return name_of(call) + ' ' + json_text(call.arguments);
}

/// Finds the call for each expectation.
class CallJudge {
public:
    CallJudge(const TestCase& test, const std::vector<OrderedCall>& calls, Judgement& judgement)
        : test_(test), calls_(calls), is_taken_(calls.size(), false), judgement_(judgement) {}

    void judge() {
        const auto& expected = *test_.expected.calls;
        for (const auto& one : expected) find(one);
        if (!expected.empty() && !test_.expected.only) return;
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            const auto& call = calls_[i].call;
            if (is_taken_[i] || call.is_processor) continue;
            wrong(test_.expected.calls_place, name_of(call) + " was called and is not expected",
                  "called with " + json_text(call.arguments));
        }
    }

private:
    bool is_about(const ExpectedCall& expected, std::size_t i) const {
        return calls_[i].call.instance == expected.instance && calls_[i].call.operation == expected.operation;
    }

    void find(const ExpectedCall& expected) {
        std::optional<std::size_t> too_early;
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            if (is_taken_[i] || !is_about(expected, i)) continue;
            if (!differences(expected.arguments, calls_[i].call.arguments).empty()) continue;
            const auto last = last_.find(calls_[i].order_key);
            if (last != last_.end() && last->second > i) {
                too_early = too_early.value_or(i);
                continue;
            }
            return take(expected, i);
        }
        if (too_early) {
            is_taken_[*too_early] = true;
            wrong(expected.place, expected.target.value + " was called, but before what is listed above it",
                  order());
            return;
        }
        missing(expected);
    }

    void take(const ExpectedCall& expected, std::size_t i) {
        is_taken_[i] = true;
        last_[calls_[i].order_key] = i;
        const auto tries = calls_[i].call.tries;
        if (!expected.tries || *expected.tries == tries) return;
        judgement_.corrections.push_back({expected.tries_place, std::to_string(tries)});
        judgement_.failures.error(expected.place, expected.target.value + " was tried " +
                                                      std::to_string(tries) + " times, not " +
                                                      std::to_string(*expected.tries));
    }

    /// The call that comes nearest is most likely the one that is meant.
    void missing(const ExpectedCall& expected) {
        std::optional<std::vector<Difference>> nearest;
        std::size_t nearest_call = 0;
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            if (is_taken_[i] || !is_about(expected, i)) continue;
            auto these = differences(expected.arguments, calls_[i].call.arguments);
            if (nearest && nearest->size() <= these.size()) continue;
            nearest = std::move(these);
            nearest_call = i;
        }
        if (!nearest) {
            wrong(expected.place, expected.target.value + " was not called",
                  calls_.empty() ? "nothing was called at all" : order());
            return;
        }
        is_taken_[nearest_call] = true;
        correct(*nearest, judgement_);
        judgement_.failures.error(nearest->front().place,
                                  expected.target.value + " was called with something else", said(*nearest));
    }

    /// There is a call too many or too few, or one at the wrong place.
    void wrong(const Place& place, std::string what, std::string hint) {
        judgement_.lists.insert("calls");
        judgement_.failures.error(place, std::move(what), std::move(hint));
    }

    std::string order() const {
        std::string out = "the calls were, in this order:";
        for (const auto& one : calls_) out += "\n  " + shown(one.call);
        return out;
    }

    const TestCase& test_;
    const std::vector<OrderedCall>& calls_;
    std::vector<bool> is_taken_;
    std::map<std::string, std::size_t> last_;  ///< by key: the last call that was found
    Judgement& judgement_;
};

/// Finds a thing for each entry of a list, in any order.
class ListJudge {
public:
    ListJudge(std::string list, std::string what, const json::array& got, Judgement& judgement)
        : list_(std::move(list)),
          what_(std::move(what)),
          got_(got),
          is_taken_(got.size(), false),
          judgement_(judgement) {}
    ListJudge(const std::string& list, const json::array& got, Judgement& judgement)
        : ListJudge(list, list, got, judgement) {}

    void judge(const config::Member& list, bool only) {
        std::vector<const config::ValueTree*> open;
        for (const auto& item : list.value.items) {
            if (!find(item)) open.push_back(&item);
        }
        for (const auto* item : open) missing(*item);
        if (!list.value.items.empty() && !only) return;
        for (std::size_t i = 0; i < got_.size(); ++i) unexpected(list.key.place, i);
    }
    void unexpected(const Place& place, std::size_t i) {
        if (is_taken_[i]) return;
        judgement_.lists.insert(list_);
        judgement_.failures.error(place, what_ + ": one more than expected", json_text(got_[i]));
    }
    void none(const Place& place) {
        for (std::size_t i = 0; i < got_.size(); ++i) unexpected(place, i);
    }

private:
    bool find(const config::ValueTree& item) {
        for (std::size_t i = 0; i < got_.size(); ++i) {
            if (is_taken_[i] || !differences(item, got_[i]).empty()) continue;
            is_taken_[i] = true;
            return true;
        }
        return false;
    }

    void missing(const config::ValueTree& item) {
        std::optional<std::vector<Difference>> nearest;
        std::size_t index = 0;
        for (std::size_t i = 0; i < got_.size(); ++i) {
            if (is_taken_[i]) continue;
            auto these = differences(item, got_[i]);
            if (nearest && nearest->size() <= these.size()) continue;
            nearest = std::move(these);
            index = i;
        }
        if (!nearest) {
            judgement_.lists.insert(list_);
            judgement_.failures.error(
                item.place, what_ + ": there is none like this",
                got_.empty() ? "there are none at all" : "all others are taken: " + json_text(got_));
            return;
        }
        is_taken_[index] = true;
        correct(*nearest, judgement_);
        judgement_.failures.error(nearest->front().place,
                                  what_ + ": there is none like this; the nearest differs", said(*nearest));
    }

    std::string list_, what_;
    const json::array& got_;
    std::vector<bool> is_taken_;
    Judgement& judgement_;
};

void judge_answers(const TestCase& test, const Outcome& outcome, config::Diagnostics& failures) {
    for (const auto& one : outcome.calls) {
        if (one.call.is_answered) continue;
        failures.error(test.name.place,
                       "the test has no answer to a call of " + one.call.instance +
                           (one.call.is_processor ? "" : '.' + one.call.operation),
                       "called with " + json_text(one.call.arguments) + "\nadd under 'answers':  - " +
                           (one.call.is_processor ? "use: " + one.call.instance
                                                  : "call: " + one.call.instance + '.' + one.call.operation) +
                           "\n                            returns: { … }");
    }
}

}  // namespace

void judge(const TestCase& test, const Outcome& outcome, Judgement& judgement) {
    const auto& expected = test.expected;
    judge_answers(test, outcome, judgement.failures);
    if (expected.calls) CallJudge(test, outcome.calls, judgement).judge();
    for (const auto& [kind, list] : expected.lists) {
        const bool is_whole = expected.only || kind == "dead_letters";
        ListJudge(kind, outcome.lists.at(kind), judgement).judge(list, is_whole);
    }
    if (!expected.lists.contains("dead_letters")) {
        // A test that says nothing about dead letters is about routes that do their work.
        ListJudge("dead_letters", outcome.lists.at("dead_letters"), judgement).none(expected.place);
    }
    for (const auto& [directory, list] : expected.records)
        ListJudge("records", "records of " + directory, outcome.records.at(directory), judgement)
            .judge(list, expected.only);
}

std::string as_expected(const Outcome& outcome, const std::set<std::string>& lists) {
    std::string out;
    const auto list = [&](const std::string& indent, const std::string& name, const json::array& items) {
        out += indent + name + (items.empty() ? ": []\n" : ":\n");
        for (const auto& item : items) out += indent + "  - " + yaml_line(item) + '\n';
    };
    if (lists.contains("calls")) {
        std::string calls;
        for (const auto& [call, key] : outcome.calls) {
            if (call.is_processor) continue;
            calls += "  - " + name_of(call) + ": " + yaml_line(call.arguments) + '\n';
            if (call.tries != 1) calls += "    tries: " + std::to_string(call.tries) + '\n';
        }
        out += calls.empty() ? "calls: []\n" : "calls:\n" + calls;
    }
    for (const auto& [kind, items] : outcome.lists) {
        if (lists.contains(kind)) list("", kind, items);
    }
    if (!lists.contains("records")) return out;
    out += "records:\n";
    for (const auto& [directory, records] : outcome.records) list("  ", directory, records);
    return out;
}

}  // namespace maillon::trial
