#include "core/match/verdict_json.h"

#include <boost/json/array.hpp>

namespace maillon::match {
namespace {

namespace json = boost::json;

std::string_view word_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::link: return "link";
        case Verdict::Kind::review: return "review";
        case Verdict::Kind::none: break;
    }
    return "none";
}

}  // namespace

json::object to_json(const Candidate& candidate) {
    json::array bars;
    for (const auto& one : candidate.waterfall) {
        bars.push_back(json::object{{"field", one.field},
                                    {"left", one.left},
                                    {"right", one.right},
                                    {"level", one.level},
                                    {"bits", one.bits},
                                    {"rarity_bits", one.rarity_bits}});
    }
    json::object out{{"record", candidate.record_id},
                     {"bits", candidate.bits},
                     {"probability", candidate.probability},
                     {"class", candidate.evidence_class},
                     {"waterfall", std::move(bars)}};
    if (candidate.scored) out["scored"] = *candidate.scored;
    return out;
}

json::object to_json(const Verdict& verdict) {
    json::array candidates;
    for (const auto& one : verdict.candidates) candidates.push_back(to_json(one));
    const auto kind = word_of(verdict.kind);
    return {{"verdict", json::string_view(kind.data(), kind.size())},
            {"rule", verdict.rule},
            {"prior_bits", verdict.prior_bits},
            {"margin_bits", verdict.margin_bits},
            {"model", verdict.model},
            {"calibrated_from", verdict.calibrated_from},
            {"candidates", std::move(candidates)}};
}

}  // namespace maillon::match
