#pragma once

#include <atomic>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maillon {

namespace detail {
struct HistogramCells;
struct Series;
}  // namespace detail

/// A number that only grows. A handle: copies speak of the same number; as cheap as an atomic addition;
/// thread-safe; valid as long as its registry lives. A default-made one counts nowhere.
class Counter {
public:
    Counter() = default;
    /// Negative and non-finite amounts are ignored.
    void add(double amount = 1) const noexcept;
    double value() const noexcept;

private:
    friend class Metrics;
    explicit Counter(std::atomic<double>* cell) : cell_(cell) {}
    std::atomic<double>* cell_ = nullptr;
};

/// A number that goes up and down. A handle as Counter is.
class Gauge {
public:
    Gauge() = default;
    void set(double value) const noexcept;
    void add(double amount) const noexcept;
    double value() const noexcept;

private:
    friend class Metrics;
    explicit Gauge(detail::Series* series) : series_(series) {}
    detail::Series* series_ = nullptr;
};

/// Counts observations in fixed buckets. A handle as Counter is.
class Histogram {
public:
    Histogram() = default;
    /// Not-a-number is ignored.
    void observe(double value) const noexcept;
    double count() const noexcept;
    double sum() const noexcept;

private:
    friend class Metrics;
    explicit Histogram(detail::HistogramCells* cells) : cells_(cells) {}
    detail::HistogramCells* cells_ = nullptr;
};

/// Label names and values, in any order.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Upper bounds in seconds that suit calls over a network: 1 ms … 60 s.
std::span<const double> seconds_buckets();

/// All numbers of the hub, rendered for Prometheus. Thread-safe.
///
/// Finding a handle takes a lock and a search: do it once and keep the handle. The first call of a name fixes
/// its help, type, label names and buckets. A call that does not fit them, or a name or label name that
/// Prometheus would refuse, gets a handle that counts nowhere, and is itself counted in
/// `maillon_metrics_refused_total`: names may come from plug-ins, so this is no assertion.
///
/// *Cardinality.* A name has at most `Limits::series` label sets; whatever comes later is counted in one
/// more, whose label values are all "other". Values are data: never a person's name, an id or a URL.
class Metrics {
public:
    struct Limits {
        std::size_t series = 200;  ///< label sets per name
        std::size_t names = 2000;  ///< a name beyond it is refused
    };

    Metrics();
    explicit Metrics(Limits limits);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    /// `buckets`: rising finite upper bounds; +Inf is added.
    Histogram histogram(std::string_view name, std::string_view help, std::span<const double> buckets,
                        const Labels& labels = {});

    /// From now on a name may have so many label sets, where that is more than before: label values that the
    /// configuration names are as many as it says.
    void make_room(std::size_t series);
    /// Gauges with labels are left out of `render` until somebody sets them again: nobody sets that of a
    /// thing that is gone, whose last figure would stand for ever.
    void rest_gauges();

    /// Text exposition format 0.0.4, names and label sets in a stable order.
    std::string render() const;
    /// The Content-Type of `render()`.
    static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

private:
    class Registry;
    std::unique_ptr<Registry> registry_;
};

}  // namespace maillon
