#pragma once

#include "common/ids.h"
#include "core/base/clock.h"
#include "core/base/fault.h"
#include "filter.h"
#include "table.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

/// How two modules are linked, seen from one of them.
struct LinkKind {
    enum class Shape {
        many,      ///< pairs are kept on both sides
        children,  ///< the others name this record in `field`
        parent,    ///< this record names the other in `field`
    };
    std::string_view module, link, other, back;
    Shape shape;
    std::string_view field, type_field = {};  ///< type_field holds the parent's module beside parent_id
};
const LinkKind* find_link(std::string_view module, std::string_view link);

/// The modules, their records and links: what the CRM knows, without its protocol.
class Crm {
public:
    /// Told after each creation and change; `before` holds the former values of the fields that were given.
    using Saved = std::function<void(const std::string& module, const Record& record,
                                     const json::object& before, bool is_update)>;

    Crm(const maillon::Clock& clock, std::uint64_t seed);

    Table* table(std::string_view module);
    const Table* table(std::string_view module) const;
    void on_saved(Saved saved) { saved_ = std::move(saved); }

    /// Fields that are unknown and do not end in _c are ignored, read-only ones too. Fault `rejected` names a
    /// required field that is missing.
    maillon::Result<Record*> create(const std::string& module, const json::object& fields);
    void update(const std::string& module, Record& record, const json::object& fields);
    void remove(const std::string& module, Record& record);

    /// False when the link or the other record does not exist.
    bool link(const LinkKind& kind, Record& record, const std::string& other_id);
    bool unlink(const LinkKind& kind, Record& record, const std::string& other_id);
    Table::Records related(const LinkKind& kind, const Record& record);

    /// The records that fit, `order` being "date_modified:ASC,id:ASC" or the like; at most `limit` after
    /// `offset`, and whether there are more.
    struct Page {
        Table::Records records;
        bool is_more = false;
    };
    Page find(const std::string& module, const Condition& condition, const std::string& order,
              std::size_t offset, std::size_t limit);

private:
    json::object accepted(const std::string& module, const json::object& fields, const Record* present) const;
    LinkedValues linked_values(const std::string& module);
    LinkedRecords linked_records(const std::string& module);

    const maillon::Clock& clock_;
    Chance chance_;
    std::map<std::string, Table, std::less<>> tables_;
    std::int64_t case_number_ = 1000;
    Saved saved_;
};

}  // namespace sandbox
