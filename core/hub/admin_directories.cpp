#include "core/hub/admin_directories.h"

#include "core/base/time.h"
#include "core/hub/admin_query.h"
#include "core/store/directory.h"
#include "core/store/links.h"

#include <boost/json/array.hpp>

namespace maillon::hub {

namespace json = boost::json;

Result<json::object> AdminDirectories::view(db::Session& session, const config::Directory& directory) {
    const auto& name = directory.name.value;
    const auto progress = store::Directory::progress(session, name);
    if (!progress) return progress.error();
    const auto records = store::Directory::count(session, name);
    if (!records) return records.error();
    const auto links = store::Links::count(session, name);
    if (!links) return links.error();
    const auto read = progress->value_or(store::ReadProgress{});
    return json::object{
        {"name", name},
        {"records_of", directory.instance + '.' + directory.module},
        {"state", !read.finished       ? "reading"
                  : read.is_refreshing ? "refreshing"
                                       : "complete"},
        {"records", *records},
        {"read", read.records},
        {"started", *progress ? json::value(to_rfc3339(read.started)) : json::value()},
        {"complete_since", read.finished ? json::value(to_rfc3339(*read.finished)) : json::value()},
        {"links", *links}};
}

Result<json::object> AdminDirectories::list(const std::string& name) {
    const auto& all = parts_.prepared.config.directories;
    if (!name.empty() && !all.contains(name)) return not_found("there is no directory '" + name + "'");
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
    if (found == all.end()) return not_found("there is no directory '" + name + "'");
    if (!parts_.lanes) {
        auto done = parts_.database.run([&](db::Unit& unit) -> Result<> {
            auto begun = store::Directory::begin_refresh(unit, name, parts_.clock.now());
            if (!begun) return begun.error();
            return {};
        });
        if (!done) return done.error();
        return json::object{{"refreshing", name}, {"running", false}};
    }
    const auto lane = parts_.lanes->find(found->second.instance);
    if (lane == parts_.lanes->end() || !lane->second->refresh(name))
        return internal("connector '" + found->second.instance + "' does not read '" + name + "'");
    return json::object{{"refreshing", name}, {"running", true}};
}

}  // namespace maillon::hub
