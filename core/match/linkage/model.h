#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// What the values of a field are, and so how two of them are compared.
enum class Kind : std::uint8_t {
    given_name,   ///< nicknames, initials, spelling
    family_name,  ///< compounds, spelling, sound
    email,
    phone,
    handle,    ///< network and name on it
    text,      ///< titles, addresses, names of firms: words, the rare ones weigh more
    names,     ///< a list of persons: authors
    city,      ///< also found inside of a longer text
    company,   ///< also found inside of a longer text
    phrase,    ///< any words, such as a job: also found inside of a longer text
    number,    ///< how far apart
    year,      ///< how many years apart
    date,      ///< exact, swapped day and month, one digit, year alone
    code,      ///< postcodes, customer numbers: exact or mistyped
    category,  ///< a few values; which go with which is learned
    link,
    image_hash,  ///< 64 bits in hexadecimal
    residue,     ///< of a mailbox or handle what the name does not explain: digits, pet names
};
std::optional<Kind> kind_from(std::string_view word);
std::string_view name_of(Kind kind);
const std::vector<std::string>& kind_names();

/// One of the two tables. A single table that is searched for doubles is both.
enum class Side : std::uint8_t { left = 0, right = 1 };

/// Which column a value comes from: the first of `names` that the file has.
struct ColumnRef {
    std::vector<std::string> names{};
    std::string part{};   ///< which part of the value, see ColumnPart in field_data.h; empty: as it is
    std::string where{};  ///< "persons.yaml:12:20", for messages
};

/// What the levels of a field weigh: learned, or read from a model that was.
struct Weights {
    std::vector<double> m{}, u{};  ///< by level; the first is "missing" and has none
    bool empty() const { return m.empty(); }
};

/// One comparison.
struct FieldModel {
    std::string name{};
    Kind kind = Kind::text;
    std::array<std::vector<ColumnRef>, 2> columns{};  ///< by Side; several are read together
    bool is_optional = false;            ///< files without the column are taken: the value is missing then
    bool counts_rarity = true;           ///< term frequencies
    std::string swaps_with{};            ///< the other half of a name
    std::vector<std::string> without{};  ///< residue: the fields of names that explain nothing new
    std::uint32_t most_shared = 0;       ///< a value of more records than this identifies nobody; 0: no limit
    Weights weights{};
};

/// One part of a blocking key: a field, and what of it.
struct KeyPart {
    std::string field{};
    std::string part{};  ///< "", "sound", "initial", "first3", "year", "words", "rare", "pairs", "bands"
};
using BlockingRule = std::vector<KeyPart>;

/// What a class asks of one field: that it came out at one of these levels, or spoke for the pair at all.
struct Demand {
    std::string field{};
    std::vector<std::string> levels{};  ///< empty: any that has bits for the pair
};

/// A kind of evidence, and what it may decide by itself.
struct EvidenceClass {
    std::string name{};
    std::vector<Demand> all{}, any{}, none{};
    int at_least = 1;  ///< how many of `any`
    double link = 0;   ///< the probability from which it links; above 1: never, a person decides
};

/// How many of the other side a record may belong to.
enum class Cardinality : std::uint8_t {
    one_to_one,
    many_to_one,  ///< many of the right belong to one of the left
    many_to_many,
};

/// A point of a calibration: what a probability turned out to be worth.
struct CalibrationPoint {
    double said = 0, was = 0;
};

/// How two tables are linked. Read from a model file; train() fills in the weights.
struct Model {
    std::string name{};
    int version = 1;
    Cardinality cardinality = Cardinality::one_to_one;
    std::array<std::vector<std::string>, 2> id_columns{};  ///< the first that the file has
    std::vector<FieldModel> fields{};
    std::vector<BlockingRule> blocking{};
    std::uint32_t largest_block = 256;  ///< postings of a key; longer ones are passed over
    std::uint32_t most_candidates = 256;
    std::vector<EvidenceClass> classes{};
    double link = 0.95;  ///< for what falls in no class, unless classes are given
    double review = 0.5;
    double margin_bits = 0;
    /// Of how many people somebody else stands on the left with their name and in their town by more than
    /// chance: a father, a cousin. However rare a name is, name and town are never surer than this allows; 0
    /// sets no limit.
    double namesakes = 0.005;
    std::uint64_t seed = 1;
    std::string country{};            ///< of phone numbers without +
    std::optional<double> overlap{};  ///< learned: how many of the right have one on the left
    std::vector<CalibrationPoint> calibration{};
    std::string text{};  ///< of the file, where a hub keeps it to tell what it runs

    const FieldModel* field(std::string_view named) const;
    bool is_learned() const;
    /// "persons 1"
    std::string label() const { return name + " " + std::to_string(version); }
};

}  // namespace maillon::match
