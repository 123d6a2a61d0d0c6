#include "core/db/database.h"

#include "core/base/assert.h"
#include "core/db/migrate.h"
#include "core/db/readers.h"
#include "core/db/writer.h"

#include <future>

namespace maillon::db {
namespace {

/// Makes `connection` the one that writes, as soon as no other host does.
Result<void> take_turn(Tenure& tenure, Connection& connection, const Options& options) {
    bool waited = false;
    while (true) {
        auto taken = tenure.take(connection);
        if (taken) return taken;
        const bool held = taken.error().kind == FaultKind::conflict;
        if (held && !options.on_held) return config_fault(std::move(taken.error().what));
        // One who waits goes on waiting while the server is away.
        if (!held && (!waited || taken.error().kind != FaultKind::retry)) return taken;
        waited = true;
        if (!options.on_held(taken.error().what))
            return Fault{FaultKind::cancelled, "gave up waiting: " + taken.error().what, {}};
    }
}

}  // namespace

struct Database::Parts {
    Parts(Options given, std::unique_ptr<const Dialect> of, std::unique_ptr<Tenure> tenure,
          std::unique_ptr<Connection> connection)
        : options(std::move(given)),
          dialect(std::move(of)),
          readers(*dialect, options.readers),
          writer(std::move(connection), std::move(tenure), options) {}

    const Options options;
    const std::unique_ptr<const Dialect> dialect;
    Readers readers;
    Writer writer;
};

Result<std::unique_ptr<Database>> Database::open(Options options) {
    MAILLON_ASSERT(options.clock != nullptr, "a database needs a clock");
    auto dialect = Dialect::of(options);
    if (!dialect) return dialect.error();
    auto tenure = (*dialect)->tenure();
    auto connection = std::make_unique<Connection>(**dialect);
    auto ready = take_turn(*tenure, *connection, options);
    if (ready) ready = migrate(*connection, options.migrations, options.clock->now());
    if (ready) ready = tenure->begin(*connection);
    if (!ready) return ready.error();
    auto parts = std::make_unique<Parts>(std::move(options), std::move(*dialect), std::move(tenure),
                                         std::move(connection));
    return std::unique_ptr<Database>(new Database(std::move(parts)));
}

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Database::~Database() {
    close();
}

void Database::submit(Work work, Done done) {
    parts_->writer.submit(std::move(work), std::move(done));
}

void Database::write_here(Work work, Done done) {
    parts_->writer.write_here(std::move(work), std::move(done));
}

Result<void> Database::run(Work work) {
    MAILLON_ASSERT(!parts_->writer.is_this_thread(), "the thread that writes would wait for itself");
    std::promise<Result<void>> outcome;
    write_here(std::move(work), [&](Result<void> result) { outcome.set_value(std::move(result)); });
    return outcome.get_future().get();
}

Result<bool> Database::compact() {
    MAILLON_ASSERT(!parts_->writer.is_this_thread(), "the thread that writes would wait for itself");
    std::promise<Result<bool>> outcome;
    parts_->writer.compact([&](Result<bool> result) { outcome.set_value(std::move(result)); });
    return outcome.get_future().get();
}

Result<void> Database::read(const std::function<Result<void>(Reader&)>& work) {
    return parts_->readers.read(work);
}

Result<std::int64_t> Database::bytes() {
    return read([this](Reader& reader) -> Result<std::int64_t> {
        auto row = reader.row<std::int64_t>(parts_->dialect->size());
        if (!row) return row.error();
        return row->value_or(0);
    });
}

std::size_t Database::queued() const {
    return parts_->writer.queued();
}
bool Database::broken() const {
    return parts_->writer.broken();
}
std::string Database::trouble() const {
    return parts_->writer.trouble();
}
const std::string& Database::place() const {
    return parts_->dialect->place();
}
Counters Database::counters() const {
    return parts_->writer.counters();
}

void Database::close_soon() {
    parts_->writer.close_soon();
}

void Database::close() {
    parts_->writer.drain();
    parts_->readers.close();
    parts_->writer.close();
}

}  // namespace maillon::db
