#pragma once
#include "maillon/sdk.hpp"

namespace maillon::sugarcrm {

/// What a request may have left behind when nobody knows whether it arrived.
enum class Effect {
    none,        ///< it reads
    repeatable,  ///< doing it again leaves the same
    once,        ///< doing it again makes a second record
};

/// One HTTP exchange, or one item of a bulk answer. Whatever bytes came: reading never fails.
struct Answer {
    std::uint32_t status = 0;
    json::value body{};
    bool readable = true;  ///< false: the body was not JSON, so `body` is null
    std::uint64_t retry_after_ms = 0;
};
Answer read_answer(const Response& response);

/// The items of a bulk answer in request order; nothing when it is not an array of `expected` items. An
/// item's `contents` may be an object or a string that holds one.
std::optional<std::vector<Answer>> read_bulk(const Answer& answer, std::size_t expected);

/// What became of one request. With `ok`, `body` is what Sugar said.
struct Reply {
    Code code = Code::ok;
    std::string detail{};
    std::uint64_t retry_after_ms = 0;
    std::uint32_t status = 0;  ///< 0: there was no answer
    json::value body{};

    bool ok() const { return code == Code::ok; }
    Outcome outcome() const { return fail(code, detail, retry_after_ms); }
};

/// Translates Sugar's statuses and errors; `what` names the request in the detail.
Reply judge(Answer answer, Effect effect, std::string_view what);

/// The same for an exchange that failed in transport.
Reply judge(const Failure& failure, Effect effect, std::string_view what);

/// "invalid_parameter: Could not find …" out of an error body, short and on one line; empty without one.
std::string said(const json::value& body);

/// Valid UTF-8 stays valid.
std::string shortened(std::string_view text, std::size_t bytes);

}  // namespace maillon::sugarcrm
