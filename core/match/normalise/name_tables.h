#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace maillon::match {

/// How two given names are related.
enum class GivenRelation : std::uint8_t {
    exact,     ///< the same word
    variant,   ///< one name in two spellings: mohamed and muhammad, natalia and natalya
    nickname,  ///< one is short for the other, or both for a third: bob, robert; bob, rob
    initial,   ///< one is the first letter of the other
    none,
};

/// What is known about names: short forms, spellings, and how common each is. Immutable; thread-safe.
///
/// The tables stand in the program's read-only data (core/match/data) and cost nothing until the first call
/// of `name_tables`, which takes some milliseconds and about three megabytes.
class NameTables {
public:
    NameTables();
    ~NameTables();
    NameTables(const NameTables&) = delete;
    NameTables& operator=(const NameTables&) = delete;

    /// The share of people who bear it as (one of) their given name or as their family name, 0 < share < 1:
    /// the larger of France's and the United States', so that a name counts as no rarer than it is somewhere;
    /// for names on neither list the share of the rarest that is. Names are folded; particles are off.
    double given_share(std::string_view given) const;
    double family_share(std::string_view family) const;
    /// Whether the name is on a list at all.
    bool is_given(std::string_view word) const;
    bool is_family(std::string_view word) const;

    /// Compares two folded given names. Of several words the first that stand for somebody count: "jean
    /// pierre" and "jean" are `nickname`, "jean pierre" and "jp" too.
    GivenRelation relation(std::string_view a, std::string_view b) const;

    /// One number for all spellings of a given name: equal for those that `relation` calls exact or variant.
    std::uint64_t spelling_key(std::string_view given) const;
    /// The spelling keys of the names that it is short for, its own first; empty for a name on no list. Valid
    /// as long as the tables are.
    std::span<const std::uint64_t> full_forms(std::string_view given) const;

private:
    struct Tables;
    std::unique_ptr<const Tables> tables_;
};

/// The tables of the program, made at the first call.
const NameTables& name_tables();

}  // namespace maillon::match
