#include "core/db/database.h"

#include "core/base/assert.h"
#include "core/db/file_lock.h"
#include "core/db/migrate.h"
#include "core/db/readers.h"
#include "core/db/writer.h"

#include <future>

namespace maillon::db {

struct Database::Parts {
    Parts(Options given, std::unique_ptr<FileLock> lock, std::unique_ptr<Connection> connection,
          const std::string& path)
        : options(std::move(given)),
          file(std::move(lock)),
          readers(path, options.readers),
          writer(std::move(connection), options) {}

    const Options options;
    std::unique_ptr<FileLock> file;
    Readers readers;
    Writer writer;
};

Result<std::unique_ptr<Database>> Database::open(Options options) {
    MAILLON_ASSERT(options.clock != nullptr, "a database needs a clock");
    auto path = dialect::path_of(options.url);
    if (!path) return path.error();
    auto lock = FileLock::take(*path);
    if (!lock) return lock.error();
    auto connection = std::make_unique<Connection>();
    auto ready = connection->open(*path, true, options.largest_pages);
    if (ready) ready = migrate(*connection, options.migrations, options.clock->now());
    if (!ready) return ready.error();
    auto parts = std::make_unique<Parts>(std::move(options), std::move(*lock), std::move(connection), *path);
    return std::unique_ptr<Database>(new Database(std::move(parts)));
}

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Database::~Database() {
    close();
}

void Database::submit(Work work, Done done) {
    parts_->writer.submit(std::move(work), std::move(done));
}

Result<void> Database::run(Work work) {
    MAILLON_ASSERT(!parts_->writer.is_this_thread(), "the writer thread would wait for itself");
    std::promise<Result<void>> outcome;
    submit(std::move(work), [&](Result<void> result) { outcome.set_value(std::move(result)); });
    return outcome.get_future().get();
}

Result<void> Database::read(const std::function<Result<void>(Reader&)>& work) {
    return parts_->readers.read(work);
}

std::size_t Database::queued() const {
    return parts_->writer.queued();
}
bool Database::broken() const {
    return parts_->writer.broken();
}
Counters Database::counters() const {
    return parts_->writer.counters();
}

void Database::close() {
    parts_->writer.drain();
    parts_->readers.close();
    parts_->writer.close();
    parts_->file.reset();
}

}  // namespace maillon::db
