#include "core/base/text.h"
#include "crm.h"

#include <algorithm>
#include <charconv>

namespace sandbox {
namespace {

struct Key {
    std::string field;
    bool descending = false;
};

std::vector<Key> keys_in(std::string_view order) {
    std::vector<Key> keys;
    while (!order.empty()) {
        const std::string_view part = order.substr(0, order.find(','));
        order.remove_prefix(std::min(part.size() + 1, order.size()));
        const auto colon = part.find(':');
        const std::string direction =
            maillon::ascii_lower(colon == std::string_view::npos ? "" : part.substr(colon + 1));
        if (!part.empty()) keys.push_back({std::string(part.substr(0, colon)), direction == "desc"});
    }
    return keys;
}

/// Numbers first, by value; then texts.
int compare_values(const std::string& a, const std::string& b) {
    double left = 0;
    double right = 0;
    const bool both =
        std::from_chars(a.data(), a.data() + a.size(), left).ptr == a.data() + a.size() && !a.empty() &&
        std::from_chars(b.data(), b.data() + b.size(), right).ptr == b.data() + b.size() && !b.empty();
    if (both) return left < right ? -1 : left > right ? 1 : 0;
    return maillon::ascii_lower(a).compare(maillon::ascii_lower(b));
}

int compare_by(const Key& key, const Record& a, const Record& b) {
    int result = 0;
    if (key.field == "date_modified")
        result = a.modified_s < b.modified_s ? -1 : a.modified_s > b.modified_s ? 1 : 0;
    else if (key.field == "date_entered")
        result = a.entered_s < b.entered_s ? -1 : a.entered_s > b.entered_s ? 1 : 0;
    else if (key.field == "id")
        result = a.id.compare(b.id);
    else
        result = compare_values(values_of(a, key.field).front(), values_of(b, key.field).front());
    return key.descending ? -result : result;
}

void sort(Table::Records& records, const std::vector<Key>& keys) {
    std::sort(records.begin(), records.end(), [&](const Record* a, const Record* b) {
        for (const Key& key : keys) {
            if (const int result = compare_by(key, *a, *b); result != 0) return result < 0;
        }
        return a->id < b->id;
    });
}

Crm::Page cut(const Table::Records& all, std::size_t offset, std::size_t limit) {
    Crm::Page page;
    for (std::size_t i = offset; i < all.size() && page.records.size() < limit; ++i)
        page.records.push_back(all[i]);
    page.is_more = all.size() > offset && all.size() - offset > limit;
    return page;
}

/// Both keys of the table's own order, upwards.
bool is_time_order(const std::vector<Key>& keys) {
    return !keys.empty() && keys[0].field == "date_modified" && !keys[0].descending &&
           (keys.size() == 1 || (keys.size() == 2 && keys[1].field == "id" && !keys[1].descending));
}

}  // namespace

Crm::Page Crm::find(const std::string& module, const Condition& condition, const std::string& order,
                    std::size_t offset, std::size_t limit) {
    Table& records = *table(module);
    const auto keys = keys_in(order.empty() ? "date_modified:DESC" : order);
    const LinkedValues linked = linked_values(module);
    Table::Records found;
    if (const auto some = candidates(condition, records, linked_records(module))) {
        std::copy_if(some->begin(), some->end(), std::back_inserter(found),
                     [&](const Record* record) { return matches(condition, *record, linked); });
        sort(found, keys);
        return cut(found, offset, limit);
    }
    const bool in_order = is_time_order(keys);
    const auto& by_time = records.by_time();
    const auto first = by_time.lower_bound({modified_from(condition), std::string_view()});
    for (auto entry = first; entry != by_time.end(); ++entry) {
        if (!matches(condition, *entry->second, linked)) continue;
        found.push_back(entry->second);
        if (in_order && found.size() > offset + limit) break;
    }
    if (!in_order) sort(found, keys);
    return cut(found, offset, limit);
}

}  // namespace sandbox
