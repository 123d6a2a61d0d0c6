#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maillon::match {

/// A person's name in parts, each folded (fold.h), words parted by one blank.
struct PersonName {
    /// What told given from family name, from the surest to the least sure.
    enum class Order : std::uint8_t {
        stated,    ///< two fields
        comma,     ///< "Dupont, Jean"
        capitals,  ///< "DUPONT Jean", "Jean DUPONT"
        known,     ///< the words are commoner as one than as the other
        assumed,   ///< given name first
        one_word,  ///< a single word, in `given` unless it is known as a family name alone
    };

    std::string given{};      ///< "jean pierre"; "j" where only an initial is written; may be empty
    std::string family{};     ///< "gaulle", without particles; an initial or empty at times
    std::string particles{};  ///< "de", "van der"
    std::string suffix{};     ///< "jr", "iii": father and son of one name differ here alone
    Order order = Order::assumed;

    bool is_empty() const { return given.empty() && family.empty(); }
    /// "jean pierre de gaulle": given, particles, family.
    std::string full() const;
    /// Family name with its particles: "de gaulle".
    std::string whole_family() const;

    friend bool operator==(const PersonName&, const PersonName&) = default;
};

/// Reads a name as somebody shows it on a network: titles ("Dr", "Mme", "Prof."), degrees ("PhD"), emoji,
/// what stands in brackets, and what follows a bar, a bullet or a spaced dash ("Anne Dupont | Coach") are
/// off. A name that is only decoration comes back empty. Takes time in proportion to the text; of more than
/// 200 bytes the rest is not read.
PersonName split_name(std::string_view shown);

/// The name of a record that has a field for each. Either may be empty; a title or a suffix may stand in
/// either. When one of them is empty the other is read as `split_name` does.
PersonName person_name(std::string_view first, std::string_view last);

/// The parts the other way round, for names whose order was only assumed: particles stay with the family.
PersonName swapped(const PersonName& name);

}  // namespace maillon::match
