#pragma once

#include "core/config/position.h"

#include <boost/json/array.hpp>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::config {

enum class Severity : std::uint8_t { error, warning };

/// One thing that a person should change, said so that the person can.
struct Diagnostic {
    Severity severity = Severity::error;
    Place place{};
    std::string message;  ///< what is wrong; no full stop
    std::string hint;     ///< what to write instead; may be empty, may have several lines
};

/// The texts that places point into. Texts never move once added, so views of them stay good.
class Sources {
public:
    /// `name` is how diagnostics call the file. Returns the index that places carry.
    std::uint32_t add(std::string name, std::string text);

    std::size_t size() const { return files_.size(); }
    const std::string& name(std::uint32_t file) const { return files_.at(file).name; }
    const std::string& text(std::uint32_t file) const { return files_.at(file).text; }
    /// Line `number` (from 1) without its end; empty beyond the last one.
    std::string_view line(std::uint32_t file, std::uint32_t number) const;
    /// "config/maillon.yaml:12:7", shorter where line or file is unknown.
    std::string where(const Place& place) const;
    /// The place of bytes [begin, end) of a file's text; `length` ends with the line.
    Place place_of(std::uint32_t file, std::size_t begin, std::size_t end) const;

    /// From now on these characters are shown as asterisks: a secret in clear text must not travel on in an
    /// error message.
    void conceal(const Place& place) { concealed_.push_back(place); }
    const std::vector<Place>& concealed() const { return concealed_; }

private:
    struct File {
        std::string name;
        std::string text;
        std::vector<std::size_t> line_starts;
    };
    std::deque<File> files_;
    std::vector<Place> concealed_;
};

/// Collects everything that is wrong, so that a person mends it in one go. Not thread-safe.
class Diagnostics {
public:
    static constexpr std::size_t kMost = 500;  ///< kept; more are only counted

    void error(const Place& place, std::string message, std::string hint = {});
    void warning(const Place& place, std::string message, std::string hint = {});
    void add(Diagnostic diagnostic);

    /// Nothing more is reported here: what is wrong about this stretch has been said, and more would only
    /// confuse.
    void mute(const Place& place);

    const std::vector<Place>& muted() const { return muted_; }

    bool has_errors() const { return errors_ > 0; }
    std::size_t errors() const { return errors_; }
    std::size_t warnings() const { return warnings_; }
    bool empty() const { return errors_ + warnings_ == 0; }
    /// In the order of the files; of two about the same place, in the order in which they were found.
    std::vector<Diagnostic> sorted() const;

private:
    void count(Severity severity);

    std::vector<Diagnostic> all_;
    std::vector<Place> muted_;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

/// The diagnostic as a person reads it, ending in a newline:
///
///     maillon.yaml:31:13: error: unknown step 'cal'
///      31 |           - cal: crm.upsert
///         |             ^~~
///       hint: did you mean 'call'?
///
/// Values of keys that sound like secrets are shown as asterisks.
std::string render(const Diagnostic& diagnostic, const Sources& sources);
/// All of them in order, and a last line that counts: "2 errors, 1 warning".
std::string render(const Diagnostics& diagnostics, const Sources& sources);
/// For `check --json`: [{severity, file, line, column, length, message, hint}, …] in order; unknown places
/// leave keys out.
boost::json::array to_json(const Diagnostics& diagnostics, const Sources& sources);

}  // namespace maillon::config
