#include "core/match/linkage/link_task.h"

#include "core/match/linkage/learn.h"
#include "core/match/linkage/parallel.h"

#include <array>

namespace maillon::match {
namespace {

Result<Ids> ids_of(const Model& model, Side side, const Table& table) {
    const auto column = id_column(model, side, table);
    if (!column) return column.error();
    return Ids::read(table, *column);
}

struct Tables {
    Table left;
    std::optional<Table> right;
};

Result<Tables> read(const TaskFiles& files, unsigned threads) {
    std::array<std::optional<Result<Table>>, 2> tables;
    const std::array<const std::filesystem::path*, 2> paths{&files.left, &files.right};
    in_pieces(files.right.empty() ? 1 : 2, threads,
              [&](std::size_t at) { tables[at] = Table::read(*paths[at]); });
    for (const auto& table : tables) {
        if (table && !*table) return table->error();
    }
    Tables out{std::move(**tables[0]), std::nullopt};
    if (tables[1]) out.right = std::move(**tables[1]);
    return out;
}

Result<LinkTask> prepared(Model model, Table left, std::optional<Table> right, const Watch& watch,
                          unsigned threads) {
    LinkTask task;
    if (right && stand_the_other_way_round(model, left, *right)) {
        std::swap(left, *right);
        task.is_exchanged = true;
    }
    if (!right) model.cardinality = Cardinality::many_to_many;
    auto left_ids = ids_of(model, Side::left, left);
    if (!left_ids) return left_ids.error();
    task.left_ids = std::move(*left_ids);
    if (right) {
        auto right_ids = ids_of(model, Side::right, *right);
        if (!right_ids) return right_ids.error();
        task.right_ids = std::move(*right_ids);
    }
    auto records = Records::prepare(model, left, right ? &*right : nullptr, watch, threads);
    if (!records) return records.error();
    task.records = std::make_unique<Records>(std::move(*records));
    task.model = std::move(model);
    return task;
}

}  // namespace

Result<LinkTask> begin_task(Model model, const TaskFiles& files, const Watch& watch, unsigned threads) {
    auto tables = read(files, threads);
    if (!tables) return tables.error();
    auto task = prepared(std::move(model), std::move(tables->left), std::move(tables->right), watch, threads);
    if (!task) return task.error();
    auto index = BlockIndex::build(task->model, *task->records, watch, threads);
    if (!index) return index.error();
    task->index = std::make_unique<BlockIndex>(std::move(*index));
    if (auto learned = learn(task->model, *task->records, *task->index, watch, threads); !learned)
        return learned.error();
    return task;
}

}  // namespace maillon::match
