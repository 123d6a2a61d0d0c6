#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::match {

/// A telephone number, read for comparing.
struct Phone {
    /// Equal for all ways to write one line, and for no two lines; it need not be one that can be dialled.
    std::string key{};
    /// E.164 as it is dialled today: "+5511987654321".
    std::string e164{};
    /// Other forms under which services and old records know the line, without `e164`: Brazil's mobiles
    /// without the ninth digit, Mexico's numbers with the 1 of before 2019, Argentina's mobiles with or
    /// without the 9.
    std::vector<std::string> also{};
};

/// Reads a number as people write it; `country` (ISO 3166, two letters) is that of a number without +, and
/// may be empty. Extensions are off. Nothing when it cannot be a number of its country, or is a placeholder
/// (all digits one, 0123456789).
///
/// The numbering plans are base/phone_book.h; where these are not to be had, only numbers with + (or 00) are
/// read, by their digits. Land lines stay as they are: Brazil's gain no digit.
std::optional<Phone> phone(std::string_view text, std::string_view country);

/// Whether numbers of this country (FR, fr) can be read; without the numbering plans, whether it looks like
/// one.
bool is_country(std::string_view country);

/// `phone` for many numbers: remembers what the numbering plans say about prefixes, which makes a number some
/// fifty times cheaper. Not thread-safe; one per thread.
class PhoneReader {
public:
    explicit PhoneReader(std::string_view country);
    ~PhoneReader();
    PhoneReader(PhoneReader&&) noexcept;
    PhoneReader& operator=(PhoneReader&&) noexcept;

    std::optional<Phone> read(std::string_view text);

private:
    struct Memory;
    std::string country_;
    std::unique_ptr<Memory> memory_;
};

}  // namespace maillon::match
