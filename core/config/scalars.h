#pragma once

#include "core/config/config.h"
#include "core/config/reading.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace maillon::config {

// Readers of single values. Each reports at the value and gives nothing when it is wrong. A null member gives
// nothing silently, so that `if (auto v = read_span(reading, fields.take("every")))` reads as it should.

/// Any scalar with a text in it; `what` begins the message ("listen").
const Scalar* read_scalar(Reading& reading, const Member* member);
std::optional<std::string> read_text(Reading& reading, const Member* member);
std::optional<Millis> read_span(Reading& reading, const Member* member);
/// The same of a key of the language, which says by the kind of span how short it may be.
std::optional<Millis> read_span(Reading& reading, Fields& fields, std::string_view key);
/// Bytes: "2MiB", "512KiB", "4096".
std::optional<std::uint64_t> read_size(Reading& reading, const Member* member);
/// Within the limits of `key`.
std::optional<std::int64_t> read_integer(Reading& reading, const Member* member, const Key& key);
/// The index of the word that stands there.
std::optional<std::size_t> read_choice(Reading& reading, const Member* member,
                                       std::span<const std::string_view> words);
/// A path, joined with the folder of the main file when it is relative.
std::optional<std::filesystem::path> read_path(Reading& reading, const Member* member);
/// An expression: `when`, `who`. Wrapping it in `${…}` is an error with the fix.
std::optional<Scalar> read_expression(Reading& reading, const Member* member);
/// A name that something gets here: an identifier of the expression language that hides nothing.
std::optional<std::string> read_identifier(Reading& reading, const Member* member);
bool check_identifier(Reading& reading, const Scalar& name);
/// Identifiers that have a meaning of their own.
std::span<const std::string_view> taken_identifiers();
/// A name that refers to something; whether it exists is checked later.
std::optional<Name> read_reference(Reading& reading, const Member* member);
/// "crm.Contacts" → its two parts; `example` shows the form.
std::optional<std::pair<std::string, std::string>> read_dotted(Reading& reading, const Member* member,
                                                               std::string_view example);

/// The place of what a scalar says, quotes left out.
inline Place inside(const Scalar& scalar) {
    return place_in(scalar, 0, scalar.text.size());
}

/// True for what instances, routes, blocks … may be called; reports otherwise.
bool check_name(Reading& reading, const Scalar& name, std::string_view thing);

/// Reports `${env.…}` and `${secret.…}` where they do not work, and plain yes/no/on/off, which other programs
/// take for booleans.
void check_template_text(Reading& reading, const ValueTree& tree);

/// An http:// address that leads off this machine: what is sent there can be read on the way.
bool is_in_clear_text(std::string_view url);

}  // namespace maillon::config
