#include "core/match/linkage/records.h"

#include "core/match/linkage/columns.h"
#include "core/match/linkage/name_field.h"

#include <algorithm>

namespace maillon::match {
namespace {

constexpr std::int64_t kBetweenLooks = 4096;

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

}  // namespace

Result<Records> Records::prepare(const Model& model, const Table& left, const Table* right,
                                 const Watch& watch) {
    Records out;
    out.is_one_ = right == nullptr;
    out.rows_ = {left.rows(), right == nullptr ? left.rows() : right->rows()};
    const auto work = static_cast<std::int64_t>((left.rows() + (right == nullptr ? 0 : right->rows())) *
                                                model.fields.size());
    std::int64_t done = 0;
    for (const auto& field : model.fields) {
        auto data = make_field_data(field, model);
        if (out.is_one_) data->be_one_table();
        for (const Side side : {Side::left, Side::right}) {
            const Table* table = side == Side::left ? &left : right;
            if (table == nullptr) break;
            const auto columns = bind(model, field, side, *table);
            if (!columns) return columns.error();
            Filling filling(*data, *columns);
            for (std::size_t row = 0; row < table->rows(); ++row, ++done) {
                filling.add(side, *table, row);
                if (done % kBetweenLooks == 0 && !watch("reading", done, work))
                    return Fault{FaultKind::cancelled, "ended before all was read", {}};
            }
        }
        data->finish();
        out.data_.push_back(std::move(data));
    }
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

void Records::finish() {
    for (auto& field : data_) field->finish();
    fit_communities();
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

double Records::together_bits(std::size_t field, std::uint64_t levels, Row left, Row right) const {
    for (std::size_t at = 0; at < halves_.size(); ++at) {
        const auto& halves = halves_[at];
        if (halves.family != field) continue;
        const auto shares = [&](std::size_t one, Kind kind) {
            return levels_of(kind)[level_of(levels, one)].rarity > 0;
        };
        if (!shares(halves.given, Kind::given_name) || !shares(halves.family, Kind::family_name)) return 0;
        const auto& given = static_cast<const NameField&>(*data_[halves.given]);
        const auto& family = static_cast<const NameField&>(*data_[halves.family]);
        return std::max(
            communities_[at].together_bits(given.number(Side::left, left), family.number(Side::left, left)),
            communities_[at].together_bits(given.number(Side::right, right),
                                           family.number(Side::right, right)));
    }
    return 0;
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
