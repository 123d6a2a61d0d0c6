// Any bytes as a model and as tables: read, diagnosed, prepared, learned from and linked. A line of \f parts
// model, left and right table.
#include "core/base/assert.h"
#include "core/match/linkage/block_index.h"
#include "core/match/linkage/learn.h"
#include "core/match/linkage/linker.h"
#include "core/match/linkage/model_reader.h"
#include "core/match/linkage/model_writer.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace maillon::match;

constexpr const char* kModel = R"(model: fuzzed
fields:
  given: {kind: given_name, column: a, swaps_with: family}
  family: {kind: family_name, column: b}
  words: {kind: text, column: [a, b], optional: true}
blocking: [family, given.initial, words.rare]
)";

bool go_on(std::string_view, std::int64_t, std::int64_t) {
    return true;
}

std::string_view cut(std::string_view& rest) {
    const auto end = rest.find('\f');
    const auto piece = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return piece;
}

void link(Model model, const Table& left, const Table& right) {
    const auto records = Records::prepare(model, left, &right, go_on);
    if (!records) return;
    const auto index = BlockIndex::build(model, *records, go_on);
    MAILLON_ASSERT(index && learn(model, *records, *index, go_on), "nothing ended the work");
    const auto linked = link_records(model, *records, *index, {1, true}, go_on);
    for (const auto& one : linked->decisions)
        MAILLON_ASSERT(one.probability >= 0 && one.probability <= 1 && !std::isnan(one.pair.bits),
                       "a decision has a probability");
    const auto again = read_model("again.yaml", with_learned(kModel, model));
    MAILLON_ASSERT(model.name != "fuzzed" || again.model, "what was learned reads back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto first = cut(rest);
    const auto loaded = read_model("m.yaml", std::string(first));
    MAILLON_ASSERT(loaded.model.has_value() != loaded.diagnostics.has_errors(),
                   "there is a model or an error");
    const auto left = Table::parse("left.csv", cut(rest)), right = Table::parse("right.csv", rest);
    if (!left || !right) return 0;
    MAILLON_ASSERT(left->rows() == 0 || left->cell(left->rows() - 1, 0).size() <= size,
                   "cells stand in the file");
    link(loaded.model ? *loaded.model : *read_model("m.yaml", kModel).model, *left, *right);
    return 0;
}
