#include "core/event/json.h"

#include "core/event/json_room.h"

#include <boost/json/serialize.hpp>

#include <cstring>

namespace maillon {

struct Json::Document {
    simdjson::dom::document tape;
};

Json::Json(std::shared_ptr<const Document> document, simdjson::dom::element element)
    : document_(std::move(document)), element_(element) {}

Json::Json() {
    static const Json kNull = parse("null").value();
    *this = Json(kNull);
}

simdjson::error_code make_room(simdjson::dom::document& document, std::size_t size) {
    // The parser makes room for a word of tape per byte and three more, and writes up to two beyond that for
    // text that is cut off behind an empty list ("[[[]"), as tried out with simdjson 3.0.1.
    constexpr std::size_t kSlack = 64;
    if (document.capacity() >= size + kSlack) return simdjson::SUCCESS;
    return document.allocate(size + kSlack);
}

namespace {

/// What a thread parses into before the values are copied out. A large text's room is given back after it.
struct Workbench {
    simdjson::dom::parser parser;
    simdjson::dom::document room;

    void tidy() {
        constexpr std::size_t kKept = 1U << 20U;
        if (room.capacity() <= kKept) return;
        parser = simdjson::dom::parser();
        room = simdjson::dom::document();
    }
};

/// Where the texts of a document end; each lies behind the one that stands before it on the tape.
std::size_t length_of_texts(const simdjson::dom::document& document, std::size_t words) {
    using simdjson::internal::tape_type;
    std::size_t last = 0;
    bool any = false;
    for (std::size_t i = 1; i < words; ++i) {
        const auto word = document.tape[i];
        const auto type = static_cast<tape_type>(word >> 56U);
        if (type == tape_type::STRING) {
            last = word & simdjson::internal::JSON_VALUE_MASK;
            any = true;
        }
        const bool is_number =
            type == tape_type::INT64 || type == tape_type::UINT64 || type == tape_type::DOUBLE;
        if (is_number) ++i;  // its value is the next word
    }
    if (!any) return 0;
    std::uint32_t length = 0;
    std::memcpy(&length, &document.string_buf[last], sizeof(length));
    return last + sizeof(length) + length + 1;
}

/// The same values in no more room than they take: the parser's room is more than ten times a text.
void copy(const simdjson::dom::document& from, simdjson::dom::document& to) {
    const std::size_t words = from.tape[0] & simdjson::internal::JSON_VALUE_MASK;
    const std::size_t texts = length_of_texts(from, words);
    to.tape.reset(new std::uint64_t[words]);
    std::memcpy(to.tape.get(), from.tape.get(), words * sizeof(std::uint64_t));
    to.string_buf.reset(new std::uint8_t[texts + 1]);
    std::memcpy(to.string_buf.get(), from.string_buf.get(), texts);
}

}  // namespace

Result<Json> Json::parse(std::string_view text) {
    thread_local Workbench bench;
    if (const auto made = make_room(bench.room, text.size()); made != simdjson::SUCCESS)
        return retry(std::string("no memory for JSON: ") + simdjson::error_message(made));
    const auto error = bench.parser.parse_into_document(bench.room, text.data(), text.size()).error();
    if (error != simdjson::SUCCESS) {
        bench.tidy();
        return rejected(std::string("not valid JSON: ") + simdjson::error_message(error));
    }
    auto document = std::make_shared<Document>();
    copy(bench.room, document->tape);
    bench.tidy();
    const auto root = document->tape.root();
    return Json(std::move(document), root);
}

Json Json::from(const boost::json::value& value) {
    return parse(boost::json::serialize(value)).value();
}

std::optional<Json> Json::at(std::string_view key) const {
    simdjson::dom::element member;
    if (!element_.is_object() || element_[key].get(member) != simdjson::SUCCESS) return std::nullopt;
    return Json(document_, member);
}

std::optional<std::string_view> Json::string() const {
    std::string_view text;
    if (element_.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
}

std::string Json::dump() const {
    return simdjson::minify(element_);
}

boost::json::value Json::to_boost() const {
    return maillon::to_boost(element_);
}

boost::json::value to_boost(simdjson::dom::element element) {
    using simdjson::dom::element_type;
    switch (element.type()) {
        case element_type::ARRAY: {
            const simdjson::dom::array items = element.get_array().value_unsafe();
            boost::json::array out;
            for (const auto item : items) out.push_back(to_boost(item));
            return out;
        }
        case element_type::OBJECT: {  // of a key that stands twice the first counts, as in `at`
            const simdjson::dom::object members = element.get_object().value_unsafe();
            boost::json::object out;
            for (const auto& [key, item] : members) out.emplace(key, to_boost(item));
            return out;
        }
        case element_type::INT64: return element.get_int64().value_unsafe();
        case element_type::UINT64: return element.get_uint64().value_unsafe();
        case element_type::DOUBLE: return element.get_double().value_unsafe();
        case element_type::STRING: return boost::json::string(element.get_string().value_unsafe());
        case element_type::BOOL: return element.get_bool().value_unsafe();
        case element_type::NULL_VALUE: break;
    }
    return nullptr;
}

}  // namespace maillon
