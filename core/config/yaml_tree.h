#pragma once

#include "core/config/diagnostic.h"
#include "core/config/value.h"
#include "core/config/yaml_scalar.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::config {

/// Thrown through yaml-cpp to stop it; never leaves read_yaml().
struct StopReading {};

/// Builds a ValueTree of yaml-cpp's events and reports what the language does not have: tags, anchors,
/// aliases, merge keys, keys twice, keys that are no scalars, second documents. Remembers what the checks of
/// comments and of syntax errors need.
class TreeBuilder final : public YAML::EventHandler {
public:
    static constexpr std::size_t kDeepest = 64;

    TreeBuilder(const Sources& sources, std::uint32_t file, std::string_view text, Diagnostics& diagnostics)
        : sources_(sources), file_(file), text_(text), diagnostics_(diagnostics) {}

    /// The tree, once all events have come.
    std::optional<ValueTree>& root() { return root_; }

    /// Quoted and block scalars: what looks like a comment there is none.
    const std::vector<Extent>& opaque() const { return opaque_; }
    /// End of each plain value, or of the `:` before a value that is not there → its beginning.
    const std::map<std::size_t, std::size_t>& plain_ends() const { return plain_ends_; }
    /// The scalar that came last.
    const Extent& last() const { return last_; }
    bool is_last_quoted() const { return is_last_quoted_; }
    /// Where the innermost `{` or `[` that is still open stands.
    std::optional<std::size_t> open_flow() const;

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

private:
    struct Frame {
        ValueTree tree;
        std::optional<Scalar> key;
        std::size_t key_end = 0;
        std::size_t begin = 0;
        bool is_flow = false;
        bool is_dropped = false;  // the next value: its key was no good
        std::map<std::string, Place> seen;
    };

    bool expects_key() const { return !frames_.empty() && frames_.back().tree.is_map() && !has_key(); }
    bool has_key() const { return frames_.back().key.has_value() || frames_.back().is_dropped; }
    void open(const YAML::Mark& mark, ValueTree::Kind kind, YAML::EmitterStyle::value style);
    void close();
    void add(ValueTree tree, const Extent& extent);
    void add_key(ValueTree tree, const Extent& extent);
    void add_value(Frame& map, ValueTree tree);
    bool refuse_properties(std::size_t begin);
    Place place_at(const YAML::Mark& mark) const;
    Place dash_before(std::size_t begin) const;
    void check_decoded(const std::string& value, const Place& place);

    const Sources& sources_;
    std::uint32_t file_;
    std::string_view text_;
    Diagnostics& diagnostics_;
    std::optional<ValueTree> root_;
    std::vector<Frame> frames_;
    std::set<std::size_t> refused_;  // where a tag, anchor or alias has been reported
    std::vector<Extent> opaque_;
    std::map<std::size_t, std::size_t> plain_ends_;
    Extent last_;
    bool is_last_quoted_ = false;
    int documents_ = 0;
};

}  // namespace maillon::config
