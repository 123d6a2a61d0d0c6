#include "world.h"

namespace sandbox {

// Enough for the deliveries that may run at once (8 at most), a verification and hooks.
constexpr int kCouriers = 10;

World::World(const Options& options, std::vector<Mention> story, const maillon::Clock& given_clock)
    : clock(given_clock),
      mentions(std::move(story)),
      comments(invent_comments(options.comments, options.page.page_id, options.seed)),
      rate(options.rate),
      couriers(std::make_unique<Couriers>(kCouriers)),
      x(options.x, clock),
      crm(clock, options.seed + 1),
      sugar(crm, options.sugar, clock, options.seed + 2),
      graph(options.page, lock, *couriers, clock, options.seed + 3) {
    for (const StoryPost& post : comments.posts) graph.add_post(post);
    fill_crm(options);
    sugar.send_hooks_with([this](const std::string& url, std::string body) {
        couriers->send([url, body = std::move(body)](Caller& caller) {
            maillon::HttpHeaders headers;
            headers.add("Content-Type", "application/json");
            (void)caller.call("POST", url, headers, body);  // at most once, as SugarCRM sends them
        });
    });
}

void World::fill_crm(const Options& options) {
    using Kind = InventedContact::Kind;
    for (const InventedContact& contact : invent_contacts(options.crm, mentions, options.seed)) {
        const auto made = crm.create("Contacts", contact.fields);
        if (!made) continue;  // without a last name
        ++contacts_before;
        const std::string& id = (*made)->id;
        old_contacts.insert(id);
        linked += contact.kind == Kind::linked ? 1 : 0;
        named += contact.kind == Kind::named ? 1 : 0;
        namesakes += contact.kind == Kind::namesake ? 1 : 0;
        if (contact.kind == Kind::linked || contact.kind == Kind::named) truth.emplace(contact.author, id);
    }
}

World::~World() {
    couriers.reset();
}

const std::unordered_map<std::string, std::int64_t>& World::conversation_starts() {
    const XPosts::List& ids = x.posts().mentions();
    for (; mentions_read_ < ids.size(); ++mentions_read_) {
        const XPost* post = x.posts().find(ids[mentions_read_]);
        if (post != nullptr) starts_.try_emplace(std::to_string(post->conversation), post->created_ms);
    }
    const auto& all = graph.page().all();
    for (; comments_read_ < all.size(); ++comments_read_) {
        const PageComment& comment = *all[comments_read_];
        if (!comment.is_own) starts_.try_emplace(comment.conversation(), comment.created_ms);
    }
    return starts_;
}

void World::publish_mention() {
    const Mention& mention = mentions[mentions_published];
    const std::size_t first = mention.conversation;
    const std::uint64_t conversation = first < published_ids.size() ? published_ids[first] : 0;
    const XUser author{mention.author_id, mention.username, mention.name, mention.location};
    const XPost& post = x.publish(author, mention.text, "x:" + mention.original_id, conversation);
    published_ids.push_back(post.id);
    authors.insert("x:" + mention.author_id);
    ++mentions_published;
}

void World::publish_comment() {
    const StoryComment& comment = comments.comments[comments_published];
    const std::string parent = comment.parent ? comments.comments[*comment.parent].id : "";
    graph.publish(comment.id, comments.posts[comment.post].id, parent, comment.author, comment.message,
                  "fb:" + std::to_string(comments_published));
    authors.insert("fb:" + comment.author.id);
    ++comments_published;
}

}  // namespace sandbox
