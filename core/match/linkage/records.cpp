#include "core/match/linkage/records.h"

#include "core/match/linkage/columns.h"
#include "core/match/linkage/name_field.h"
#include "core/match/linkage/parallel.h"

#include <algorithm>
#include <array>

namespace maillon::match {
namespace {

constexpr std::size_t kBetweenLooks = 4096;

/// One field: reads the cells of all rows of a table.
class Filling {
public:
    Filling(FieldData& data, const std::vector<BoundColumn>& columns) : data_(data), columns_(columns) {}

    void add(Side side, const Table& table, std::size_t row) {
        add(side, [&](std::size_t column) { return table.cell(row, column); });
    }

    template <class CellOf>
    void add(Side side, CellOf&& cell) {
        cells_.clear();
        joined_.clear();
        joined_.reserve(columns_.size());
        for (const auto& column : columns_) {
            std::string_view text = cell(column.index);
            if (column.second && !text.empty() && !cell(*column.second).empty())
                text = joined_.emplace_back(std::string(text) + ":" + std::string(cell(*column.second)));
            cells_.push_back({text, column.part});
        }
        data_.add(side, cells_);
    }

private:
    FieldData& data_;
    const std::vector<BoundColumn>& columns_;
    std::vector<Cell> cells_;
    std::vector<std::string> joined_;
};

/// All rows of one side; false when the watch has ended it.
bool fill(FieldData& data, const std::vector<BoundColumn>& columns, Side side, const Table& table,
          SharedWatch& watch) {
    Filling filling(data, columns);
    for (std::size_t begin = 0; begin < table.rows(); begin += kBetweenLooks) {
        const auto end = std::min(table.rows(), begin + kBetweenLooks);
        for (std::size_t row = begin; row < end; ++row) filling.add(side, table, row);
        if (!watch.add(static_cast<std::int64_t>(end - begin))) return false;
    }
    return true;
}

/// How often pairs of names stand together, each asked once: the candidates of a record are called alike.
class PairMemo {
public:
    explicit PairMemo(const NameCommunities& communities) : communities_(communities) {
        pairs_.fill({ValuePool::kNone, ValuePool::kNone});
    }
    double of(const NameCommunities::Pair& pair) {
        const auto at = (pair.first * 31 + pair.second) & (kPlaces - 1);
        if (pairs_[at] == pair) return bits_[at];
        pairs_[at] = pair;
        return bits_[at] = communities_.together_bits(pair.first, pair.second);
    }

private:
    static constexpr std::size_t kPlaces = 64;
    const NameCommunities& communities_;
    std::array<NameCommunities::Pair, kPlaces> pairs_;
    std::array<double, kPlaces> bits_{};
};

}  // namespace

Result<Records> Records::prepare(const Model& model, const Table& left, const Table* right,
                                 const Watch& watch, unsigned threads) {
    Records out;
    out.is_one_ = right == nullptr;
    out.rows_ = {left.rows(), right == nullptr ? left.rows() : right->rows()};
    std::vector<std::array<std::vector<BoundColumn>, 2>> columns(model.fields.size());
    for (std::size_t at = 0; at < model.fields.size(); ++at) {
        for (const Side side : {Side::left, Side::right}) {
            if (side == Side::right && out.is_one_) break;
            auto bound = bind(model, model.fields[at], side, side == Side::left ? left : *right);
            if (!bound) return bound.error();
            columns[at][static_cast<std::size_t>(side)] = std::move(*bound);
        }
    }
    out.data_.resize(model.fields.size());
    const auto rows = left.rows() + (right == nullptr ? 0 : right->rows());
    SharedWatch shared(watch, "reading", static_cast<std::int64_t>(rows * model.fields.size()));
    in_pieces(model.fields.size(), threads, [&](std::size_t at) {
        out.data_[at] = make_field_data(model.fields[at], model);
        if (out.is_one_) out.data_[at]->be_one_table();
        bool goes_on = fill(*out.data_[at], columns[at][0], Side::left, left, shared);
        if (right != nullptr)
            goes_on = goes_on && fill(*out.data_[at], columns[at][1], Side::right, *right, shared);
        if (goes_on) out.data_[at]->finish();
    });
    if (!shared.finish()) return Fault{FaultKind::cancelled, "ended before all was read", {}};
    out.find_halves(model);
    out.fit_communities();
    return out;
}

Result<Records> Records::open(const Model& model, const Table& left, const Table& right) {
    Records out;
    for (const auto& field : model.fields) {
        auto& columns = out.columns_.emplace_back();
        for (const Side side : {Side::left, Side::right}) {
            auto bound = bind(model, field, side, side == Side::left ? left : right);
            if (!bound) return bound.error();
            columns[static_cast<std::size_t>(side)] = std::move(*bound);
        }
        out.data_.push_back(make_field_data(field, model));
    }
    out.find_halves(model);
    return out;
}

void Records::add(Side side, std::span<const std::string_view> cells) {
    const auto at = static_cast<std::size_t>(side);
    for (std::size_t field = 0; field < data_.size(); ++field)
        Filling(*data_[field], columns_[field][at]).add(side, [&](std::size_t column) {
            return cells[column];
        });
    ++rows_[at];
}

Records::Row Records::add_left(std::span<const std::string_view> cells) {
    add(Side::left, cells);
    return static_cast<Row>(rows_[0] - 1);
}

void Records::add_left_all(std::span<const std::vector<std::string_view>> rows, unsigned threads) {
    in_pieces(data_.size(), threads, [&](std::size_t field) {
        Filling filling(*data_[field], columns_[field][0]);
        for (const auto& cells : rows)
            filling.add(Side::left, [&](std::size_t column) { return cells[column]; });
    });
    rows_[0] += rows.size();
}

void Records::finish_values(unsigned threads) {
    in_pieces(data_.size(), threads, [&](std::size_t field) { data_[field]->finish(); });
}

void Records::finish_names() {
    fit_communities();
}

void Records::forget_left(Row left) {
    for (auto& field : data_) field->forget(left);
    ++forgotten_;
}

void Records::complete() {
    for (auto& field : data_) field->complete();
}

void Records::begin_probe(std::span<const std::string_view> cells) {
    for (auto& field : data_) field->begin_probe();
    add(Side::right, cells);
    complete();
}

void Records::end_probe() {
    for (auto& field : data_) field->end_probe();
    rows_[1] = 0;
}

void Records::find_halves(const Model& model) {
    const auto swapped = [](Kind kind) {
        const auto levels = levels_of(kind);
        const auto found = std::ranges::find(levels, "swapped", &LevelInfo::name);
        return static_cast<Level>(found - levels.begin());
    };
    for (std::size_t given = 0; given < model.fields.size(); ++given) {
        const auto& one = model.fields[given];
        if (one.kind != Kind::given_name || one.swaps_with.empty()) continue;
        const auto other = std::ranges::find(model.fields, one.swaps_with, &FieldModel::name);
        if (other == model.fields.end() || other->kind != Kind::family_name) continue;
        halves_.push_back({given, static_cast<std::size_t>(other - model.fields.begin()),
                           swapped(Kind::given_name), swapped(Kind::family_name)});
    }
}

void Records::fit_communities() {
    for (const auto& halves : halves_) {
        const auto& given = static_cast<const NameField&>(*data_[halves.given]);
        const auto& family = static_cast<const NameField&>(*data_[halves.family]);
        std::vector<NameCommunities::Pair> pairs;
        for (const Side side : {Side::left, Side::right}) {
            if (side == Side::right && is_one_) break;
            for (Row row = 0; row < rows(side); ++row) {
                const auto a = given.number(side, row), b = family.number(side, row);
                if (a != ValuePool::kNone && b != ValuePool::kNone && family.text(side, row).size() > 1)
                    pairs.emplace_back(a, b);
            }
        }
        communities_.push_back(NameCommunities::fit(pairs, given.names(), family.names()));
    }
}

const NameField& Records::name_field(std::size_t at) const {
    return static_cast<const NameField&>(*data_[at]);
}

std::optional<std::size_t> Records::halves_of(std::size_t family) const {
    const auto found = std::ranges::find(halves_, family, &Halves::family);
    if (found == halves_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - halves_.begin());
}

bool Records::agrees(const Halves& halves, std::uint64_t levels) {
    const auto shares = [&](std::size_t one, Kind kind) {
        return levels_of(kind)[level_of(levels, one)].rarity > 0;
    };
    return shares(halves.given, Kind::given_name) && shares(halves.family, Kind::family_name);
}

double Records::together_bits(std::size_t field, std::uint64_t levels, Row left, Row right) const {
    const auto at = halves_of(field);
    if (!at || !agrees(halves_[*at], levels)) return 0;
    const auto bits = [&](Side side, Row row) {
        return communities_[*at].together_bits(name_field(halves_[*at].given).number(side, row),
                                               name_field(field).number(side, row));
    };
    return std::max(bits(Side::left, left), bits(Side::right, right));
}

bool Records::together_all(std::size_t field, std::span<const std::uint64_t> levels,
                           std::span<const Row> lefts, Row right, std::span<double> out) const {
    const auto at = halves_of(field);
    if (!at) return false;
    const auto& given = name_field(halves_[*at].given);
    const auto& family = name_field(field);
    PairMemo met(communities_[*at]);
    std::optional<double> of_right;
    for (std::size_t row = 0; row < lefts.size(); ++row) {
        out[row] = 0;
        if (!agrees(halves_[*at], levels[row])) continue;
        if (!of_right)
            of_right = met.of({given.number(Side::right, right), family.number(Side::right, right)});
        out[row] = std::max(
            met.of({given.number(Side::left, lefts[row]), family.number(Side::left, lefts[row])}), *of_right);
    }
    return true;
}

bool Records::are_swapped(const Halves& halves, Row left, Row right) const {
    const auto& given = static_cast<const NameField&>(*data_[halves.given]);
    const auto& family = static_cast<const NameField&>(*data_[halves.family]);
    const auto a = given.text(Side::left, left), b = family.text(Side::right, right);
    if (a.empty() || a != b) return false;
    const auto c = family.text(Side::left, left), d = given.text(Side::right, right);
    return !c.empty() && c == d;
}

std::uint64_t Records::levels(Row left, Row right) const {
    std::uint64_t out = 0;
    for (std::size_t at = 0; at < data_.size(); ++at)
        out |= std::uint64_t{data_[at]->compare(left, right)} << (4 * at);
    return with_halves(out, left, right);
}

void Records::levels_all(std::span<const Row> lefts, Row right, std::span<std::uint64_t> out) const {
    for (std::size_t at = 0; at < data_.size(); ++at)
        data_[at]->compare_all(lefts, right, static_cast<int>(4 * at), out);
    if (halves_.empty()) return;
    for (std::size_t at = 0; at < lefts.size(); ++at) out[at] = with_halves(out[at], lefts[at], right);
}

std::uint64_t Records::with_halves(std::uint64_t out, Row left, Row right) const {
    for (const auto& halves : halves_) {
        const Level given = level_of(out, halves.given), family = level_of(out, halves.family);
        if (given <= halves.given_swapped || family <= halves.family_swapped) continue;
        if (!are_swapped(halves, left, right)) continue;
        const std::uint64_t mask = std::uint64_t{0xF} << (4 * halves.given) | std::uint64_t{0xF}
                                                                                  << (4 * halves.family);
        out = (out & ~mask) | std::uint64_t{halves.given_swapped} << (4 * halves.given) |
              std::uint64_t{halves.family_swapped} << (4 * halves.family);
    }
    return out;
}

}  // namespace maillon::match
