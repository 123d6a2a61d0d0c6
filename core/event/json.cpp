#include "core/event/json.h"

#include "core/event/json_room.h"

#include <boost/json/serialize.hpp>

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

Result<Json> Json::parse(std::string_view text) {
    // One parser a thread: it holds scratch memory that grows to the largest text seen.
    thread_local simdjson::dom::parser parser;
    auto document = std::make_shared<Document>();
    if (const auto made = make_room(document->tape, text.size()); made != simdjson::SUCCESS)
        return retry(std::string("no memory for JSON: ") + simdjson::error_message(made));
    simdjson::dom::element root;
    const auto error = parser.parse_into_document(document->tape, text.data(), text.size()).get(root);
    if (error != simdjson::SUCCESS) {
        return rejected(std::string("not valid JSON: ") + simdjson::error_message(error));
    }
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
