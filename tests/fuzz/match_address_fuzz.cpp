// E-mail addresses, links, handles and pictures as strangers write them: what is read reads the same when its
// key is read again.
#include "core/match/normalise/email.h"
#include "core/match/normalise/handle.h"
#include "core/match/normalise/link.h"
#include "core/match/normalise/picture.h"

#include <cstdlib>

using namespace maillon::match;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto address = email(text)) {
        must(address->key.ends_with('@' + address->domain));
        must(address->key.size() <= 300);
        const auto again = email(address->key);
        must(!again || again->key == address->key);
    }
    if (const auto address = link(text)) {
        must(!address->key.empty() && !address->host.empty());
        must(address->host.find('/') == std::string::npos);
    }
    if (const auto one = handle(text)) must(!one->name.empty() || !one->id.empty());
    for (const auto& word : handle_words(text)) must(!word.empty());
    network_name(text);
    picture(text);
    return 0;
}
