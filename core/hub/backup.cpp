#include "core/hub/backup.h"

#include "core/base/digest.h"
#include "core/base/time.h"
#include "core/db/copy.h"
#include "core/db/store_file.h"
#include "core/db/viewer.h"
#include "core/hub/file_digest.h"
#include "core/hub/version.h"
#include "core/store/books.h"
#include "core/store/dead_letters.h"
#include "core/store/doubts.h"
#include "core/store/state.h"

#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace maillon::hub {
namespace {

namespace fs = std::filesystem;

Result<> room_for(const fs::path& target, std::int64_t bytes) {
    std::error_code error;
    const auto folder = target.parent_path().empty() ? fs::path(".") : target.parent_path();
    if (!fs::is_directory(folder, error)) return rejected("there is no folder " + folder.string());
    const auto space = fs::space(folder, error);
    if (!error && static_cast<std::int64_t>(space.available) < bytes)
        return rejected("a backup takes up to " + std::to_string(bytes >> 20) + " MiB, and " +
                        folder.string() + " has " + std::to_string(space.available >> 20) + " MiB left");
    return {};
}

Result<> read_facts(db::Reader& reader, Manifest& out) {
    auto steps = reader.rows<std::tuple<std::string, int>>(
        "SELECT part, max(version) FROM schema_steps GROUP BY part");
    if (!steps) return steps.error();
    for (auto& [part, version] : *steps) out.schema[part] = version;
    auto last = reader.row<std::tuple<std::int64_t, std::int64_t>>(
        "SELECT max(coalesce((SELECT max(seq) FROM events), 0),"
        " coalesce((SELECT max(last_seq) FROM journal_position), 0)),"
        " coalesce((SELECT max(id) FROM runs), 0)");
    if (!last) return last.error();
    std::tie(out.last_event, out.last_run) = **last;
    auto routed = store::Positions::get(reader, store::Positions::kRouted);
    if (!routed) return routed.error();
    out.routed = routed->value_or(EventSeq{}).value();
    auto letters = store::DeadLetters::count_open(reader);
    if (!letters) return letters.error();
    out.dead_letters = *letters;
    auto doubts = store::Doubts::count(reader);
    if (!doubts) return doubts.error();
    out.in_doubt = *doubts;
    return {};
}

Result<> examine(const std::string& copy, const Phase& progress, Manifest& out) {
    auto viewer = db::Viewer::open("sqlite:" + copy);
    if (!viewer) return viewer.error();
    auto wrong = (*viewer)->check_file(true, [&] { return progress("checking", 0, 0); });
    if (!wrong) return wrong.error();
    if (!wrong->empty())
        return internal("the copy is not sound, and neither may be the store: " + wrong->front() +
                        "; see: maillon doctor");
    return (*viewer)->read([&](db::Reader& reader) -> Result<> {
        if (auto done = read_facts(reader, out); !done) return done;
        auto sentences = store::Books::check(reader);
        if (!sentences) return sentences.error();
        out.balanced = sentences->empty();
        return {};
    });
}

Result<> write_manifest(const Manifest& manifest, const fs::path& name) {
    const auto bytes = boost::json::serialize(manifest.to_json()) + '\n';
    {
        const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor < 0) return rejected("cannot create " + name.string());
        const bool written = ::write(descriptor, bytes.data(), bytes.size()) == std::ssize(bytes);
        ::close(descriptor);
        if (!written) return retry("cannot write " + name.string() + ": is the disk full?");
    }
    return db::sync_to_disk(name.string());
}

/// The copy first: a manifest without one would promise what is not there.
Result<> put_in_place(const fs::path& part, const fs::path& target) {
    std::error_code error;
    fs::rename(part, target, error);
    if (!error) fs::rename(Manifest::name_for(part), Manifest::name_for(target), error);
    if (error) return internal("cannot rename " + part.string() + ": " + error.message());
    return db::sync_to_disk(target.parent_path().empty() ? "." : target.parent_path().string());
}

Result<Manifest> make(const BackupJob& job, const fs::path& part) {
    Manifest out{.version = kVersion,
                 .taken = job.clock.now(),
                 .file = job.target.filename().string(),
                 .sha256 = {},
                 .schema = {},
                 .config = job.config};
    const auto copied = db::copy_store(
        job.store.string(), part.string(),
        [&](std::int64_t done, std::int64_t all) { return job.progress("copying", done, all); });
    if (!copied) return copied.error();
    if (auto done = examine(part.string(), job.progress, out); !done) return done.error();
    std::error_code error;
    out.bytes = static_cast<std::int64_t>(fs::file_size(part, error));
    auto digest = sha256_of_file(
        part, [&](std::int64_t done, std::int64_t all) { return job.progress("summing", done, all); });
    if (!digest) return digest.error();
    out.sha256 = *digest;
    if (auto done = write_manifest(out, Manifest::name_for(part)); !done) return done.error();
    if (auto done = put_in_place(part, job.target); !done) return done.error();
    return out;
}

}  // namespace

fs::path backup_name(const fs::path& target, TimePoint now) {
    std::error_code error;
    if (!fs::is_directory(target, error)) return target;
    std::string moment = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(moment, [](char c) { return c == '-' || c == ':'; });
    return target / ("maillon-" + moment + ".db");
}

Result<Manifest> take_backup(const BackupJob& job) {
    std::error_code error;
    const auto file = db::StoreFile::look(job.store.string());
    if (!file.is_store())
        return config_fault(file.what + ": there is nothing to back up; see: maillon doctor");
    for (const auto& name : {job.target, Manifest::name_for(job.target)})
        if (fs::exists(name, error)) return rejected(name.string() + " is there already");
    if (auto room = room_for(job.target, file.bytes + file.log_bytes); !room) return room.error();
    const fs::path part = job.target.string() + ".part";
    for (const auto& name : {part, Manifest::name_for(part)})
        fs::remove(name, error);  // of one that was killed
    auto out = make(job, part);
    if (!out)
        for (const auto& name : {part, Manifest::name_for(part)}) fs::remove(name, error);
    return out;
}

}  // namespace maillon::hub
