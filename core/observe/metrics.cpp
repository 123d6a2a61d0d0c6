#include "core/observe/metrics.h"

#include "core/observe/json_text.h"
#include "core/observe/metrics_cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>

namespace maillon {
namespace {

using detail::Family;
using detail::MetricType;
using detail::Series;

constexpr std::string_view kRefused = "maillon_metrics_refused_total";
constexpr std::array kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                              0.5,   1.0,    2.5,   5.0,  10.0,  30.0, 60.0};

bool is_name(std::string_view name, bool colon) {
    const auto letter = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colon && c == ':');
    };
    return !name.empty() && letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_label(std::string_view name, MetricType type) {
    const bool is_bound = type == MetricType::histogram && name == "le";
    return is_name(name, false) && !name.starts_with("__") && !is_bound;
}

bool are_bounds(std::span<const double> bounds) {
    return std::ranges::all_of(bounds, [](double b) { return std::isfinite(b); }) &&
           std::ranges::adjacent_find(bounds, std::ranges::greater_equal{}) == bounds.end();
}

/// Sorted by name, with values that are UTF-8.
Labels in_order(const Labels& labels) {
    Labels out;
    for (const auto& [name, value] : labels) out.emplace_back(name, make_utf8(value));
    std::ranges::sort(out);
    return out;
}

bool are_labels(const Labels& sorted, MetricType type) {
    const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
    return std::ranges::adjacent_find(sorted, same_name) == sorted.end() &&
           std::ranges::all_of(sorted, [&](const auto& label) { return is_label(label.first, type); });
}

}  // namespace

class Metrics::Registry {
public:
    explicit Registry(Limits limits) : limits_(limits) {
        auto& family = families_[std::string(kRefused)];
        family.help = "Metrics whose name, type or labels were wrong and that are counted nowhere.";
        refused_ = &(family.series[{}] = std::make_unique<Series>())->number;
    }

    /// The cells, or nullptr when refused.
    Series* find(std::string_view name, std::string_view help, MetricType type,
                 std::span<const double> bounds, const Labels& labels) {
        const auto sorted = in_order(labels);
        const std::scoped_lock lock(mutex_);
        auto* family = family_of(name, help, type, bounds, sorted);
        if (family == nullptr) {
            refused_->fetch_add(1, std::memory_order_relaxed);
            return nullptr;
        }
        return &series_of(*family, sorted);
    }

    void make_room(std::size_t series) {
        const std::scoped_lock lock(mutex_);
        limits_.series = std::max(limits_.series, series);
    }

    void rest_gauges() {
        const std::scoped_lock lock(mutex_);
        for (auto& [name, family] : families_) {
            if (family.type != MetricType::gauge || family.label_names.empty()) continue;
            for (auto& [values, series] : family.series) series->rests = true;
        }
    }

    std::string render() const {
        std::string out;
        const std::scoped_lock lock(mutex_);
        for (const auto& [name, family] : families_) detail::append_family(out, name, family);
        return out;
    }

private:
    Family* family_of(std::string_view name, std::string_view help, MetricType type,
                      std::span<const double> bounds, const Labels& labels) {
        if (const auto known = families_.find(name); known != families_.end()) {
            auto& family = known->second;
            const bool fits =
                family.type == type && std::ranges::equal(family.bounds, bounds) &&
                std::ranges::equal(family.label_names, labels, {}, {}, &Labels::value_type::first);
            return fits ? &family : nullptr;
        }
        if (!is_name(name, true) || !are_labels(labels, type) || !are_bounds(bounds)) return nullptr;
        if (families_.size() >= limits_.names) return nullptr;
        auto& family = families_[std::string(name)];
        family.help = make_utf8(help);
        family.type = type;
        family.bounds.assign(bounds.begin(), bounds.end());
        for (const auto& label : labels) family.label_names.push_back(label.first);
        return &family;
    }

    Series& series_of(Family& family, const Labels& labels) const {
        std::vector<std::string> values;
        for (const auto& label : labels) values.push_back(label.second);
        if (const auto known = family.series.find(values); known != family.series.end())
            return *known->second;
        if (family.series.size() >= limits_.series) values.assign(values.size(), "other");
        auto& series = family.series[values];
        if (!series) {
            series = std::make_unique<Series>();
            if (family.type == MetricType::histogram) {
                series->histogram = std::make_unique<detail::HistogramCells>(family.bounds);
            }
        }
        return *series;
    }

    Limits limits_;
    mutable std::mutex mutex_;
    std::map<std::string, Family, std::less<>>
        families_;  // nodes do not move: histograms point to their bounds
    std::atomic<double>* refused_;
};

std::span<const double> seconds_buckets() {
    return kSeconds;
}

Metrics::Metrics() : Metrics(Limits{}) {}
Metrics::Metrics(Limits limits) : registry_(std::make_unique<Registry>(limits)) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    auto* series = registry_->find(name, help, MetricType::counter, {}, labels);
    return series ? Counter(&series->number) : Counter();
}

Gauge Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    auto* series = registry_->find(name, help, MetricType::gauge, {}, labels);
    return series ? Gauge(series) : Gauge();
}

Histogram Metrics::histogram(std::string_view name, std::string_view help, std::span<const double> buckets,
                             const Labels& labels) {
    auto* series = registry_->find(name, help, MetricType::histogram, buckets, labels);
    return series ? Histogram(series->histogram.get()) : Histogram();
}

void Metrics::make_room(std::size_t series) {
    registry_->make_room(series);
}

void Metrics::rest_gauges() {
    registry_->rest_gauges();
}

std::string Metrics::render() const {
    return registry_->render();
}

void Counter::add(double amount) const noexcept {
    if (cell_ && amount > 0 && std::isfinite(amount)) cell_->fetch_add(amount, std::memory_order_relaxed);
}

double Counter::value() const noexcept {
    return cell_ ? cell_->load(std::memory_order_relaxed) : 0;
}

void Gauge::set(double value) const noexcept {
    if (!series_) return;
    series_->number.store(value, std::memory_order_relaxed);
    series_->rests.store(false, std::memory_order_relaxed);
}

void Gauge::add(double amount) const noexcept {
    if (!series_) return;
    series_->number.fetch_add(amount, std::memory_order_relaxed);
    series_->rests.store(false, std::memory_order_relaxed);
}

double Gauge::value() const noexcept {
    return series_ ? series_->number.load(std::memory_order_relaxed) : 0;
}

void Histogram::observe(double value) const noexcept {
    if (!cells_ || std::isnan(value)) return;
    const auto bucket = std::ranges::lower_bound(cells_->bounds, value) - cells_->bounds.begin();
    cells_->counts[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    cells_->sum.fetch_add(value, std::memory_order_relaxed);
}

double Histogram::count() const noexcept {
    double all = 0;
    if (cells_) {
        for (const auto& count : cells_->counts)
            all += static_cast<double>(count.load(std::memory_order_relaxed));
    }
    return all;
}

double Histogram::sum() const noexcept {
    return cells_ ? cells_->sum.load(std::memory_order_relaxed) : 0;
}

}  // namespace maillon
