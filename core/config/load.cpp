#include "core/config/load.h"

#include "core/base/digest.h"
#include "core/config/admin_place.h"
#include "core/config/environment.h"
#include "core/config/files.h"
#include "core/config/sections.h"
#include "core/config/yaml_reader.h"

#include "core/base/text.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace maillon::config {
namespace {

constexpr std::array<std::string_view, 5> kLater{"syncs", "timers", "schedules", "consent", "tests"};

/// The sections of all files, put together.
using Sections = std::map<std::string, ValueTree, std::less<>>;

class Loading {
public:
    Loading(LoadResult& result, const std::filesystem::path& folder, const Environment& environment,
            const GivenConnectors& given)
        : result_(result), reading_{*result.sources, result.diagnostics, environment, folder, given} {}

    /// One more file; `is_complete` turns false when it cannot be read.
    void add(std::uint32_t file) {
        const auto tree = read_yaml(*result_.sources, file, result_.diagnostics);
        if (!tree) {
            reading_.is_complete = false;
        } else if (!tree->is_map()) {
            result_.diagnostics.error(tree->place, "a configuration file must be a map of sections",
                                      "sections are hub, connectors, processors, directories, conversations, "
                                      "budgets, blocks and routes");
        } else {
            for (const auto& member : tree->members) add_section(member);
        }
    }

    void mark_incomplete() { reading_.is_complete = false; }

    bool is_complete() const { return reading_.is_complete; }

    Hub hub() {
        ValueTree& hub = sections_.at("hub");
        // Its other keys are looked at before secrets can be: where secrets lie is one of them.
        for (auto& member : hub.members)
            put_in_environment(member.value, "hub", member.key.text == "store", reading_);
        return read_hub(hub, reading_);
    }

    Config finish() {
        Config config;
        config.hub = hub();
        config.connectors = read_connectors(sections_.at("connectors"), reading_);
        config.processors = read_processors(sections_.at("processors"), reading_);
        config.directories = read_directories(sections_.at("directories"), reading_);
        config.conversations = read_conversations(sections_.at("conversations"), reading_);
        config.budgets = read_budgets(sections_.at("budgets"), reading_);
        config.blocks = read_blocks(sections_.at("blocks"), reading_);
        config.routes = read_routes(sections_.at("routes"), reading_);
        check_references(config, reading_);
        config.secrets = std::move(reading_.secrets);
        return config;
    }

    void start_sections() {
        for (const auto& key : kRootShape.keys) {
            ValueTree& section = sections_[std::string(key.name)];
            section.kind = ValueTree::Kind::map;
            section.place = Place{};
        }
    }

private:
    void add_section(const Member& member) {
        const std::string& name = member.key.text;
        if (std::ranges::find(kLater, name) != kLater.end()) {
            return report_unavailable(reading_, member.key.place, "the section '" + name + "'");
        }
        const auto section = sections_.find(name);
        if (section == sections_.end()) {
            std::vector<std::string> known;
            for (const auto& key : kRootShape.keys) known.emplace_back(key.name);
            return result_.diagnostics.error(member.key.place, "unknown section '" + name + "'",
                                             suggest(name, known));
        }
        if (member.value.is_null()) return;
        if (!member.value.is_map()) {
            return result_.diagnostics.error(member.value.place, "the section '" + name + "' must be a map",
                                             name == "hub"
                                                 ? "write its keys below it, indented"
                                                 : "write names below it, indented: each is one entry");
        }
        if (!section->second.place.is_known()) section->second.place = member.key.place;
        for (const auto& entry : member.value.members) add_entry(section->second, name, entry);
    }

    void add_entry(ValueTree& section, const std::string& name, const Member& entry) {
        const auto [before, is_new] = first_places_.try_emplace({name, entry.key.text}, entry.key.place);
        if (is_new) return section.members.push_back(entry);
        result_.diagnostics.error(entry.key.place,
                                  "'" + entry.key.text + "' stands in '" + name + "' of another file already",
                                  "the other one is at " + result_.sources->where(before->second));
    }

