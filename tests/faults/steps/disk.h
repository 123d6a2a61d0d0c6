#pragma once

#include <cstdint>
#include <memory>

namespace maillon::faults {

/// What goes wrong with the disk, once, at one step.
enum class Mishap {
    read_fails,   ///< EIO
    write_fails,  ///< EIO, half of it written
    is_full,      ///< ENOSPC, half of it written
    sync_fails,   ///< EIO; what was to be synced may or may not be there
    power_cut,    ///< from here on nothing reaches the disk; of what was not synced any part may be lost
};

/// The disk under every SQLite database that is opened while this lives: SQLite's own files, with a failure
/// at a chosen step. A step is a read, write, truncation or sync of a database or of its write-ahead log; it
/// is SQLite's real code that meets the failure. Thread-safe but for the calls named otherwise.
///
/// As after a power cut in earnest, `restore_power` leaves each sector written since the last sync of its
/// file old, new or (the one being written) half, by a die that `seed` throws.
class Disk {
public:
    Disk();
    ~Disk();  ///< every database must be closed

    /// Counts steps anew; the one numbered `step` (from 0) goes wrong. A mishap that does not fit the step's
    /// kind (a failing read at a write) waits for the next step that it fits.
    void fail_at(int step, Mishap how, std::uint64_t seed = 1);
    /// Nothing goes wrong any more; steps are counted anew.
    void heal();

    int steps() const;
    bool has_failed() const;
    /// After a power cut.
    bool is_dead() const;

    /// What the disk holds when the power is back. Every database must be closed.
    void restore_power();

    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace maillon::faults
