#include "core/match/normalise/name_tables.h"

#include "core/match/normalise/embedded.h"
#include "core/match/normalise/fold.h"
#include "core/match/normalise/hash.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <string>
#include <vector>

namespace maillon::match {
namespace {

constexpr double kRarest = 4e-6;  // what the lists leave out is rarer than some four in a million

struct Name {
    std::string_view text{};
    float given = 0, family = 0;
    std::uint64_t spelling = 0;  ///< of the name that stands for all its spellings
    std::uint32_t forms = 0, forms_count = 0;
};

/// Names by their text. Views into the embedded tables.
class Names {
public:
    explicit Names(std::size_t expected) : slots_(std::bit_ceil(expected * 2)), mask_(slots_.size() - 1) {
        names_.reserve(expected);
    }

    Name& get(std::string_view text) {
        auto& slot = slots_[place(text)];
        if (slot == 0) {
            names_.push_back({.text = text, .spelling = text_hash(text)});
            slot = static_cast<std::uint32_t>(names_.size());
        }
        return names_[slot - 1];
    }
    const Name* find(std::string_view text) const {
        const auto slot = slots_[place(text)];
        return slot == 0 ? nullptr : &names_[slot - 1];
    }

private:
    std::size_t place(std::string_view text) const {
        std::size_t at = text_hash(text) & mask_;
        while (slots_[at] != 0 && names_[slots_[at] - 1].text != text) at = (at + 1) & mask_;
        return at;
    }
    std::vector<Name> names_;
    std::vector<std::uint32_t> slots_;
    std::size_t mask_;
};

template <class Line>
void each_line(std::string_view table, Line take) {
    std::vector<std::string_view> cells;
    while (!table.empty()) {
        std::string_view line = table.substr(0, table.find('\n'));
        table.remove_prefix(std::min(line.size() + 1, table.size()));
        cells.clear();
        while (!line.empty()) {
            cells.push_back(line.substr(0, line.find('\t')));
            line.remove_prefix(std::min(cells.back().size() + 1, line.size()));
        }
        take(cells);
    }
}

float share_of(std::string_view people_of_ten_million) {
    long people = 0;
    std::from_chars(people_of_ten_million.data(), people_of_ten_million.data() + people_of_ten_million.size(),
                    people);
    return static_cast<float>(people) * 1e-7F;
}

std::string_view first_word(std::string_view name) {
    return name.substr(0, name.find(' '));
}

bool is_one_word(std::string_view name) {
    return name.find(' ') == std::string_view::npos;
}

/// Whether a name written in single letters ("j", "j p") fits the other's words.
bool fits_initials(std::string_view letters, std::string_view name) {
    // Most names are no initials, and most pairs begin differently.
    if ((letters.size() > 1 && letters[1] != ' ') || letters.empty() || letters[0] != name[0]) return false;
    const auto short_words = words(letters), long_words = words(name);
    if (short_words.size() > long_words.size()) return false;
    for (std::size_t i = 0; i < short_words.size(); ++i) {
        if (short_words[i].size() != 1 || short_words[i][0] != long_words[i][0]) return false;
    }
    return !short_words.empty();
}

bool same_letters(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    for (;; ++i, ++j) {
        while (i < a.size() && a[i] == ' ') ++i;
        while (j < b.size() && b[j] == ' ') ++j;
        if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
        if (a[i] != b[j]) return false;
    }
}

}  // namespace

struct NameTables::Tables {
    Names names{56000};
    std::vector<std::uint64_t> forms;