    LoadResult& result_;
    Reading reading_;
    Sections sections_;
    std::map<std::pair<std::string, std::string>, Place> first_places_;
};

std::string stored_form(const std::vector<InputFile>& files) {
    boost::json::array list;
    for (const auto& file : files)
        list.push_back(boost::json::object{{"name", file.stored_name}, {"text", file.text}});
    return boost::json::serialize(boost::json::object{{"format", 1}, {"files", std::move(list)}});
}

void load_into(LoadResult& result, std::vector<InputFile> files, bool is_complete,
               const std::filesystem::path& folder, const Environment& environment,
               const GivenConnectors& given) {
    Loading loading(result, folder, environment, given);
    if (!is_complete) loading.mark_incomplete();
    loading.start_sections();
    std::vector<std::string> names(result.sources->size());
    for (auto& file : files) {
        file.text = canonical_text(file.text);
        names.push_back(file.stored_name);
        loading.add(result.sources->add(file.name, file.text));
    }
    Config config = loading.finish();
    if (result.diagnostics.has_errors()) return;
    config.files = std::move(names);
    config.text = stored_form(files);
    config.hash = sha256_hex(config.text);
    result.config = std::move(config);
}

LoadResult empty_result() {
    return {std::nullopt, {}, std::make_shared<Sources>()};
}

}  // namespace

LoadResult load(const std::filesystem::path& main_file, const Environment& environment,
                const GivenConnectors& given) {
    LoadResult result = empty_result();
    bool is_complete = true;
    auto files = read_files(main_file, *result.sources, result.diagnostics, is_complete);
    std::error_code error;
    const auto folder = std::filesystem::absolute(main_file, error).parent_path();
    if (!files.empty()) load_into(result, std::move(files), is_complete, folder, environment, given);
    return result;
}

std::optional<std::filesystem::path> find_admin(const std::filesystem::path& main_file,
                                                const Environment& environment) {
    LoadResult result = empty_result();
    bool is_complete = true;
    auto files = read_files(main_file, *result.sources, result.diagnostics, is_complete);
    if (files.empty()) return std::nullopt;
    std::error_code error;
    const auto folder = std::filesystem::absolute(main_file, error).parent_path();
    const GivenConnectors none;
    Loading loading(result, folder, environment, none);
    if (!is_complete) loading.mark_incomplete();
    loading.start_sections();
    for (auto& file : files) loading.add(result.sources->add(file.name, canonical_text(file.text)));
    const auto hub = loading.hub();
    if (!loading.is_complete() && !hub.places.contains("admin")) return std::nullopt;
    return hub.admin;
}

LoadResult load_texts(std::vector<SourceText> files, const std::filesystem::path& folder,
                      const Environment& environment, const GivenConnectors& given) {
    LoadResult result = empty_result();
    std::vector<InputFile> inputs;
    for (auto& file : files) inputs.push_back({file.name, file.name, std::move(file.text)});
    load_into(result, std::move(inputs), true, folder, environment, given);
    return result;
}

LoadResult load_stored(std::string_view stored, const std::filesystem::path& folder,
                       const Environment& environment) {
    LoadResult result = empty_result();
    boost::system::error_code error;
    const auto value = boost::json::parse(boost::json::string_view(stored.data(), stored.size()), error);
    const auto* list = !error && value.is_object() ? value.as_object().if_contains("files") : nullptr;
    if (list == nullptr || !list->is_array()) {
        result.diagnostics.error({}, "the stored configuration cannot be read",
                                 "its text was changed after it was stored");
        return result;
    }
    std::vector<SourceText> files;
    for (const auto& entry : list->as_array()) {
        const auto* name = entry.is_object() ? entry.as_object().if_contains("name") : nullptr;
        const auto* text = entry.is_object() ? entry.as_object().if_contains("text") : nullptr;
        if (name == nullptr || text == nullptr || !name->is_string() || !text->is_string()) continue;
        files.push_back({std::string(name->as_string()), std::string(text->as_string())});
    }
    return load_texts(std::move(files), folder, environment);
}

}  // namespace maillon::config
