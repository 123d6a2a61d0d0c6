#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace maillon::expression {

/// Memory for the values of one evaluation after another. Taken by moving a pointer, given back all at once
/// by `reset`.
///
/// One per thread; not thread-safe. After a few evaluations it holds blocks enough and asks the system for
/// nothing. It runs no destructors: only trivially destructible things live here. How much an evaluation may
/// take is bounded by its cost limit.
class Arena {
public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    /// Uninitialised memory, valid until `reset`.
    void* allocate(std::size_t bytes, std::size_t alignment) {
        const std::size_t at = (used_ + alignment - 1) & ~(alignment - 1);
        if (at + bytes > room_) return from_another_block(bytes);
        used_ = at + bytes;
        return block_ + at;
    }

    template <class T>
    std::span<T> array(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        T* first = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
        for (std::size_t i = 0; i < count; ++i) ::new (static_cast<void*>(first + i)) T();
        return {first, count};
    }

    template <class T, class... Args>
    T* make(Args&&... args) {
        static_assert(std::is_trivially_destructible_v<T>);
        return ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
    }

    /// A copy of the text that lives until `reset`.
    std::string_view copy(std::string_view text) {
        if (text.empty()) return {};
        char* out = static_cast<char*>(allocate(text.size(), 1));
        std::memcpy(out, text.data(), text.size());
        return {out, text.size()};
    }

    /// Forgets everything handed out; keeps the blocks (large ones are given back).
    void reset();

private:
    struct Block {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
    };
    void* from_another_block(std::size_t bytes);

    std::vector<Block> blocks_;
    std::size_t current_ = 0;
    char* block_ = nullptr;
    std::size_t used_ = 0;
    std::size_t room_ = 0;
};

}  // namespace maillon::expression
