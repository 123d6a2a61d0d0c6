#include "core/match/matcher.h"

#include "core/match/index/live_records.h"
#include "core/match/linkage/model_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <future>
#include <sstream>
#include <system_error>

namespace maillon::match {
namespace {

constexpr std::size_t kPage = 4096;

/// What a channel may tell of a person, and under which key of theirs.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kPersonColumns{{
    {"network", "network"},
    {"id", "id"},
    {"handle", "handle"},
    {"name", "name"},
    {"display_name", "name"},
    {"url", "url"},
    {"link", "url"},
    {"location", "location"},
    {"city", "location"},
    {"email", "email"},
    {"phone", "phone"},
    {"bio", "bio"},
    {"avatar_hash", "picture_hash"},
    {"picture_hash", "picture_hash"},
    {"lang", "lang"},
}};

std::string text_at(const Json& json, std::string_view key) {
    const auto member = json.at(key);
    if (!member) return {};
    if (const auto text = member->string()) return std::string(*text);
    return member->element().is_number() ? member->dump() : std::string();
}

bool is_name(std::string_view person_field) {
    return person_field == "name" || person_field == "given_name" || person_field == "family_name";
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

}  // namespace

std::string_view text_of(const Model& model) {
    return model.text;
}

Result<std::shared_ptr<const Model>> learned_model(const std::string& name, std::string text) {
    auto loaded = read_model(name, text);
    if (!loaded.model) {
        const auto all = loaded.diagnostics.sorted();
        if (all.empty()) return config_fault(name + " is no model");
        const auto& first = all.front();
        auto why = "the model " + loaded.sources->where(first.place) + ": " + first.message;
        if (!first.hint.empty()) why += "; " + first.hint;
        return config_fault(std::move(why));
    }
    if (!loaded.model->is_learned())
        return config_fault(
            "the model " + name +
            " has not learned yet what its fields weigh: maillon match train writes one that has");
    loaded.model->text = std::move(text);
    return std::make_shared<const Model>(std::move(*loaded.model));
}

Result<std::shared_ptr<const Model>> read_learned_model(const std::filesystem::path& file) {
    const auto unreadable = [&](const std::string& why) {
        return config_fault("the model " + file.string() + " cannot be read: " + why);
    };
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) return unreadable("there is no such file");
    if (std::filesystem::is_directory(status)) return unreadable("it is a folder");
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return unreadable(std::generic_category().message(errno));
    return learned_model(file.string(), std::move(text).str());
}

std::unique_ptr<Matcher> Matcher::make(const config::Directory& directory,
                                       std::shared_ptr<const Model> model) {
    std::vector<Column> columns;
    const auto add = [&](const std::string& name, const std::string& field) {
        if (std::ranges::find(columns, name, &Column::name) == columns.end())
            columns.push_back({name, field});
    };
    bool has_name = false;
    for (const auto& field : directory.fields) {
        add(field.name.value, field.value.scalar.text);
        has_name = has_name || is_name(field.name.value);
    }
    if (!has_name) return nullptr;
    for (const auto& field : directory.fields) add(field.value.scalar.text, field.value.scalar.text);
    return std::unique_ptr<Matcher>(new Matcher(directory, std::move(model), std::move(columns)));
}

Matcher::Matcher(const config::Directory& directory, std::shared_ptr<const Model> model,
                 std::vector<Column> columns)
    : name_(directory.name.value),
      review_at_(directory.match.review_at),
      model_(std::move(model)),
      columns_(std::move(columns)) {}

Matcher::~Matcher() = default;

Result<std::unique_ptr<LiveRecords>> Matcher::fresh() const {
    std::vector<std::string> left, right;
    for (const auto& column : columns_) left.push_back(column.name);
    for (const auto& [column, key] : kPersonColumns) right.emplace_back(column);
    auto made = LiveRecords::make(*model_, left, right);
    if (!made) return made.error();
    return std::make_unique<LiveRecords>(std::move(*made));
}

std::vector<std::string> Matcher::cells_of(const Json& json) const {
    std::vector<std::string> out;
    for (const auto& column : columns_) out.push_back(text_at(json, column.record_field));
    return out;
}

void Matcher::put_in(LiveRecords& live, std::string_view id, std::string_view data) const {
    const auto json = Json::parse(data);
    if (!json) return live.remove(id);
    const auto cells = cells_of(*json);
    live.put(id, views_of(cells));
}

