#include "core/db/viewer.h"

#include "core/db/connection.h"
#include "core/db/database.h"
#include "core/db/sqlite.h"
#include "core/db/sqlite_handle.h"
#include "core/db/store_file.h"

namespace maillon::db {
namespace {

/// So many steps of the database's machine lie between two questions whether to go on.
constexpr int kSteps = 100'000;

int interrupted(void* go_on) {
    return (*static_cast<const std::function<bool()>*>(go_on))() ? 0 : 1;
}

}  // namespace

Viewer::Viewer(std::unique_ptr<const Dialect> dialect, bool is_file)
    : dialect_(std::move(dialect)), is_file_(is_file), connection_(std::make_unique<Connection>(*dialect_)) {}

Viewer::~Viewer() = default;

Result<std::unique_ptr<Viewer>> Viewer::open(const std::string& url) {
    Options options;
    options.url = url;
    auto dialect = Dialect::of(options);
    if (!dialect) return dialect.error();
    const bool is_file = url.starts_with(Sqlite::kScheme);
    if (is_file) {
        // Opening a file that is not there would make it.
        const auto file = StoreFile::look((*dialect)->place());
        if (!file.is_store()) return config_fault(file.what);
    }
    std::unique_ptr<Viewer> viewer(new Viewer(std::move(*dialect), is_file));
    if (auto opened = viewer->connection_->open(false); !opened) return opened.error();
    return viewer;
}

Result<void> Viewer::read(const std::function<Result<void>(Reader&)>& work) {
    if (auto begun = connection_->command(Step::begin, dialect_->begin_read()); !begun) return begun;
    Reader reader(*connection_);
    auto outcome = work(reader);
    if (outcome && reader.failure()) outcome = *reader.failure();
    connection_->rollback();
    return outcome;
}

Result<std::vector<std::string>> Viewer::check_file(bool deep, const std::function<bool()>& go_on) {
    std::vector<std::string> found;
    if (!is_file_) return found;
    auto* const database = handle(connection_->session());
    auto asked = go_on;
    bool ended = false;
    const std::function<bool()> question = [&] {
        ended = !asked();
        return !ended;
    };
    sqlite_api::sqlite3_progress_handler(database, kSteps, interrupted,
                                         const_cast<void*>(static_cast<const void*>(&question)));
    auto rows = read([&](Reader& reader) {
        return reader.rows<std::string>(deep ? "SELECT integrity_check FROM pragma_integrity_check(20)"
                                             : "SELECT quick_check FROM pragma_quick_check(20)");
    });
    sqlite_api::sqlite3_progress_handler(database, 0, nullptr, nullptr);
    if (ended) return Fault{FaultKind::cancelled, "the check was ended", {}};
    if (!rows) return rows.error();
    for (auto& row : *rows)
        if (row != "ok") found.push_back(std::move(row));
    return found;
}

bool Viewer::is_file() const {
    return is_file_;
}

const std::string& Viewer::place() const {
    return dialect_->place();
}

}  // namespace maillon::db
