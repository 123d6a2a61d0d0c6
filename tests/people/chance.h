#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace people {

/// Chance from a seed: the same numbers on every machine.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    /// 0 … below-1.
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
    int between(int first, int last) {
        return first + static_cast<int>(below(static_cast<std::size_t>(last - first + 1)));
    }
    double share() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    bool one_in(double share_of_all) { return share() < share_of_all; }
    template <class T>
    const T& of(std::span<const T> list) {
        return list[below(list.size())];
    }
    template <class T, std::size_t N>
    const T& of(const T (&list)[N]) {
        return list[below(N)];
    }
    /// A place in a list whose n-th entry comes up as often as 1/(n+1)^slope.
    std::size_t ranked(std::size_t size, double slope) {
        const double top = std::pow(static_cast<double>(size) + 1, 1 - slope) - 1;
        const auto at = static_cast<std::size_t>(std::pow(share() * top + 1, 1 / (1 - slope)) - 1);
        return at < size ? at : size - 1;
    }

private:
    std::uint64_t state_;
};

}  // namespace people
