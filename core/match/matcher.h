#pragma once

#include "core/match/calibration.h"
#include "core/match/judge.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace maillon::match {

struct Model;
class LiveRecords;

/// A model that can judge at once: read, checked, and learned. A Fault says what is wrong where.
Result<std::shared_ptr<const Model>> read_learned_model(const std::filesystem::path& file);
/// The same from the text of a file, which is kept with it (Model::text).
Result<std::shared_ptr<const Model>> learned_model(const std::string& name, std::string text);

/// The text that it was read from.
std::string_view text_of(const Model& model);

/// Scores a person against all records of a directory by a model. Keeps the records in memory, prepared,
/// under the model's blocking keys: about half a kilobyte each; a look-up takes well below a millisecond.
///
/// The model's left columns are fields of a person as `fields:` of the directory names them, or fields of the
/// record; its right columns are what a channel tells of a person (`display_name` is their `name`, `link`
/// their `url`). Fields of the model that have no column here say nothing.
///
/// Has no records before the directory was read in full: then nobody is found. `load` may be called again
/// while others ask and records change: they see the old records until the new ones are ready. Thread-safe.
class Matcher final : public Judge {
public:
    /// Nothing for a directory that knows no names: it stays with exact keys.
    static std::unique_ptr<Matcher> make(const config::Directory& directory,
                                         std::shared_ptr<const Model> model);
    ~Matcher() override;

    /// Reads the records from the store, in pages, and prepares them on so many threads beside. Of one thread
    /// at a time.
    Result<> load(db::Session& session, unsigned threads);
    /// So much has changed since `load` that it should be done again: rows are left over, or the records have
    /// doubled, and with them how common their values are.
    bool is_worn() const;
    /// 0 before `load`.
    std::size_t records() const;

    /// From now on probabilities are told as people's answers have shown them to be.
    void calibrate(std::shared_ptr<const Calibration> calibration);
    /// Name and version of the model.
    std::string label() const;

    Result<Verdict> judge(db::Session& session, const Person& person) const override;
    void put(std::span<const store::DirectoryRecord> records) override;
    void remove(std::span<const std::string> ids) override;

private:
    /// A change that came while `load` was reading.
    struct Change {
        std::string id{};
        std::optional<std::string> data{};  ///< absent: removed
    };
    struct Column {
        std::string name, record_field;
    };
    Matcher(const config::Directory& directory, std::shared_ptr<const Model> model,
            std::vector<Column> columns);
    Result<std::unique_ptr<LiveRecords>> fresh() const;
    Result<> read_all(db::Session& session, LiveRecords& into, unsigned threads) const;
    std::vector<std::string> cells_of(const Json& json) const;
    using Page = std::vector<std::pair<std::string, std::vector<std::string>>>;  ///< ids and cells
    void put_page(LiveRecords& live, const Page& page, unsigned threads) const;
    void put_in(LiveRecords& live, std::string_view id, std::string_view data) const;
    void begin_loading();
    void end_loading(std::unique_ptr<LiveRecords> loaded);

    std::string name_;
    double review_at_;
    std::shared_ptr<const Model> model_;  ///< shared with the configuration that was prepared
    std::vector<Column> columns_;
    mutable std::mutex mutex_;
    std::unique_ptr<LiveRecords> live_;
    std::size_t loaded_ = 0;                          ///< records at the last load
    std::shared_ptr<const Calibration> calibration_;  ///< may be null; shared with look-ups under way
    bool is_loading_ = false;
    std::vector<Change> meanwhile_;
};

}  // namespace maillon::match
