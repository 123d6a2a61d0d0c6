#include "core/db/batch.h"

#include "core/base/assert.h"
#include "core/db/connection.h"

namespace maillon::db {
namespace {

/// Of arrays in one statement: more gains nothing and costs memory on both sides.
constexpr std::size_t kMostBytes = 1 << 20;

}  // namespace

bool Batch::is_one_statement(const Unit& unit) {
    return unit.connection_.dialect().is_remote();
}

Result<void> Batch::add(Params row) {
    const auto& dialect = unit_.connection_.dialect();
    if (!dialect.is_remote()) return run({row.begin(), row.size()});
    if (arrays_.empty()) {
        for (const auto& value : row) columns_.push_back(value.kind);
        arrays_.resize(row.size());
    }
    MAILLON_ASSERT(row.size() == arrays_.size(),
                   "a row of a batch has another number of values than the first");
    std::size_t i = 0;
    for (const auto& value : row) {
        MAILLON_ASSERT(value.kind == columns_[i],
                       "a row of a batch has a value of another kind than the first");
        const auto before = arrays_[i].size();
        dialect.add_to_array(arrays_[i], value);
        bytes_ += arrays_[i++].size() - before;
    }
    return bytes_ < kMostBytes ? Result<void>{} : send();
}

Result<std::int64_t> Batch::finish() {
    if (bytes_ > 0) {
        auto sent = send();
        if (!sent) return sent.error();
    }
    return changed_;
}

Result<void> Batch::run(std::span<const Param> params) {
    auto done = unit_.execute(sql_, params, kinds_, take_);
    if (!done) return done.error();
    changed_ += *done;
    return {};
}

Result<void> Batch::send() {
    std::vector<Param> params;
    params.reserve(arrays_.size());
    for (auto& array : arrays_) params.emplace_back(std::string_view(array += '}')).is_ready = true;
    const auto sql = unit_.connection_.dialect().for_arrays(sql_, columns_);
    auto done = unit_.execute(sql, params, kinds_, take_);
    if (!done) return done.error();
    changed_ += *done;
    for (auto& array : arrays_) array.clear();
    bytes_ = 0;
    return {};
}

}  // namespace maillon::db
