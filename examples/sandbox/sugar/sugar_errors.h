#pragma once

#include "common/call.h"

#include <string>

/// The stock answers of SugarCRM when something is wrong: {error, error_message}.
namespace sandbox::sugar_errors {

maillon::HttpResponse error(int status, const std::string& code, const std::string& message);
maillon::HttpResponse need_login();
maillon::HttpResponse invalid_grant();
maillon::HttpResponse not_authorized();
maillon::HttpResponse no_such_record(const std::string& id, const std::string& module);
maillon::HttpResponse no_such_path();
maillon::HttpResponse no_such_method();
maillon::HttpResponse invalid_parameter(const std::string& message);

}  // namespace sandbox::sugar_errors
