#pragma once

#include "core/expression/value.h"

#include <bit>
#include <cstring>

namespace maillon::expression {

/// Reads simdjson's tape (its doc/tape.md) directly: no result objects, no checks that the parser has already
/// made, and an element fits in a Value. The layout is pinned by a test.
class Tape {
public:
    explicit Tape(const simdjson::dom::document* document)
        : document_(document), words_(document->tape.get()), texts_(document->string_buf.get()) {}

    /// The element that begins at `index`.
    Value at(std::uint32_t index) const {
        const std::uint64_t word = words_[index];
        switch (static_cast<char>(word >> 56)) {
            case '"': return Value::text(text(word));
            case 'l': return Value::integer(static_cast<std::int64_t>(words_[index + 1]));
            case 'u': return Value::unsigned_integer(words_[index + 1]);
            case 'd': return Value::real(std::bit_cast<double>(words_[index + 1]));
            case 't': return Value::boolean(true);
            case 'f': return Value::boolean(false);
            case '[': return Value::on_tape(Kind::list, document_, index);
            case '{': return Value::on_tape(Kind::map, document_, index);
            default: return Value::null();
        }
    }

    /// Where the element after the one at `index` begins.
    std::uint32_t after(std::uint32_t index) const {
        const std::uint64_t word = words_[index];
        switch (static_cast<char>(word >> 56)) {
            case '[':
            case '{': return static_cast<std::uint32_t>(word);
            case 'l':
            case 'u':
            case 'd': return index + 2;
            default: return index + 1;
        }
    }

    std::string_view text_at(std::uint32_t index) const { return text(words_[index]); }

    /// First child of the list or map at `index`, and one past its last.
    std::uint32_t first(std::uint32_t index) const { return index + 1; }
    std::uint32_t last(std::uint32_t index) const { return static_cast<std::uint32_t>(words_[index]) - 1; }
    /// Children (pairs of a map), exact below 2^24 − 1 and that number beyond.
    std::uint32_t count(std::uint32_t index) const {
        return static_cast<std::uint32_t>(words_[index] >> 32) & 0xFFFFFFu;
    }

    /// Index of the value under `key` in the object at `index`, 0 when there is none.
    std::uint32_t find(std::uint32_t index, std::string_view key) const {
        const std::uint32_t end = last(index);
        for (std::uint32_t i = index + 1; i < end;) {
            if (text(words_[i]) == key) return i + 1;
            i = after(i + 1);
        }
        return 0;
    }

private:
    std::string_view text(std::uint64_t word) const {
        const std::uint8_t* at = texts_ + (word & 0x00FFFFFFFFFFFFFFu);
        std::uint32_t length = 0;
        std::memcpy(&length, at, sizeof length);
        return {reinterpret_cast<const char*>(at) + sizeof length, length};
    }

    const simdjson::dom::document* document_;
    const std::uint64_t* words_;
    const std::uint8_t* texts_;
};

}  // namespace maillon::expression
