#include "core/match/linkage/blocking_keys.h"

#include <algorithm>

namespace maillon::match {
namespace {

constexpr std::size_t kMostKeys = 64;  // of one record and rule

}  // namespace

BlockingKeys::BlockingKeys(const Model& model) {
    for (const auto& parts : model.blocking) {
        auto& rule = rules_.emplace_back();
        for (const auto& part : parts) {
            const auto found = std::ranges::find(model.fields, part.field, &FieldModel::name);
            rule.push_back({static_cast<std::size_t>(found - model.fields.begin()), part.part});
        }
    }
}

void BlockingKeys::of(const Records& records, std::size_t rule, Side side, Records::Row row,
                      std::vector<std::uint64_t>& out) const {
    out.assign(1, mix(rules_[rule].size(), 1));
    thread_local std::vector<std::uint64_t> values, next;
    for (const auto& part : rules_[rule]) {
        values.clear();
        next.clear();
        records.field(part.field).keys(side, row, part.part, values);
        for (const auto key : out) {
            for (const auto value : values) {
                // A sum: what stands the other way round has the same key.
                if (next.size() < kMostKeys) next.push_back(key + mix(value, 0x6B65'79));
            }
        }
        out.swap(next);
        if (out.empty()) return;
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace maillon::match
