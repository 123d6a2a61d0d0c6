#pragma once

#include "core/db/session.h"

#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace maillon::store {

/// A column whose texts may speak of people.
struct TextColumn {
    std::string_view table, id, column;
    /// Of a column with a unique index: SQL that tells which rows have to differ from the others, though
    /// their texts should not any more.
    std::string_view differs{};
};

/// All texts of the store, by column, for who has to look into every one of them. What a table keeps of
/// whom is told in one place: every column of text that the schema has is in `columns`, is one of those that
/// are removed by their row (`Directory`, `Links`, `Claims`, conversations' refs), or names nobody; a test
/// holds that against the schema.
struct Texts {
    static std::span<const TextColumn> columns();
    /// Columns, as "table.column", that are removed with their row.
    static std::span<const std::string_view> removed_by_row();
    /// Columns that hold no text about people: names of routes and steps, states, our own words.
    static std::span<const std::string_view> about_nobody();

    using Row = std::tuple<std::int64_t, std::string>;  ///< number of the row, text
    /// Rows with a text behind number `after`, in order.
    static Result<std::vector<Row>> page(db::Session& session, const TextColumn& of, std::int64_t after,
                                         std::size_t limit);
    /// Rows that have to differ get their number behind the text.
    static Result<void> put(db::Unit& unit, const TextColumn& of, std::int64_t id, std::string_view text);
};

/// What plug-ins remember and the items of loops: texts whose rows have no number.
struct StateText {
    std::string instance{}, key{}, value{};
};
struct StateTexts {
    static Result<std::vector<StateText>> page(db::Session& session, const StateText& after,
                                               std::size_t limit);
};
struct ItemText {
    std::int64_t run = 0;
    std::string loop{};
    std::int64_t position = 0;
    std::string key{}, item{};
};
struct ItemTexts {
    static Result<std::vector<ItemText>> page(db::Session& session, const ItemText& after, std::size_t limit);
    static Result<void> put(db::Unit& unit, const ItemText& text);
};

/// Claims and conversations' refs by a value, wherever it stands.
struct ValueRows {
    /// Claims of persons ("person:<directory>") under any of these keys.
    static Result<std::int64_t> remove_claims(db::Unit& unit, std::string_view scope, std::string_view key);
    static Result<std::int64_t> remove_refs(db::Unit& unit, std::string_view value);
    /// The values that are tied to conversations which an event opened, with their kinds.
    static Result<std::vector<std::tuple<std::string, std::string>>> refs_opened_by(db::Session& session,
                                                                                    EventSeq event);
    /// (remote id, result) of the calls that runs of an event made.
    static Result<std::vector<std::tuple<std::string, std::string>>> made_by(db::Session& session,
                                                                             EventSeq event);
};

}  // namespace maillon::store
