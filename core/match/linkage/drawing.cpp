#include "core/match/linkage/drawing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace maillon::match {
namespace {

constexpr double kRow = 26, kLabel = 330, kBars = 420, kTop = 46;
constexpr const char* kFor = "#2b7a4b";
constexpr const char* kAgainst = "#b3402a";
constexpr const char* kWhole = "#3b5b8c";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    return out;
}

/// A number with one decimal, never "-0.0", so that pictures are the same on every machine.
std::string number(double value, int decimals = 1) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return std::string(text.data()) == "-0.0" ? "0.0" : text.data();
}

std::string text_at(double x, double y, std::string_view words, std::string_view more = "") {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\"" + std::string(more) + ">" +
           escaped(words) + "</text>\n";
}

std::string box(double x, double y, double width, double height, std::string_view colour) {
    return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(std::max(1.0, width)) +
           "\" height=\"" + number(height) + "\" fill=\"" + std::string(colour) + "\"/>\n";
}

std::string line_of(double x1, double y1, double x2, double y2, std::string_view colour) {
    return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" +
           number(y2) + "\" stroke=\"" + std::string(colour) + "\"/>\n";
}

std::string picture(double width, double height, const std::string& inside) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width, 0) + " " +
           number(height, 0) +
           "\" font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" "
           "fill=\"#ffffff\"/>\n" +
           inside + "</svg>\n";
}

struct Bar {
    std::string label;
    double from, to;
    const char* colour;
};

std::string cut(const std::string& text) {
    if (text.size() <= 22) return text;
    std::size_t end = 20;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

std::vector<Bar> bars_of(const Verdict& verdict, const Candidate& candidate) {
    std::vector<Bar> out{{"before anything is compared", 0, verdict.prior_bits, kAgainst}};
    double at = verdict.prior_bits;
    for (const auto& one : candidate.waterfall) {
        if (one.level == "missing") continue;
        const bool has_values = !one.left.empty() || !one.right.empty();
        const auto values = has_values ? ": " + cut(one.left) + " / " + cut(one.right) : "";
        out.push_back({one.field + values + " (" + one.level + ")", at, at + one.bits,
                       one.bits >= 0 ? kFor : kAgainst});
        at += one.bits;
    }
    out.push_back({"all together", 0, candidate.bits, kWhole});
    return out;
}

}  // namespace

std::string draw_waterfall(const Verdict& verdict, const Candidate& candidate) {
    const auto bars = bars_of(verdict, candidate);
    double least = 0, most = 0;
    for (const auto& bar : bars) {
        least = std::min({least, bar.from, bar.to});
        most = std::max({most, bar.from, bar.to});
    }
    const double scale = kBars / std::max(1.0, most - least);
    const auto x = [&](double bits) { return kLabel + 20 + (bits - least) * scale; };
    const double height = kTop + kRow * static_cast<double>(bars.size()) + 40;
    std::string inside = text_at(
        16, 26, "Record " + candidate.record_id + ", model " + verdict.model + ": bits for and against",
        " font-weight=\"bold\"");
    inside += line_of(x(0), kTop - 8, x(0), height - 34, "#999999");
    double y = kTop;
    for (const auto& bar : bars) {
        inside += text_at(16, y + 15, bar.label, " font-size=\"12\"");
        inside += box(x(std::min(bar.from, bar.to)), y + 3, std::abs(bar.to - bar.from) * scale, kRow - 8,
                      bar.colour);
        inside += text_at(x(std::max(bar.from, bar.to)) + 5, y + 16, number(bar.to - bar.from),
                          " font-size=\"11\" fill=\"#444444\"");
        y += kRow;
    }
    inside += text_at(16, height - 14,
                      "probability " + number(candidate.probability, 4) + ", class '" +
                          candidate.evidence_class + "', rule: " + verdict.rule);
    return picture(kLabel + kBars + 80, height, inside);
}

std::string draw_curve(const Metrics& metrics, const std::string& title) {
    constexpr double kSize = 360, kLeft = 60, kUp = 62;
    double least = 1;
    for (const auto& point : metrics.curve) least = std::min(least, point.precision);
    least = std::clamp(static_cast<double>(static_cast<int>(least * 10)) / 10, 0.0, 0.9);
    const auto x = [&](double recall) { return kLeft + recall * kSize; };
    const auto y = [&](double precision) { return kUp + (1 - precision) / (1 - least) * kSize; };
    std::string inside = text_at(16, 26, title, " font-weight=\"bold\"");
    for (int tick = 0; tick <= 5; ++tick) {
        const double recall = tick / 5.0, precision = least + (1 - least) * tick / 5;
        inside += line_of(x(recall), y(1), x(recall), y(least), "#e4e4e4") +
                  line_of(x(0), y(precision), x(1), y(precision), "#e4e4e4");
        inside += text_at(x(recall) - 8, y(least) + 18, number(recall), " font-size=\"11\"");
        inside += text_at(kLeft - 38, y(precision) + 4, number(precision, 2), " font-size=\"11\"");
    }
    std::string points;
    for (const auto& point : metrics.curve)
        points += number(x(point.recall)) + "," + number(y(point.precision)) + " ";
    inside += "<polyline fill=\"none\" stroke=\"" + std::string(kWhole) + "\" stroke-width=\"2\" points=\"" +
              points + "\"/>\n";
    const auto mark = [&](const Score& score, const char* colour, const std::string& words, double below) {
        const double at_x = x(score.recall()), at_y = y(std::max(least, score.precision()));
        inside += "<circle cx=\"" + number(at_x) + "\" cy=\"" + number(at_y) + "\" r=\"5\" fill=\"" + colour +
                  "\"/>\n";
        inside += text_at(
            kLeft + 16, y(least) - below,
            words + ": precision " + number(score.precision(), 4) + ", recall " + number(score.recall(), 4),
            std::string(" font-size=\"12\" fill=\"") + colour + "\"");
    };
    mark(metrics.links, kFor, "linked", 34);
    mark(metrics.with_reviews, kAgainst, "with reviews", 14);
    inside +=
        text_at(kLeft + kSize / 2 - 24, y(least) + 38, "recall") + text_at(kLeft - 44, kUp - 8, "precision");
    return picture(kLeft + kSize + 40, kUp + kSize + 60, inside);
}

}  // namespace maillon::match
