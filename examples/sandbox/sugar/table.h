#pragma once

#include "common/json.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sandbox {

/// One record. Times are whole seconds, as the database behind SugarCRM keeps them.
struct Record {
    std::string id;
    json::object fields;  ///< without id, dates and everything that is worked out
    std::int64_t entered_s = 0;
    std::int64_t modified_s = 0;
    std::int64_t created_ms = 0;  ///< exact; for measuring only
    std::unordered_map<std::string, std::vector<std::string>>
        links{};  ///< many-to-many link → ids on the other side
};

/// All texts under which a field is found: one for most, several for addresses; empty text when it is not
/// set.
std::vector<std::string> values_of(const Record& record, std::string_view field);

/// The records of one module. A field that is asked for by equality gets a hash index at the first such
/// question.
class Table {
public:
    using Records = std::vector<Record*>;
    using Index = std::unordered_map<std::string, Records>;  ///< by value, ASCII letters in lower case
    using ByTime = std::map<std::pair<std::int64_t, std::string_view>, Record*>;

    /// `record` has an id that is not there yet.
    Record& insert(Record record);
    /// Sets fields and the time of change. A null removes.
    void change(Record& record, const json::object& changes, std::int64_t now_s);
    void remove(Record& record);

    Record* find(std::string_view id) const;
    /// Records whose field has this value, whatever the case of ASCII letters. Valid until the next change.
    const Records& with(const std::string& field, std::string_view value);
    /// All values of a field with their records; the empty value is among them. Valid until the next change.
    const Index& index(const std::string& field);
    const ByTime& by_time() const { return by_time_; }
    std::size_t size() const { return records_.size(); }

private:
    void enter(Index& index, const std::string& field, Record& record);
    void leave(Index& index, const std::string& field, Record& record);

    std::unordered_map<std::string, std::unique_ptr<Record>> records_;
    ByTime by_time_;
    std::unordered_map<std::string, Index> indexes_;
};

}  // namespace sandbox
