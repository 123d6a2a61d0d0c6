#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace sandbox {

/// One line of the mentions file.
struct Mention {
    std::string original_id;
    std::string text;  ///< as served, with entities like &amp;
    std::string author_id;
    std::string username;
    std::string name;
    std::string location;
    std::int64_t written_ms = 0;   ///< the file's time
    std::size_t conversation = 0;  ///< place in the list of the conversation's first mention
};

/// Reads NDJSON and returns the mentions oldest first, with `conversation` set. What cannot be used is named
/// in `complaints` ("line 7: …") and left out.
std::vector<Mention> read_mentions(std::istream& lines, std::vector<std::string>& complaints);

/// Mentions of one author belong together while less than 24 hours lie between one and the next. `mentions`
/// is sorted.
void group_conversations(std::vector<Mention>& mentions);

}  // namespace sandbox