void Matcher::put_page(LiveRecords& live, const Page& page, unsigned threads) const {
    std::vector<LiveRecords::Record> records;
    for (const auto& [id, cells] : page) records.push_back({id, views_of(cells)});
    live.put_all(std::move(records), threads);
}

Result<> Matcher::read_all(db::Session& session, LiveRecords& into, unsigned threads) const {
    Page being_filled;
    std::future<void> filling;  // that page, while the next is read
    for (std::string after;;) {
        const auto page = store::Directory::bare_page(session, name_, after, kPage);
        if (!page) return page.error();
        Page next;
        for (const auto& record : *page) {
            if (const auto json = Json::parse(record.data)) next.emplace_back(record.id, cells_of(*json));
        }
        if (filling.valid()) filling.get();
        if (page->empty()) return {};
        after = page->back().id;
        being_filled = std::move(next);
        filling = std::async(std::launch::async, [&] { put_page(into, being_filled, threads); });
    }
}

void Matcher::begin_loading() {
    const std::scoped_lock lock(mutex_);
    is_loading_ = true;
    meanwhile_.clear();
}

void Matcher::end_loading(std::unique_ptr<LiveRecords> loaded) {
    const std::scoped_lock lock(mutex_);
    is_loading_ = false;
    const auto changes = std::exchange(meanwhile_, {});
    if (!loaded) return;
    for (const auto& change : changes) {
        if (change.data)
            put_in(*loaded, change.id, *change.data);
        else
            loaded->remove(change.id);
    }
    live_ = std::move(loaded);
    loaded_ = live_->size();
}

Result<> Matcher::load(db::Session& session, unsigned threads) {
    const auto progress = store::Directory::progress(session, name_);
    if (!progress) return progress.error();
    if (!*progress || !(*progress)->finished) return {};
    auto live = fresh();
    if (!live) return live.error();
    begin_loading();
    auto done = read_all(session, **live, threads);
    if (done) (*live)->finish(threads);
    end_loading(done ? std::move(*live) : nullptr);
    return done;
}

bool Matcher::is_worn() const {
    const std::scoped_lock lock(mutex_);
    return live_ && (live_->is_worn() || live_->size() > 2 * loaded_ + 100);
}

std::size_t Matcher::records() const {
    const std::scoped_lock lock(mutex_);
    return live_ ? live_->size() : 0;
}

Result<Verdict> Matcher::judge(db::Session&, const Person& person) const {
    std::vector<std::string> cells;
    for (const auto& [column, key] : kPersonColumns) cells.push_back(text_at(person.json, key));
    const auto views = views_of(cells);
    Verdict out;
    std::shared_ptr<const Calibration> calibration;
    {
        const std::scoped_lock lock(mutex_);
        if (live_) out = live_->look_up(views);
        calibration = calibration_;
    }
    if (calibration && calibration->is_in_use()) {
        out.calibrated_from = calibration->answers();
        for (auto& candidate : out.candidates) {
            candidate.scored = candidate.probability;
            candidate.probability = (*calibration)(candidate.probability);
        }
    }
    // From when on a person is asked is the directory's to say, not the model's.
    if (out.kind != Verdict::Kind::link) {
        const bool is_likely = !out.candidates.empty() && out.candidates.front().probability >= review_at_;
        out.kind = is_likely ? Verdict::Kind::review : Verdict::Kind::none;
        out.rule = is_likely ? "score" : "";
    }
    return out;
}

std::string Matcher::label() const {
    return model_->label();
}

void Matcher::calibrate(std::shared_ptr<const Calibration> calibration) {
    const std::scoped_lock lock(mutex_);
    calibration_ = std::move(calibration);
}

void Matcher::put(std::span<const store::DirectoryRecord> records) {
    const std::scoped_lock lock(mutex_);
    for (const auto& record : records) {
        if (live_) put_in(*live_, record.id, record.data);
        if (is_loading_) meanwhile_.push_back({record.id, record.data});
    }
}

void Matcher::remove(std::span<const std::string> ids) {
    const std::scoped_lock lock(mutex_);
    for (const auto& id : ids) {
        if (live_) live_->remove(id);
        if (is_loading_) meanwhile_.push_back({id, std::nullopt});
    }
}

}  // namespace maillon::match