    void read_shares(std::string_view table, float Name::*share) {
        each_line(table, [&](const auto& cells) {
            if (cells.size() == 3)
                names.get(cells[0]).*share = std::max(share_of(cells[1]), share_of(cells[2]));
        });
    }
    void read_variants() {
        each_line(variants_table(), [&](const auto& cells) {
            for (const auto name : cells) names.get(name).spelling = text_hash(cells.front());
        });
    }
    std::uint64_t spelling(std::string_view name) const {
        if (!is_one_word(name)) {
            std::uint64_t out = 0;
            for (const auto word : words(name)) out = mixed(out ^ spelling(word));
            return out;
        }
        const Name* known = names.find(name);
        return known != nullptr ? known->spelling : text_hash(name);
    }
    /// A short form may stand in both languages: its names are put together.
    void read_short_forms() {
        std::vector<std::vector<std::string_view>> lines;
        const auto take = [&](const auto& cells) {
            if (cells.size() > 1) lines.emplace_back(cells.begin(), cells.end());
        };
        each_line(english_table(), take);
        each_line(french_table(), take);
        std::ranges::stable_sort(lines, {}, [](const auto& line) { return line.front(); });
        for (std::size_t i = 0; i < lines.size();) {
            Name& name = names.get(lines[i].front());
            name.forms = static_cast<std::uint32_t>(forms.size());
            forms.push_back(name.spelling);
            for (const auto short_form = name.text; i < lines.size() && lines[i].front() == short_form; ++i) {
                for (std::size_t k = 1; k < lines[i].size(); ++k) forms.push_back(spelling(lines[i][k]));
            }
            const auto begin = forms.begin() + name.forms;
            std::sort(begin + 1, forms.end());
            forms.erase(std::unique(begin + 1, forms.end()), forms.end());
            name.forms_count = static_cast<std::uint32_t>(forms.size() - name.forms);
        }
        forms.shrink_to_fit();
    }
    double share(std::string_view name, float Name::*which) const {
        const Name* known = names.find(name);
        return known != nullptr && known->*which > 0 ? static_cast<double>(known->*which) : kRarest;
    }
    std::span<const std::uint64_t> forms_of(std::string_view name) const {
        const Name* known = names.find(name);
        if (known == nullptr) return {};
        if (known->forms_count == 0) return {&known->spelling, 1};
        return std::span(forms).subspan(known->forms, known->forms_count);
    }
    bool is_short(std::string_view a, std::string_view b) const {
        const auto forms_a = forms_of(a), forms_b = forms_of(b);
        const auto has = [](auto list, std::uint64_t one) {
            return std::ranges::find(list, one) != list.end();
        };
        if (forms_a.size() > 1 && has(forms_a, spelling(b))) return true;
        if (forms_b.size() > 1 && has(forms_b, spelling(a))) return true;
        return std::ranges::any_of(forms_a, [&](std::uint64_t form) { return has(forms_b, form); });
    }
};

NameTables::NameTables() {
    auto tables = std::make_unique<Tables>();
    tables->read_shares(given_table(), &Name::given);
    tables->read_shares(family_table(), &Name::family);
    tables->read_variants();
    tables->read_short_forms();
    tables_ = std::move(tables);
}

NameTables::~NameTables() = default;

double NameTables::given_share(std::string_view given) const {
    const Name* whole = tables_->names.find(given);
    if (whole != nullptr && whole->given > 0) return static_cast<double>(whole->given);
    return tables_->share(first_word(given), &Name::given);
}

double NameTables::family_share(std::string_view family) const {
    return tables_->share(family, &Name::family);
}

bool NameTables::is_given(std::string_view word) const {
    const Name* known = tables_->names.find(word);
    return known != nullptr && known->given > 0;
}

bool NameTables::is_family(std::string_view word) const {
    const Name* known = tables_->names.find(word);
    return known != nullptr && known->family > 0;
}

GivenRelation NameTables::relation(std::string_view a, std::string_view b) const {
    if (a.empty() || b.empty()) return GivenRelation::none;
    if (same_letters(a, b)) return GivenRelation::exact;
    if (fits_initials(a, b) || fits_initials(b, a)) return GivenRelation::initial;
    if (tables_->spelling(a) == tables_->spelling(b)) return GivenRelation::variant;
    if (tables_->is_short(a, b)) return GivenRelation::nickname;
    if (is_one_word(a) == is_one_word(b)) return GivenRelation::none;
    const auto first_a = first_word(a), first_b = first_word(b);
    const bool related =
        tables_->spelling(first_a) == tables_->spelling(first_b) || tables_->is_short(first_a, first_b);
    return related ? GivenRelation::nickname : GivenRelation::none;
}

std::uint64_t NameTables::spelling_key(std::string_view given) const {
    return tables_->spelling(given);
}

std::span<const std::uint64_t> NameTables::full_forms(std::string_view given) const {
    return tables_->forms_of(given);
}

const NameTables& name_tables() {
    static const NameTables kTables;
    return kTables;
}

}  // namespace maillon::match
