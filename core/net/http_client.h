#pragma once

#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/net/cancel.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillon {

struct HttpHeader {
    std::string name;
    std::string value;
    friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};
using HeaderList = std::vector<HttpHeader>;

/// The first header of this name, whatever its case. The view lives as long as `headers`.
std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name);

/// `url` is absolute, http or https, ASCII, without user and password; a fragment is not sent. The client
/// sets Host, Content-Length, Connection and what else frames a message: naming one of them in `headers` is
/// refused.
struct ClientRequest {
    std::string method = "GET";
    std::string url{};
    HeaderList headers{};
    std::string body{};
};

struct HttpHead {
    int status = 0;
    HeaderList headers{};  ///< in order, names as the server wrote them
};

struct HttpReply {
    int status = 0;
    HeaderList headers{};
    /// Without transfer coding. A content coding is left in; the client asks for none.
    std::string body{};
};

/// What a listener of a stream wants next.
enum class HttpFlow : std::uint8_t { go_on, stop };
/// How a stream ended without a Fault: the server ended the body, or the listener said stop.
enum class StreamEnd : std::uint8_t { finished, stopped };

/// Sends HTTP/1.1 requests. Every function blocks the calling thread and may be called from any number of
/// them.
///
/// Any status that a server answers is a reply, also 404, 503 and redirects (which are not followed). A Fault
/// means that there is no whole answer, and its kind tells exactly whether the request can have reached the
/// server:
/// - `retry`: surely not sent (no address, no connection, TLS or proxy failed, time was up before);
/// - `in_doubt`: sent or partly sent, and no whole answer came; also when cancelled then, unless the method
/// is safe
///   (GET, HEAD, OPTIONS). Whether an idempotent method may simply be sent again is the caller's decision;
/// - `cancelled`: by the token, and nothing that changes the remote was sent;
/// - `config`: the certificate is not valid, or the proxy's settings are wrong; not sent;
/// - `rejected`: it can never succeed: a bad URL or header, a host that may not be called (not sent), or an
/// answer
///   beyond the size limits (sent and answered).
/// The text names the method and host, never the query, headers or body.
class HttpClient {
public:
    using OnHead = std::function<HttpFlow(const HttpHead&)>;
    /// Bytes of the body as they come, without transfer coding; boundaries mean nothing. Valid during the
    /// call.
    using OnChunk = std::function<HttpFlow(std::string_view)>;

    virtual ~HttpClient() = default;

    /// The whole answer, by `deadline`.
    virtual Result<HttpReply> send(const ClientRequest& request, SteadyPoint deadline,
                                   const Cancel& cancel) = 0;

    /// An answer piece by piece, for as long as it takes but `deadline`: first `on_head` once, then
    /// `on_chunk`, both in the calling thread. After a stop the connection is closed. A Fault may come after
    /// some chunks.
    virtual Result<StreamEnd> open(const ClientRequest& request, SteadyPoint deadline, const Cancel& cancel,
                                   const OnHead& on_head, const OnChunk& on_chunk) = 0;
};

}  // namespace maillon
