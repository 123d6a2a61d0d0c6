// The bare loops that `maillon pipe` with j1.yaml is measured against: each does the same job (parse every
// line, keep French posts that are no repeats, write eight fields) by hand, with nothing around it.
//
// usage: json_loops boost|simdjson FILE > OUT. Events in, lines out; the CPU seconds of the loop alone, the
// file being in memory by then, go to standard error.
#include <simdjson.h>
#include <boost/json/src.hpp>

#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Text = std::string_view;

struct Post {
    Text network, type, id, text, created, name, handle, email, city;
    bool has_email = false;
    bool is_high = false;
    std::vector<Text> tags;
};

class Output {
public:
    void post(const Post& post) {
        lower(handle_, post.handle);
        out_ += "{\"external_id\":";
        quoted(mix_.assign(post.network).append(":").append(post.id));
        out_ += ",\"contact\":{\"name\":";
        quoted(post.name);
        out_ += ",\"handle\":";
        quoted(handle_);
        out_ += ",\"email\":";
        if (post.has_email)
            quoted(lower(mix_, post.email));
        else
            out_ += "null";
        out_ += "},\"subject\":";
        quoted(mix_.assign("[")
                   .append(post.network)
                   .append("] ")
                   .append(post.type)
                   .append(" from @")
                   .append(handle_));
        out_ += ",\"description\":";
        quoted(post.text);
        out_ += ",\"created\":";
        quoted(post.created);
        out_ += ",\"city\":";
        quoted(post.city);
        out_ += ",\"tags\":[";
        for (std::size_t i = 0; i < post.tags.size(); ++i) {
            if (i > 0) out_ += ',';
            quoted(post.tags[i]);
        }
        out_ += post.is_high ? "],\"priority\":\"high\"}\n" : "],\"priority\":\"normal\"}\n";
        if (out_.size() > 1'000'000) flush();
    }
    void flush() {
        for (Text left = out_; !left.empty();) {
            const auto put = ::write(STDOUT_FILENO, left.data(), left.size());
            if (put <= 0) std::exit(1);
            left.remove_prefix(static_cast<std::size_t>(put));
        }
        out_.clear();
    }

private:
    static const std::string& lower(std::string& to, Text from) {
        to.assign(from);
        for (char& c : to)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        return to;
    }
    void quoted(Text text) {
        out_ += '"';
        std::size_t clean = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto c = static_cast<unsigned char>(text[i]);
            if (c >= 0x20 && c != '"' && c != '\\') continue;
            out_.append(text, clean, i - clean);
            clean = i + 1;
            char code[8];
            switch (c) {
                case '"': out_ += "\\\""; break;
                case '\\': out_ += "\\\\"; break;
                case '\n': out_ += "\\n"; break;
                case '\r': out_ += "\\r"; break;
                case '\t': out_ += "\\t"; break;
                default: std::snprintf(code, sizeof code, "\\u%04x", c); out_ += code;
            }
        }
        out_.append(text, clean);
        out_ += '"';
    }

    std::string out_, handle_, mix_;
};

template <class Take>
void each_line(const std::string& all, Take take) {
    for (std::size_t at = 0; at < all.size();) {
        const auto* found = static_cast<const char*>(std::memchr(all.data() + at, '\n', all.size() - at));
        const std::size_t end = found ? static_cast<std::size_t>(found - all.data()) : all.size();
        take(all.data() + at, end - at);
        at = end + 1;
    }
}

void with_boost(const std::string& all, Output& output) {
    namespace json = boost::json;
    static unsigned char memory[1 << 16], scratch[1 << 14];
    json::parser parser(json::storage_ptr(), json::parse_options(), scratch);
    const auto text = [](const json::value& value) -> Text { return value.get_string(); };
    Post post;
    each_line(all, [&](const char* line, std::size_t size) {
        json::monotonic_resource resource(memory, sizeof memory);
        parser.reset(&resource);
        json::error_code error;
        parser.write(line, size, error);
        if (error) std::exit(1);
        const json::value value = parser.release();
        const auto& event = value.get_object();
        if (text(event.at("lang")) != "fr" || event.at("retweet").get_bool()) return;
        const auto& user = event.at("user").get_object();
        const auto& email = user.at("email");
        const auto& geo = event.at("geo");
        post.id = text(event.at("id"));
        post.type = text(event.at("type"));
        post.network = text(event.at("network"));
        post.created = text(event.at("created_at"));
        post.text = text(event.at("text"));
        post.name = text(user.at("name"));
        post.handle = text(user.at("screen_name"));
        post.has_email = email.is_string();
        if (post.has_email) post.email = text(email);
        post.is_high = user.at("verified").get_bool() || user.at("followers_count").get_int64() >= 10000;
        post.city = geo.is_object() ? text(geo.get_object().at("city")) : text(user.at("location"));
        post.tags.clear();
        for (const auto& tag : event.at("entities").get_object().at("hashtags").get_array())
            post.tags.push_back(text(tag));
        output.post(post);
    });
}

void with_simdjson(const std::string& all, Output& output) {
    using namespace simdjson;
    ondemand::parser parser;
    Post post;
    each_line(all, [&](const char* line, std::size_t size) {
        ondemand::document document = parser.iterate(line, size, size + SIMDJSON_PADDING);
        ondemand::object event = document.get_object();
        post.id = Text(event["id"]);
        post.type = Text(event["type"]);
        post.network = Text(event["network"]);
        post.created = Text(event["created_at"]);
        const Text language = event["lang"];
        const bool repeated = event["retweet"];
        if (language != "fr" || repeated) return;
        post.text = Text(event["text"]);
        ondemand::object user = event["user"];
        post.name = Text(user["name"]);
        post.handle = Text(user["screen_name"]);
        ondemand::value email = user["email"];
        post.has_email = !email.is_null();
        if (post.has_email) post.email = email.get_string();
        post.city = Text(user["location"]);
        const bool verified = user["verified"];
        post.is_high = verified || std::int64_t(user["followers_count"]) >= 10000;
        post.tags.clear();
        ondemand::object entities = event["entities"];
        for (auto tag : entities["hashtags"]) post.tags.push_back(tag.get_string());
        ondemand::value geo = event["geo"];
        if (!geo.is_null()) post.city = geo["city"].get_string();
        output.post(post);
    });
}

double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) return 2;
    std::FILE* file = std::fopen(arguments[2], "rb");
    if (!file) return 1;
    std::fseek(file, 0, SEEK_END);
    const auto size = static_cast<std::size_t>(std::ftell(file));
    std::rewind(file);
    std::string all;
    all.reserve(size + simdjson::SIMDJSON_PADDING);
    all.resize(size);
    if (std::fread(all.data(), 1, size, file) != size) return 1;
    const auto begun = cpu_seconds();
    Output output;
    Text(arguments[1]) == "boost" ? with_boost(all, output) : with_simdjson(all, output);
    output.flush();
    std::fprintf(stderr, "%.4f\n", cpu_seconds() - begun);
}
