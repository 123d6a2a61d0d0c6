#pragma once

#include "common/call.h"
#include "posts.h"

#include <set>
#include <string>
#include <vector>

namespace sandbox {

/// Which fields and expansions one request asks for, and the JSON of posts and users with just these.
class XView {
public:
    /// `renamed`: the names of specification 2.167 (post.fields, referenced_posts, …).
    XView(const Call& call, bool renamed);

    /// The name of a parameter and a value in it that X does not know; empty when all is well.
    const std::string& wrong_parameter() const { return wrong_parameter_; }
    const std::string& wrong_value() const { return wrong_value_; }

    json::object post(const XPost& post) const;
    json::object user(const XUser& user) const;
    /// {data, includes?} for a list; nothing but an empty object when it is empty.
    json::object list(const std::vector<const XPost*>& found, const XPosts& posts) const;
    json::object includes(const std::vector<const XPost*>& found, const XPosts& posts) const;

private:
    bool asks(const char* field) const { return fields_.count(field) > 0; }
    void add_entities(json::object& out, const XPost& post) const;
    void read(const Call& call, const std::string& parameter, std::initializer_list<const char*> known,
              std::set<std::string>& into);

    bool renamed_;
    std::set<std::string> fields_, expansions_, user_fields_;
    std::string wrong_parameter_, wrong_value_;
};

}  // namespace sandbox
