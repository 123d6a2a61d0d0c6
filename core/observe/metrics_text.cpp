#include "core/observe/json_text.h"
#include "core/observe/metrics_cells.h"

#include <array>
#include <charconv>
#include <cmath>

namespace maillon::detail {
namespace {

constexpr std::array<std::string_view, 3> kTypes{"counter", "gauge", "histogram"};

void append_number(std::string& out, double number) {
    if (std::isnan(number)) {
        out += "NaN";
    } else if (std::isinf(number)) {
        out += number > 0 ? "+Inf" : "-Inf";
    } else {
        append_json_number(out, number);
    }
}

/// Help escapes backslash and line feed; a label value also the quote.
void append_escaped(std::string& out, std::string_view text, bool quote) {
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quote) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
}

using Values = std::vector<std::string>;

/// `{a="x",le="0.5"}`, or nothing when there is no label; `bound` is the histogram's own label.
void append_labels(std::string& out, const Family& family, const Values& values, const double* bound) {
    if (values.empty() && bound == nullptr) return;
    out += '{';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        out += family.label_names[i] + "=\"";
        append_escaped(out, values[i], true);
        out += '"';
    }
    if (bound != nullptr) {
        out += values.empty() ? "le=\"" : ",le=\"";
        append_number(out, *bound);
        out += '"';
    }
    out += '}';
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix, const Family& family,
                   const Values& values, const double* bound, double number) {
    out += name;
    out += suffix;
    append_labels(out, family, values, bound);
    out += ' ';
    append_number(out, number);
    out += '\n';
}

void append_histogram(std::string& out, std::string_view name, const Family& family, const Values& values,
                      const HistogramCells& cells) {
    constexpr double infinite = HUGE_VAL;
    // The count is the sum of the buckets just read, so that the lines agree while others observe.
    double below = 0;
    for (std::size_t i = 0; i < cells.counts.size(); ++i) {
        below += static_cast<double>(cells.counts[i].load(std::memory_order_relaxed));
        const double* bound = i < cells.bounds.size() ? &cells.bounds[i] : &infinite;
        append_sample(out, name, "_bucket", family, values, bound, below);
    }
    append_sample(out, name, "_sum", family, values, nullptr, cells.sum.load(std::memory_order_relaxed));
    append_sample(out, name, "_count", family, values, nullptr, below);
}

}  // namespace

void append_family(std::string& out, std::string_view name, const Family& family) {
    out.append("# HELP ").append(name).append(" ");
    append_escaped(out, family.help, false);
    out.append("\n# TYPE ").append(name).append(" ");
    out.append(kTypes[static_cast<std::size_t>(family.type)]).append("\n");
    for (const auto& [values, series] : family.series) {
        if (series->histogram) {
            append_histogram(out, name, family, values, *series->histogram);
        } else if (!series->rests.load(std::memory_order_relaxed)) {
            append_sample(out, name, "", family, values, nullptr,
                          series->number.load(std::memory_order_relaxed));
        }
    }
}

}  // namespace maillon::detail
