#include "core/match/index/record_ids.h"

#include "core/match/normalise/hash.h"

namespace maillon::match {

RecordIds::Row RecordIds::add(std::string_view id) {
    const auto row = static_cast<Row>(ends_.size());
    texts_ += id;
    ends_.push_back(texts_.size());
    rows_[text_hash(id)] = row;
    return row;
}

std::optional<RecordIds::Row> RecordIds::find(std::string_view id) const {
    const auto found = rows_.find(text_hash(id));
    if (found == rows_.end() || this->id(found->second) != id) return std::nullopt;
    return found->second;
}

void RecordIds::remove(std::string_view id) {
    if (find(id)) rows_.erase(text_hash(id));
}

std::string_view RecordIds::id(Row row) const {
    const std::uint64_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(texts_).substr(begin, ends_[row] - begin);
}

std::size_t RecordIds::bytes() const {
    return texts_.capacity() + ends_.capacity() * sizeof(ends_[0]) + rows_.bucket_count() * 17;
}

}  // namespace maillon::match
