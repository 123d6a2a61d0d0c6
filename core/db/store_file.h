#pragma once

#include <cstdint>
#include <string>

namespace maillon::db {

/// What stands at the path of a SQLite store, as far as its first bytes tell; nothing is opened for writing
/// and no lock is taken.
struct StoreFile {
    enum class Kind {
        missing,
        unreadable,      ///< there, and this user may not read it, or its log
        no_file,         ///< a folder, a device
        empty,           ///< no bytes, and no log with any
        no_database,     ///< something else
        other_database,  ///< of another program
        cut_short,       ///< less than its own header says
        store,           ///< nothing speaks against it
    };
    Kind kind = Kind::missing;
    std::int64_t bytes = 0, log_bytes = 0;
    std::string what{};  ///< unless it is a store: a sentence

    /// A file that this process has open counts as a store: it is not opened a second time, since closing it
    /// again would drop SQLite's locks.
    static StoreFile look(const std::string& path);
    bool is_store() const { return kind == Kind::store; }

    /// A file at rest in a folder that cannot be written, or on a full disk: SQLite can make no files for
    /// sharing beside it, so it is read as one that nobody changes.
    static bool is_frozen(const std::string& path);
};

/// The log that belongs to a store's file, and the file by which processes share it.
inline std::string log_of(const std::string& path) {
    return path + "-wal";
}
inline std::string shared_of(const std::string& path) {
    return path + "-shm";
}

}  // namespace maillon::db
