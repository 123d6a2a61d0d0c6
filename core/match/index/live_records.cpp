#include "core/match/index/live_records.h"

#include "core/base/assert.h"
#include "core/match/linkage/deciding.h"
#include "core/match/linkage/parallel.h"
#include "core/match/linkage/waterfall.h"
#include "core/match/normalise/hash.h"

#include <algorithm>
#include <cmath>

namespace maillon::match {
namespace {

constexpr std::size_t kMostCandidates = 5;
constexpr std::size_t kTogether = 256;  // keys that are put into the index at once

/// A table without rows, for naming columns.
Result<Table> named(std::string name, const std::vector<std::string>& columns) {
    std::string line;
    for (const auto& column : columns) {
        (line += line.empty() ? "\"" : ",\"") += column;
        line += '"';
    }
    return Table::parse(std::move(name), line + '\n');
}

std::uint64_t hash_of_cells(LiveRecords::Cells cells) {
    std::uint64_t out = cells.size();
    for (const auto cell : cells) out = mixed(out ^ text_hash(cell));
    return out;
}

}  // namespace

LiveRecords::LiveRecords(Model model, Records records)
    : model_(std::make_unique<const Model>(std::move(model))),
      records_(std::make_unique<Records>(std::move(records))),
      maker_(*model_),
      comparer_(*records_),
      index_({.largest = model_->largest_block, .most = model_->most_candidates}) {}

Result<LiveRecords> LiveRecords::make(Model model, const std::vector<std::string>& left,
                                      const std::vector<std::string>& right) {
    MAILLON_ASSERT(model.is_learned(), "records are looked up by a model that has learned");
    const auto records = named("the directory's records", left), profiles = named("a person", right);
    if (!records) return records.error();
    if (!profiles) return profiles.error();
    for (auto& field : model.fields) field.is_optional = true;
    auto opened = Records::open(model, *records, *profiles);
    if (!opened) return opened.error();
    return LiveRecords(std::move(model), std::move(*opened));
}

bool LiveRecords::is_new(std::string_view id, Cells cells) {
    const std::uint64_t hash = hash_of_cells(cells);
    if (const auto old = ids_.find(id)) {
        if (cells_[*old] == hash) return false;
        let_go(*old);
    }
    ids_.add(id);
    cells_.push_back(hash);
    is_gone_.push_back(false);
    return true;
}

void LiveRecords::put(std::string_view id, Cells cells) {
    if (!is_new(id, cells)) return;
    const Records::Row row = records_->add_left(cells);
    if (!is_finished_) return;
    records_->complete();
    collect_keys(row);
    add_keys();
}

void LiveRecords::put_all(std::vector<Record> records, unsigned threads) {
    if (is_finished_) {
        for (const auto& record : records) put(record.id, record.cells);
        return;
    }
    std::vector<std::vector<std::string_view>> rows;
    const auto fill = [&] {
        records_->add_left_all(rows, threads);
        rows.clear();
    };
    for (auto& record : records) {
        // Only a row that is filled can be let go: the record stands twice among these.
        if (const auto old = ids_.find(record.id); old && *old >= records_->rows(Side::left)) fill();
        if (is_new(record.id, record.cells)) rows.push_back(std::move(record.cells));
    }
    fill();
}

void LiveRecords::remove(std::string_view id) {
    const auto row = ids_.find(id);
    if (!row) return;
    let_go(*row);
    ids_.remove(id);
}

void LiveRecords::let_go(Records::Row row) {
    if (is_finished_) remove_keys(row);
    records_->forget_left(row);
    is_gone_[row] = true;
}

void LiveRecords::finish(unsigned threads) {
    records_->finish_values(threads);
    in_pieces(2, threads, [this](std::size_t piece) { piece == 0 ? index_all() : records_->finish_names(); });
    scorer_ = std::make_unique<Scorer>(*model_, *records_);
    classifier_ = std::make_unique<Classifier>(*model_, *scorer_);
    is_finished_ = true;
}

void LiveRecords::index_all() {
    index_.reserve(ids_.size() * maker_.rules() / 2);
    for (Records::Row row = 0; row < records_->rows(Side::left); ++row) {
        if (is_gone_[row]) continue;
        collect_keys(row);
        if (entries_.size() >= kTogether) add_keys();
    }
    add_keys();
}

void LiveRecords::collect_keys(Records::Row row) {
    for (std::size_t rule = 0; rule < maker_.rules(); ++rule) {
        maker_.of(*records_, rule, Side::left, row, some_);
        for (const auto key : some_) entries_.push_back({mix(key, rule), row});
    }
}

void LiveRecords::add_keys() {
    index_.add_all(entries_);
    entries_.clear();
}

void LiveRecords::remove_keys(Records::Row row) {
    for (std::size_t rule = 0; rule < maker_.rules(); ++rule) {
        maker_.of(*records_, rule, Side::left, row, some_);
        for (const auto key : some_) index_.remove(mix(key, rule), row);
    }
}

std::vector<ScoredPair> LiveRecords::scored() {
    asked_.clear();
    for (std::size_t rule = 0; rule < maker_.rules(); ++rule) {
        maker_.of(*records_, rule, Side::right, 0, some_);
        for (const auto key : some_) asked_.push_back({mix(key, rule), static_cast<std::uint32_t>(rule)});
    }
    index_.look_up(asked_, found_);
    comparer_.clear();
    // A value that too many had when its row went has left a key behind.
    for (const auto& one : found_) {
        if (!is_gone_[one.row]) comparer_.add(one.row);
    }
    std::vector<ScoredPair> out;
    add_scored(comparer_, *scorer_, 0, prior_bits(*model_, *records_), out);
    std::ranges::sort(out, [](const ScoredPair& a, const ScoredPair& b) {
        return a.bits != b.bits ? a.bits > b.bits : a.left < b.left;
    });
    return out;
}

std::vector<ScoredPair> LiveRecords::candidates(Cells profile) {
    MAILLON_ASSERT(is_finished_, "records are looked up once they are all there");
    records_->begin_probe(profile);
    auto out = scored();
    records_->end_probe();
    return out;
}

Verdict LiveRecords::look_up(Cells profile) {
    MAILLON_ASSERT(is_finished_, "records are looked up once they are all there");
    Verdict out;
    out.model = model_->label();
    out.prior_bits = prior_bits(*model_, *records_);
    records_->begin_probe(profile);
    auto pairs = scored();
    if (!pairs.empty()) {
        const double second = pairs.size() > 1 ? pairs[1].bits : 0;
        out.margin_bits = pairs.size() > 1 ? pairs[0].bits - second : 0;
        double all = 1;
        for (const auto& pair : pairs) all += std::exp2(std::min(pair.bits, 60.0));
        const auto decisions = decide(*model_, *scorer_, pairs, true);
        if (!decisions.empty()) out.kind = decisions.front().kind;
        for (const auto& pair : std::span(pairs).first(std::min(pairs.size(), kMostCandidates))) {
            const int at = classifier_->class_of(pair.levels);
            out.candidates.push_back(
                {.record_id = std::string(ids_.id(pair.left)),
                 .bits = pair.bits,
                 .probability = calibrated(*model_, std::exp2(std::min(pair.bits, 60.0)) / all),
                 .evidence_class = at < 0 ? "" : model_->classes[static_cast<std::size_t>(at)].name,
                 .waterfall = waterfall(*model_, *records_, *scorer_, pair)});
        }
    }
    records_->end_probe();
    if (out.kind != Verdict::Kind::none) out.rule = "score";
    return out;
}

}  // namespace maillon::match
