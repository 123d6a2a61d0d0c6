#pragma once
#include "maillon/sdk.hpp"

namespace maillon::sugarcrm {

/// The connector's configuration, read once. Secrets are held by name only.
struct Settings {
    std::string base;  ///< "https://crm.example.com/rest/v11_20", no slash at the end
    std::string api;   ///< "v11_20": the urls inside a bulk request begin with it
    std::string user;
    std::string password;  ///< name of the secret
    std::string client_id;
    std::string client_secret;  ///< name of the secret; empty: the client has none
    std::string platform;
    std::string key_field;  ///< carries the hub's key of the call that created a record; empty: switched off
    bool bulk = true;
    std::uint32_t page_size = 200;
    std::int64_t overlap_ms = 60'000;  ///< by how much reading changes reaches back
};

Schema settings_schema();

/// Throws Failure(config) with the JSON pointer of a value that cannot be used.
Settings read_settings(const json::object& config);

/// True for names of modules, links and fields: they become part of a path or of a filter.
bool is_identifier(std::string_view name);

}  // namespace maillon::sugarcrm
