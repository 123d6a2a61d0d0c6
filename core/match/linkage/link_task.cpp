#include "core/match/linkage/link_task.h"

#include "core/match/linkage/learn.h"

namespace maillon::match {
namespace {

Result<Ids> ids_of(const Model& model, Side side, const Table& table) {
    const auto column = id_column(model, side, table);
    if (!column) return column.error();
    return Ids::read(table, *column);
}

Result<LinkTask> prepared(Model model, Table left, std::optional<Table> right, const Watch& watch) {
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
    auto records = Records::prepare(model, left, right ? &*right : nullptr, watch);
    if (!records) return records.error();
    task.records = std::make_unique<Records>(std::move(*records));
    task.model = std::move(model);
    return task;
}

}  // namespace

Result<LinkTask> begin_task(Model model, const TaskFiles& files, const Watch& watch) {
    auto left = Table::read(files.left);
    if (!left) return left.error();
    std::optional<Table> right;
    if (!files.right.empty()) {
        auto read = Table::read(files.right);
        if (!read) return read.error();
        right = std::move(*read);
    }
    auto task = prepared(std::move(model), std::move(*left), std::move(right), watch);
    if (!task) return task.error();
    auto index = BlockIndex::build(task->model, *task->records, watch);
    if (!index) return index.error();
    task->index = std::make_unique<BlockIndex>(std::move(*index));
    if (auto learned = learn(task->model, *task->records, *task->index, watch); !learned)
        return learned.error();
    return task;
}

}  // namespace maillon::match
