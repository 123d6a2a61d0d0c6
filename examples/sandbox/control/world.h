#pragma once

#include "common/couriers.h"
#include "common/faults.h"
#include "core/base/clock.h"
#include "graph/graph_service.h"
#include "options.h"
#include "story/comments.h"
#include "story/mentions.h"
#include "sugar/sugar_service.h"
#include "x/x_service.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sandbox {

/// Everything the sandbox knows. `lock` guards all of it; who touches anything holds it.
struct World {
    /// Reads the story and fills the CRM. `complaints` receives lines of the file that could not be used.
    World(const Options& options, std::vector<Mention> story, const maillon::Clock& clock);
    ~World();

    std::mutex lock;
    const maillon::Clock& clock;
    Faults faults;
    std::map<std::string, std::uint64_t> requests{{"x", 0}, {"graph", 0}, {"sugar", 0}, {"control", 0}};

    const std::vector<Mention> mentions;
    const CommentStory comments;
    std::size_t contacts_before = 0;
    /// Who is in the CRM from the beginning: author of X → id of the contact that they are; how it could be
    /// known is in `linked` (by handle) and `named`.
    std::unordered_map<std::string, std::string> truth;
    std::unordered_set<std::string> old_contacts;  ///< ids
    std::size_t linked = 0, named = 0, namesakes = 0;
    bool started = false;
    double rate = 0;
    std::size_t mentions_published = 0;
    std::size_t comments_published = 0;
    std::unordered_set<std::string> authors;   ///< "x:id" and "fb:id" of people who have spoken
    std::vector<std::uint64_t> published_ids;  ///< new id of each mention of the file, in its order

    std::unique_ptr<Couriers> couriers;  // ends first (see the destructor): its jobs use the services
    XService x;
    Crm crm;
    SugarService sugar;
    GraphService graph;

    bool is_published() const {
        return mentions_published == mentions.size() && comments_published == comments.comments.size();
    }
    /// Conversation id → when its first message came. Reads only what has come since the last question.
    const std::unordered_map<std::string, std::int64_t>& conversation_starts();
    void publish_mention();
    void publish_comment();

private:
    void fill_crm(const Options& options);

    std::unordered_map<std::string, std::int64_t> starts_;
    std::size_t mentions_read_ = 0;  ///< of all mentions, for starts_
    std::size_t comments_read_ = 0;
};

}  // namespace sandbox
