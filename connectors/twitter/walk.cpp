#include "walk.h"

#include "post.h"

#include "maillon/wire.hpp"

namespace maillon::twitter {

void Walk::saw(const std::string& id) {
    if (is_id(id) && id_less(newest, id)) newest = id;
}

void Walk::finish() {
    if (id_less(since, newest)) since = newest;
    newest.clear();
    token.clear();
    floor.clear();
}

std::string Walk::cursor() const {
    json::object out;
    const auto put = [&out](std::string_view name, const std::string& value) {
        if (!value.empty()) out[name] = value;
    };
    put("since", since);
    put("newest", newest);
    put("token", token);
    put("floor", floor);
    if (part != 0) out["part"] = part;
    return json::serialize(out);
}

Walk Walk::from_cursor(std::string_view cursor) {
    if (cursor.empty()) return {};
    const auto value = parsed_json(cursor);
    const auto* saved = value ? value->if_object() : nullptr;
    if (!saved)
        throw Failure(Code::internal,
                      "the cursor is none of this connector's: " + wire::shortened(cursor, 80));
    Walk out{wire::id(*saved, "since"), wire::id(*saved, "newest"), wire::text(*saved, "token"),
             wire::id(*saved, "floor")};
    if ((!out.since.empty() && !is_id(out.since)) || (!out.newest.empty() && !is_id(out.newest)) ||
        (!out.floor.empty() && !is_id(out.floor)))
        throw Failure(Code::internal,
                      "the cursor holds something that is no id: " + wire::shortened(cursor, 80));
    // Cursors of an older version have none.
    const auto part = wire::integer(*saved, "part").value_or(0);
    out.part = part > 0 ? static_cast<std::uint64_t>(part) : 0;
    return out;
}

}  // namespace maillon::twitter
