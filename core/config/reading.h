#pragma once

#include "core/config/diagnostic.h"
#include "core/config/load.h"
#include "core/config/shape.h"
#include "core/config/value.h"

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::config {

/// What every reader of a section works with.
struct Reading {
    Sources& sources;
    Diagnostics& diagnostics;
    const Environment& environment;
    std::filesystem::path folder;
    std::set<std::string, std::less<>> given{};  ///< connectors that are there without being written
    std::vector<Name> secrets{};
    std::set<std::string, std::less<>>
        refused{};            ///< names that were no good: said once, not again where they are used
    bool is_complete = true;  ///< false: a file could not be read, so a name that is missing may stand there
};

/// Reports when `tree` is no map. `what` names it: "'with'".
bool check_map(const ValueTree& tree, std::string_view what, Reading& reading);

/// A map of which each key is either known or an error. Reads as: make one, take() what the language has,
/// finish(). What the language has is said by the shapes: it asserts that the reader takes every key of them
/// and no other, so that the schema for editors, which is made of them, cannot know more or less than the
/// readers do.
class Fields {
public:
    /// `what` names the map in messages: "route 'complaint_to_case'". Reports when `tree` is no map; then
    /// every take() finds nothing.
    Fields(const ValueTree& tree, std::string what, Reading& reading, const Shape& shape);
    /// The same with the place at which a missing key is reported.
    Fields(const ValueTree& tree, std::string what, Reading& reading, const Shape& shape, const Place& place);

    /// The map takes the keys of this shape as well.
    void also(const Shape& shape) { shapes_.push_back(&shape); }
    /// What the language says about a key: its words and limits.
    const Key& about(std::string_view key) const;

    bool is_map() const { return tree_.is_map(); }
    const std::string& what() const { return what_; }
    /// The member, or null when it was not written. From now on its key is known.
    const Member* take(std::string_view key);
    /// The same; not being there is an error, which finish() reports. `example` shows how to write it.
    const Member* require(std::string_view key, std::string_view example);
    /// Keys of the language that this version does not have: named, they are an error that says so.
    void unavailable(std::initializer_list<std::string_view> keys);
    /// Reports what is missing and the keys that nobody took; of a misspelt key that is required, only the
    /// misspelling.
    void finish();
    /// Takes all keys that nobody has taken so far, whatever they are.
    std::vector<const Member*> take_others();

private:
    std::vector<const Member*> others() const;
    void check_all_taken() const;

    const ValueTree& tree_;
    std::string what_;
    struct Missing {
        std::string key;
        std::string example;
    };

    Reading& reading_;
    Place place_;
    std::vector<const Shape*> shapes_;
    std::vector<Missing> missing_;
    std::vector<std::string> known_;
    std::set<std::string, std::less<>> done_;
};

/// What a person most likely meant; empty for words too short to tell.
std::string_view meant_by(std::string_view typed, std::span<const std::string> known);

/// "did you mean 'listen'?", else "known here: a, b and c"; empty when nothing is known.
std::string suggest(std::string_view typed, const std::vector<std::string>& known,
                    std::string_view none = {});

/// The sentence for what the language has and this version has not.
void report_unavailable(Reading& reading, const Place& place, std::string_view what,
                        std::string hint = "take it out; the rest of the configuration is not affected");

}  // namespace maillon::config
