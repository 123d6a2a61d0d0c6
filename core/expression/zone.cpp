#include "core/expression/zone.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace maillon::expression {
namespace {

constexpr std::size_t kHeader = 44;
constexpr std::size_t kLargest = 256 * 1024;

bool is_zone_name(std::string_view name) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '+' || c == '/';
    };
    return !name.empty() && name.size() < 100 && name.front() != '/' && std::ranges::all_of(name, plain);
}

/// Big-endian numbers of a compiled zone. The caller has checked that they lie inside.
template <class Int>
Int number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Int); ++i)
        value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
    return static_cast<Int>(value);
}

/// The counts in a header, and where its block's parts lie.
struct Block {
    std::size_t times = 0, types = 0, size = 0;
    std::size_t changes = 0, kinds = 0, infos = 0;  // offsets
};

std::optional<Block> block_at(std::string_view bytes, std::size_t at, std::size_t time_size) {
    if (bytes.size() < at + kHeader || bytes.substr(at, 4) != "TZif" || bytes[at + 4] < '2')
        return std::nullopt;
    std::array<std::size_t, 6> counts{};  // UT marks, standard marks, leap seconds, times, types, characters
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = number_at<std::uint32_t>(bytes, at + 20 + 4 * i);
    if (std::ranges::any_of(counts, [](std::size_t count) { return count > kLargest; })) return std::nullopt;
    Block out{.times = counts[3], .types = counts[4]};
    out.changes = at + kHeader;
    out.kinds = out.changes + out.times * time_size;
    out.infos = out.kinds + out.times;
    out.size = kHeader + out.times * (time_size + 1) + out.types * 6 + counts[5] +
               counts[2] * (time_size + 4) + counts[1] + counts[0];
    return at + out.size <= bytes.size() && out.types > 0 ? std::optional(out) : std::nullopt;
}

}  // namespace

std::optional<std::int32_t> fixed_offset(std::string_view zone) {
    if (zone.empty() || zone == "UTC" || zone == "Z" || zone == "GMT") return 0;
    const bool west = zone.starts_with('-');
    if (west || zone.starts_with('+')) zone.remove_prefix(1);
    const auto digit = [&](std::size_t i) { return zone[i] >= '0' && zone[i] <= '9' ? zone[i] - '0' : 100; };
    if (zone.size() != 5 || zone[2] != ':') return std::nullopt;
    const std::int32_t hours = digit(0) * 10 + digit(1), minutes = digit(3) * 10 + digit(4);
    if (hours > 23 || minutes > 59) return std::nullopt;
    return (hours * 3600 + minutes * 60) * (west ? -1 : 1);
}

std::unique_ptr<const Zone> Zone::load(const std::string& folder, std::string_view name) {
    if (!is_zone_name(name)) return nullptr;
    std::ifstream file(folder + "/" + std::string(name), std::ios::binary);
    std::string bytes(kLargest, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return parse(bytes);
}

std::unique_ptr<const Zone> Zone::parse(std::string_view bytes) {
    const auto old = block_at(bytes, 0, 4);  // for readers of 32 bits; ours follows it
    const auto block = old ? block_at(bytes, old->size, 8) : std::nullopt;
    if (!block) return nullptr;
    auto out = std::make_unique<Zone>();
    const auto offset_of_type = [&](std::size_t type) {
        return number_at<std::int32_t>(bytes, block->infos + type * 6);
    };
    out->offsets_.push_back(offset_of_type(0));
    for (std::size_t i = 0; i < block->times; ++i) {
        const auto type = static_cast<unsigned char>(bytes[block->kinds + i]);
        const auto change = number_at<std::int64_t>(bytes, block->changes + 8 * i);
        if (type >= block->types || (i > 0 && change <= out->changes_.back())) return nullptr;
        out->changes_.push_back(change);
        out->offsets_.push_back(offset_of_type(type));
    }
    std::string_view footer = bytes.substr(old->size + block->size);
    if (footer.size() >= 2 && footer.front() == '\n')
        out->rule_ = ZoneRule::parse(footer.substr(1, footer.find('\n', 1) - 1));
    return out;
}

std::int32_t Zone::offset_at(std::int64_t moment) const {
    const auto next = std::ranges::upper_bound(changes_, moment);
    if (next == changes_.end() && rule_) return rule_->offset_at(moment);
    return offsets_[static_cast<std::size_t>(next - changes_.begin())];
}

}  // namespace maillon::expression
