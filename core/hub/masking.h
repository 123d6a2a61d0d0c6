#pragma once

#include "core/hub/person.h"

#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::hub {

inline constexpr std::string_view kMask = "[erased]";

/// How texts are freed of somebody.
struct Masking {
    /// Masks within a text; whether it had to.
    std::function<bool(std::string&)> text;
    /// Whether an object stands for them: then nothing of it is left.
    std::function<bool(const People::Told&)> is_them;
};

/// Masks within a value, keys too; but not the name of an object that stands for another person: a namesake
/// keeps it. Whether anything was masked.
bool mask(boost::json::value& value, const Masking& masking);
/// The same within a text that is JSON, or is not.
bool mask_text(std::string& text, const Masking& masking);

/// What a person is called in other people's texts: e-mails, phones, @handles, ids, full names, and what
/// exists only because of them.
class Needles {
public:
    explicit Needles(const Person& person);

    bool is_in(std::string_view text) const;
    /// Whether the letters of one are there at all: a quick no for a text that may be JSON.
    bool may_be_in(std::string_view text) const;
    /// Whether a string anywhere in the value holds one; the name of an object that stands for somebody does
    /// not count: a namesake has it, too.
    bool is_in(simdjson::dom::element value) const;
    /// Whether one of the ids of `things`, or of a record of theirs, stands as a whole string in the value.
    bool is_about(simdjson::dom::element value) const;
    bool mask(std::string& text) const;
    /// The same in a text that is about nobody else: names of accounts are masked without their @, too.
    void mask_about_them(std::string& text) const;

private:
    struct Needle {
        std::string text{};     ///< in lower case
        bool is_whole = false;  ///< only a string that is nothing else: short or common words
    };
    /// Behind the needle from `from` on; npos when there is none.
    static std::size_t next(std::string_view lower, const Needle& needle, std::size_t from);
    void add(std::string_view text, bool is_whole);

    std::vector<Needle> all_;
    std::vector<std::string> own_;  ///< ids of records and things
};

}  // namespace maillon::hub
