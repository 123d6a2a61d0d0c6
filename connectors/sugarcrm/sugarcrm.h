#pragma once
#include "directory.h"
#include "jobs.h"

namespace maillon::sugarcrm {

/// The connector for SugarCRM's REST API, v11 and later: a sink of records and a directory of them.
class Sugarcrm {
public:
    static constexpr Info info{
        "sugarcrm",
        "SugarCRM",
        "1.0.0",
        "Maillon",
        "Finds, creates, updates and links records of SugarCRM, and reads its directories",
        "connectors/sugarcrm/README.md",
        0,
        50};
    static Schema schema() { return settings_schema(); }
    static Operations operations();

    Sugarcrm(Host host, const json::object& config);

    void connect(Deadline deadline);
    void check(Deadline deadline);
    void deliver(const Batch& batch, Reporter& reporter);
    void reconcile(const Batch& batch, Reporter& reporter);
    bool read_directory(const DirectoryRequest& want, Emitter& out);

private:
    Host host_;
    Settings settings_;
    Session session_;  ///< shared by both lanes
    Wire wire_;        ///< shared by both lanes
    Keys keys_;        ///< sink lane
};

}  // namespace maillon::sugarcrm
