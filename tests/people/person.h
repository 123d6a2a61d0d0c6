#pragma once

#include "names.h"

#include <vector>

namespace people {

/// Somebody invented, as they are; what a CRM or a network knows of them is drawn from this.
struct Person {
    Name name{};
    bool is_son = false;  ///< of a father of the same name
    int born = 1980;
    std::string city{}, company{};
    std::string_view job{};
    std::string email{}, other_email{};  ///< the first may be the family's
    std::string mobile{}, line{};  ///< national significant numbers of France; the line may be a switchboard
    std::string handle{};          ///< their usual @name
    std::string website{};
    std::uint64_t picture = 0;  ///< 0: shows none
};

/// Each person from their number alone, so that millions take no memory: person n of a seed is the same
/// whoever asks. Relatives, namesakes and colleagues share what they share in life: every fiftieth person or
/// so is made after another with a lower number.
class Population {
public:
    explicit Population(std::uint64_t seed) : seed_(seed) {}
    /// A provider gives an address to one person only: of the first `count` persons whoever comes to one that
    /// a lower number has gets another, with digits. What families and desks share is shared still.
    void give_out_addresses(std::uint64_t count);
    Person person(std::uint64_t number) const;

private:
    Person own(std::uint64_t number) const;
    Chance chance(std::uint64_t number, std::uint64_t purpose) const;
    std::uint64_t seed_;
    std::vector<bool> is_late_{};  ///< by number: the address was gone
};

/// A mailbox on a private provider or at the company, from the person's name or none of it.
std::string mailbox(Chance& chance, const Person& person);
std::string handle_of(Chance& chance, const Person& person);
/// The picture as another service shows it: a few bits differ.
std::uint64_t recompressed(Chance& chance, std::uint64_t picture);
std::string hex(std::uint64_t value);

constexpr std::uint64_t kDefaultPicture = 0xFFFF81818181FFFF;

}  // namespace people
