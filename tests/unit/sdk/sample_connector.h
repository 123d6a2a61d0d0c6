#pragma once
#include "maillon/testkit.hpp"

namespace maillon::sample {

/// A connector that plays every role and does what its input says: the subject of the SDK's tests.
class Everything {
public:
    static constexpr Info info{"everything", "Everything",        "1.2.3", "Tests", "Plays every role",
                               "docs",       MAILLON_CAP_ORDERED, 7};
    static Schema schema();
    static EventTypes events();
    static Operations operations();

    Everything(Host host, const json::object& config);
    ~Everything();

    void connect(Deadline deadline);
    void check(Deadline deadline);
    PollHint poll(const PollRequest& want, Emitter& out);
    void receive(const HttpRequest& request, Emitter& out, HttpAnswer& answer);
    Outcome deliver(const Call& call);
    void reconcile(const Batch& batch, Reporter& reporter);
    bool read_directory(const DirectoryRequest& want, Emitter& out);
    json::value process(const Call& event);
    void cancel();

    static inline int alive = 0;
    static inline int cancels = 0;

private:
    Host host_;
    std::string greeting_;
};

/// Takes whole batches and reports what it likes.
class BatchSink {
public:
    static constexpr Info info{"batch_sink", "Batch sink", "1", "Tests", "", ""};
    static Schema schema() { return {}; }
    BatchSink(Host, const json::object&) {}
    void deliver(const Batch& batch, Reporter& reporter);
};

/// Plays no role at all.
class Nothing {
public:
    static constexpr Info info{"nothing", "Nothing", "1", "Tests", "", ""};
    static Schema schema() { return {}; }
    Nothing(Host, const json::object&) {}
};

constexpr std::size_t kEverything = 0;
constexpr std::size_t kBatchSink = 1;
constexpr std::size_t kNothing = 2;

/// Throws what `how` names.
void fail_as(std::string_view how);

}  // namespace maillon::sample
