#pragma once

#include "core/net/beast/patience.h"
#include "core/net/beast/reply_parser.h"
#include "core/net/beast/transport.h"
#include "core/net/beast_client.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon::net {

/// Who takes the answer.
class ReplySink {
public:
    virtual ~ReplySink() = default;
    virtual HttpFlow on_head(HttpHead&& head) = 0;
    virtual HttpFlow on_body(std::string_view bytes) = 0;
};

/// How one try on one connection ended, and all that a caller needs to tell whether the server can know of
/// it.
struct Outcome {
    enum class End : std::uint8_t { finished, stopped, cut, late, cancelled, broken, too_large };
    End end = End::cut;
    bool sent = false;      ///< a byte of the request has left
    bool answered = false;  ///< a byte of an answer has come
    int status = 0;         ///< of the final answer's head, 0 = none came
    std::string why;        ///< for a sentence, where the end alone does not say it
    /// When set, the connection may serve another request, for so long at most.
    std::optional<std::chrono::milliseconds> reusable{};
};

/// One request and its answer on one connection.
///
/// Reads while it writes: a server that answers early (413) and stops reading is heard. Interim answers (1xx)
/// are skipped. The object lives on the caller's stack for one try.
class Exchange {
public:
    struct Request {
        std::string_view head;
        std::string_view body;
        bool no_body_follows = false;  ///< HEAD, CONNECT
    };

    /// `buffer` is room to read into, of any size but 0; it grows as a long header wants.
    Exchange(Transport& transport, std::vector<char>& buffer, const Patience& patience,
             const BeastClient::Limits& limits, std::optional<std::size_t> body_limit, ReplySink& sink);

    Outcome run(const Request& request);

private:
    enum class Step : std::uint8_t { go_on, ended };

    Step write(std::string_view bytes);
    Step write_blocked(Io::State want);
    Step read_answer();
    Step read_some();
    Step read_end();
    Step parse();
    Step after(ReplyParser::State state);
    Step pass_head();
    Step fail(Outcome::End end, std::string why = "");
    Step fail(Wake wake, std::string_view waited_for);
    bool has_early_answer() const { return filled_ > 0; }

    Transport& transport_;
    std::vector<char>& buffer_;
    const Patience& patience_;
    const BeastClient::Limits& limits_;
    const std::optional<std::size_t> body_limit_;
    ReplySink& sink_;

    std::optional<ReplyParser> parser_;
    bool no_body_follows_ = false;
    bool written_ = false;  ///< the whole request
    bool head_passed_ = false;
    int interim_ = 0;
    std::size_t filled_ = 0;  ///< bytes in the buffer that are not parsed yet
    std::uint64_t out_before_;
    std::chrono::milliseconds idle_;
    Outcome outcome_;
};

}  // namespace maillon::net
