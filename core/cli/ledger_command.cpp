#include "core/cli/application.h"
#include "core/cli/operation_commands.h"
#include "core/cli/progress.h"
#include "core/cli/render.h"
#include "core/cli/store_place.h"
#include "core/db/viewer.h"
#include "core/hub/ledger_view.h"
#include "core/store/store.h"

#include <boost/json/serialize.hpp>

#include <cstdio>

namespace maillon::cli {
namespace {

namespace json = boost::json;

int failed(const Fault& fault) {
    std::fprintf(stderr, "maillon: %s\n", fault.what.c_str());
    return kFailed;
}

int show(const Context& context, const json::object& ledger) {
    std::fputs(context.json ? (json::serialize(ledger) + '\n').c_str() : render_ledger(ledger).c_str(),
               stdout);
    return ledger.at("balanced") == true ? kDone : kFailed;
}

/// Beside a running hub or without one: the store is only read.
int look(const Context& context, const StorePlace& place, bool everything) {
    auto viewer = db::Viewer::open(place.url);
    if (!viewer) return failed(viewer.error());
    Progress progress;
    progress.counts_bytes = false;
    auto ledger = (*viewer)->read([&](db::Reader& reader) -> Result<json::object> {
        auto wrong = everything ? store::Books::verify(reader,
                                                       [&](std::int64_t done, std::int64_t all) {
                                                           return progress("counting", done, all);
                                                       })
                                : store::Books::check(reader);
        if (!wrong) return wrong.error();
        return hub::ledger_view(reader, *wrong);
    });
    progress.clear();
    if (!ledger) return failed(ledger.error());
    return show(context, *ledger);
}

int correct(const Context& context, const StorePlace& place, const std::string& reason) {
    const SystemClock clock;
    auto database = store::open({.url = place.url, .clock = &clock});
    if (!database) return failed(database.error());
    Progress progress;
    progress.counts_bytes = false;
    const auto all_wrong = (*database)->read([&](db::Reader& reader) {
        return store::Books::verify(
            reader, [&](std::int64_t done, std::int64_t all) { return progress("counting", done, all); });
    });
    progress.clear();
    if (!all_wrong) return failed(all_wrong.error());
    if (!all_wrong->empty()) {
        const auto done = (*database)->run(
            [&](db::Unit& unit) { return store::Books::correct(unit, *all_wrong, reason, clock.now()); });
        if (!done) return failed(done.error());
    } else if (!context.json) {
        std::puts("the books balance, so nothing was corrected");
    }
    auto ledger = (*database)->read([&](db::Reader& reader) -> Result<json::object> {
        auto wrong = store::Books::check(reader);
        if (!wrong) return wrong.error();
        return hub::ledger_view(reader, *wrong);
    });
    if (!ledger) return failed(ledger.error());
    return show(context, *ledger);
}

}  // namespace

int ledger_command(const Context& context, const LedgerOptions& options) {
    if (!options.verify && options.store.empty() && options.correct.empty()) {
        int exit_code = kDone;
        const auto answer = ask(context, "GET", "/v1/ledger", {}, exit_code);
        return answer ? show(context, *answer) : exit_code;
    }
    const auto place = find_store(context, options.store);
    if (!place) return kConfig;
    if (!options.correct.empty()) return correct(context, *place, options.correct);
    return look(context, *place, options.verify);
}

}  // namespace maillon::cli
