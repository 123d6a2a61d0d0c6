#pragma once

#include "core/match/index/key_index.h"
#include "core/match/index/record_ids.h"
#include "core/match/linkage/blocking_keys.h"
#include "core/match/linkage/evidence_class.h"
#include "core/match/linkage/linker.h"

#include <memory>
#include <span>

namespace maillon::match {

/// The records of a directory as a model compares them, under its blocking keys: asked about one profile at a
/// time.
///
/// Filled by `put`, made ready once by `finish`; records come and go after that too. A record that comes
/// again unchanged costs nothing; one that has changed leaves its old row behind, which is found no longer
/// and counts for nothing, but takes its memory until all is filled anew (`is_worn` says when that pays). How
/// common names are is told by those who were there at `finish`.
///
/// Not thread-safe: a look-up, too, writes.
class LiveRecords {
public:
    using Cells = std::span<const std::string_view>;

    /// `left` and `right` name what the cells of records and of profiles will be. A field of the model of
    /// which either side has no column is left out of account. The model is learned.
    static Result<LiveRecords> make(Model model, const std::vector<std::string>& left,
                                    const std::vector<std::string>& right);

    void put(std::string_view id, Cells cells);
    /// The same for many on so many threads: how records come at the start. Texts must live until it returns.
    struct Record {
        std::string_view id{};
        std::vector<std::string_view> cells{};
    };
    void put_all(std::vector<Record> records, unsigned threads);
    void remove(std::string_view id);
    void finish(unsigned threads = 1);

    /// Who the profile may be: at most five candidates, best first, and what the model decides.
    Verdict look_up(Cells profile);
    /// The same without the waterfalls, which are for people: what a look-up costs before anybody looks.
    std::vector<ScoredPair> candidates(Cells profile);

    std::size_t size() const { return ids_.size(); }
    std::size_t rows() const { return cells_.size(); }
    /// More than half of the rows are left-overs.
    bool is_worn() const { return rows() > 1000 && rows() > 2 * size(); }
    const Model& model() const { return *model_; }
    const KeyIndex& keys() const { return index_; }

private:
    LiveRecords(Model model, Records records);
    void let_go(Records::Row row);
    /// Gives the record its row, unless it is there as it is.
    bool is_new(std::string_view id, Cells cells);
    void index_all();
    /// Into `entries_`.
    void collect_keys(Records::Row row);
    void add_keys();
    void remove_keys(Records::Row row);
    std::vector<ScoredPair> scored();

    std::unique_ptr<const Model> model_;  ///< behind pointers: the scorer refers to both
    std::unique_ptr<Records> records_;
    BlockingKeys maker_;
    Comparer comparer_;
    KeyIndex index_;
    RecordIds ids_;
    std::unique_ptr<Scorer> scorer_;
    std::unique_ptr<Classifier> classifier_;
    std::vector<std::uint64_t> cells_;  ///< by row: 64 bits of what it was made of
    std::vector<bool> is_gone_;         ///< by row
    bool is_finished_ = false;
    std::vector<KeyIndex::Found> found_;
    std::vector<KeyIndex::Asked> asked_;
    std::vector<std::uint64_t> some_;
    std::vector<KeyIndex::Entry> entries_;
};

}  // namespace maillon::match
