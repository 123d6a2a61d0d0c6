#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::detail {

/// What a Histogram handle points to. `counts` has one more than `bounds`, for +Inf.
struct HistogramCells {
    explicit HistogramCells(const std::vector<double>& upper) : bounds(upper), counts(upper.size() + 1) {}
    const std::vector<double>& bounds;  ///< the family's
    std::vector<std::atomic<std::uint64_t>> counts;
    std::atomic<double> sum{0};
};

enum class MetricType : std::uint8_t { counter, gauge, histogram };

/// One label set: exactly one of the two cells is used, by the family's type.
struct Series {
    std::atomic<double> number{0};
    std::atomic<bool> rests{false};  ///< a gauge that is not told until it is set
    std::unique_ptr<HistogramCells> histogram;
};

/// One name. Label values stand in the order of `label_names`, which is sorted.
struct Family {
    std::string help;
    MetricType type = MetricType::counter;
    std::vector<std::string> label_names;
    std::vector<double> bounds;
    std::map<std::vector<std::string>, std::unique_ptr<Series>> series;
};

/// Appends the family in text exposition format 0.0.4.
void append_family(std::string& out, std::string_view name, const Family& family);

}  // namespace maillon::detail
