#include "core/hub/admin_directories.h"

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/hub/admin_query.h"
#include "core/store/directory.h"
#include "core/store/links.h"

#include <boost/json/array.hpp>

#include <algorithm>

namespace maillon::hub {

namespace json = boost::json;

namespace {

Fault no_such_directory(const std::string& name, const std::map<std::string, config::Directory>& all) {
    std::vector<std::string> known;
    for (const auto& [one, directory] : all) known.push_back(one);
    return not_found("there is no directory '" + name + "'; " +
                     (known.empty() ? "the configuration has none" : "known: " + enumerate(known)));
}

}  // namespace

std::optional<SourceState> AdminDirectories::lane_of(const config::Directory& directory) const {
    if (!parts_.lanes) return std::nullopt;
    const auto lane = parts_.lanes->find(directory.instance);
    return lane == parts_.lanes->end() ? std::nullopt : std::optional(lane->second->state());
}

Result<json::object> AdminDirectories::view(db::Session& session, const config::Directory& directory) {
    const auto& name = directory.name.value;
    const auto progress = store::Directory::progress(session, name);
    if (!progress) return progress.error();
    const auto records = store::Directory::count(session, name);
    if (!records) return records.error();
    const auto links = store::Links::count(session, name);
    if (!links) return links.error();
    const auto read = progress->value_or(store::ReadProgress{});
    const auto lane = lane_of(directory);
    const bool is_stuck = lane && (lane->state == "failing" || lane->state == "paused");
    // What is wanted begins as soon as the connector's call under way is over.
    const bool is_refreshing = read.is_refreshing || read.is_wanted;
    return json::object{
        {"name", name},
        {"records_of", directory.instance + '.' + directory.module},
        {"state", !read.finished  ? "reading"
                  : is_refreshing ? "refreshing"
                                  : "complete"},
        {"records", *records},
        {"read", read.is_wanted ? 0 : read.records},
        {"started", *progress ? json::value(to_rfc3339(read.started)) : json::value()},
        {"complete_since", read.finished ? json::value(to_rfc3339(*read.finished)) : json::value()},
        {"links", *links},
        {"unmet", read.unmet.empty() ? json::value() : json::value(read.unmet)},
        {"trouble", is_stuck ? json::value(lane->reason) : json::value()}};
}

Result<json::object> AdminDirectories::list(const std::string& name) {
    const auto& all = parts_.prepared.config.directories;
    if (!name.empty() && !all.contains(name)) return no_such_directory(name, all);
    return parts_.database.read([&](db::Reader& reader) -> Result<json::object> {
        json::array out;
        for (const auto& [one, directory] : all) {
            if (!name.empty() && one != name) continue;
            auto row = view(reader, directory);
            if (!row) return row.error();
            out.push_back(std::move(*row));
        }
        return json::object{{"directories", std::move(out)}};
    });
}

Result<json::object> AdminDirectories::refresh(const std::string& name) {
    const auto& all = parts_.prepared.config.directories;
    const auto found = all.find(name);
    if (found == all.end()) return no_such_directory(name, all);
    if (!parts_.lanes) {
        auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
            auto wanted = store::Directory::want_refresh(unit, name);
            if (!wanted) return wanted.error();
            return {};
        });
        if (!done) return done.error();
        return json::object{{"refreshing", name}, {"running", false}};
    }
    const auto lane = parts_.lanes->find(found->second.instance);
    if (lane == parts_.lanes->end())
        return internal("connector '" + found->second.instance + "' does not read '" + name + "'");
    if (auto done = lane->second->refresh(name); !done) return done.error();
    return json::object{{"refreshing", name}, {"running", true}};
}

}  // namespace maillon::hub
